"""Compare kconsole with a real Apache Kafka, interleaved in one run.

    python -m tests.bench [W1 W3 W10 W11 W12] [--rounds 5] [--megabytes 512] [--raw FILE]

Each round runs every workload on every contestant in turn; the table gives medians with minimum and
maximum, and the ratio of ours to theirs. Needs Java, Kafka's jars (KAFKA_LIBS or Maven) and kcat.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import workloads
from tests.bench.contestants import Contestant, Ours, Theirs, wait_until_answering
from tests.bench.report import COMPARED, Result, table
from tests.bench.workloads import Figures
from tests.peers.apache_kafka import version

WARM_UP_ROUNDS = 1


class Bench:
    """One run: its directory, its sizes and what it has measured."""

    def __init__(self, arguments: argparse.Namespace, work: Path) -> None:
        self.arguments = arguments
        self.work = work
        self.raw: dict[str, dict[str, list[Figures]]] = {}
        self.contestants: dict[str, Contestant] = {
            c.name: c
            for c in (
                Ours(work, "fsync"),
                Ours(work, "os"),
                Theirs(work, "fsync"),
                Theirs(work, "os"),
            )
        }

    def note(self, workload: str, name: str, figures: Figures) -> None:
        """Keep one measurement and show it."""
        self.raw.setdefault(workload, {}).setdefault(name, []).append(figures)
        shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
        print(f"  {workload} {name}: {shown}", file=sys.stderr)

    def steady(self, workload: str) -> None:
        """W1 and W3: every contestant stays up for all rounds, the load alternates between them."""
        names = {name for pair in COMPARED[workload] for name in pair}
        running = {name: c for name, c in self.contestants.items() if name in names}
        addresses = {}
        for name, contestant in running.items():
            contestant.prepare()
            addresses[name] = contestant.spawn()
        try:
            for address in addresses.values():
                wait_until_answering(address)
            for number in range(-WARM_UP_ROUNDS, self.arguments.rounds):
                for name, contestant in running.items():
                    figures = self._load(workload, addresses[name], contestant)
                    if number >= 0:
                        self.note(workload, name, figures)
        finally:
            for contestant in running.values():
                contestant.stop(signal.SIGKILL)
                contestant.wipe()

    def _load(self, workload: str, address: str, contestant: Contestant) -> Figures:
        process = contestant.process()
        if workload == "W3":
            return workloads.one_in_flight(address, process, self.arguments.records)
        size = self.arguments.megabytes * 1_000_000
        return workloads.bulk_produce(address, process, workloads.record_file(self.work, size))

    def start(self, workload: str) -> None:
        """W10: from the start of the process on an empty directory to the first acknowledgement."""
        for _ in range(self.arguments.rounds):
            for name in COMPARED[workload][0]:
                contestant = self.contestants[name]
                contestant.prepare()
                started = time.perf_counter()
                address = contestant.spawn()
                seconds = workloads.first_acknowledgement(address, "first", started)
                self.note(workload, name, {"s": seconds})
                contestant.stop(signal.SIGKILL)
                contestant.wipe()

    def idle(self, workload: str) -> None:
        """W11: what a fresh broker costs while nobody uses it."""
        for _ in range(self.arguments.rounds):
            for name in COMPARED[workload][0]:
                contestant = self.contestants[name]
                contestant.prepare()
                wait_until_answering(contestant.spawn())
                time.sleep(2)
                self.note(workload, name, workloads.idle(contestant.process(), 10))
                contestant.stop(signal.SIGKILL)
                contestant.wipe()

    def recover(self, workload: str) -> None:
        """W12: from the restart after kill -9 with a full log to the first acknowledgement."""
        size = self.arguments.recover_megabytes * 1_000_000
        for name in COMPARED[workload][0]:
            contestant = self.contestants[name]
            contestant.prepare()
            address = contestant.spawn()
            wait_until_answering(address)
            topic = workloads.create_topic(address)
            records = workloads.record_file(self.work, min(size, 512_000_000))
            for _ in range(max(1, size // 512_000_000)):
                workloads.produce_file(address, topic, records)
            for _ in range(self.arguments.rounds):
                workloads.produce_file(address, topic, workloads.record_file(self.work, 32_000_000))
                contestant.stop(signal.SIGKILL)
                started = time.perf_counter()
                address = contestant.spawn()
                seconds = workloads.first_acknowledgement(address, topic, started)
                self.note(workload, name, {"s": seconds})
            contestant.stop(signal.SIGKILL)
            contestant.wipe()


def machine() -> dict[str, str]:
    """Where and on what the figures were measured."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "kafka": version(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", default=list(COMPARED))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=512)
    parser.add_argument("--recover-megabytes", type=int, default=2048)
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="kconsole-bench-"))
    bench = Bench(arguments, work)
    runs: dict[str, Callable[[str], None]] = {
        "W1": bench.steady,
        "W3": bench.steady,
        "W10": bench.start,
        "W11": bench.idle,
        "W12": bench.recover,
    }
    try:
        disk = workloads.disk_baseline(work)
        for workload in arguments.workloads:
            runs[workload](workload)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    command = " ".join(["python -m tests.bench", *sys.argv[1:]])
    result: Result = {"command": command, "machine": machine(), "disk": disk, "raw": bench.raw}
    print(table(result["raw"]))
    print("disk: " + ", ".join(f"{key} {value:.0f}" for key, value in disk.items()))
    if arguments.raw:
        arguments.raw.parent.mkdir(parents=True, exist_ok=True)
        arguments.raw.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
