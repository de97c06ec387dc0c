"""Compare kconsole with a real Apache Kafka, interleaved in one run.

    python -m tests.bench [W1 W3 ...] [--rounds 5] [--megabytes 512] [--raw FILE]

Each round runs every workload on every contestant in turn; the table gives medians with minimum and
maximum, and the ratio of ours to theirs. Needs Java, Kafka's jars (KAFKA_LIBS or Maven) and kcat.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import workloads
from tests.bench.contestants import Contestant, Ours, Theirs
from tests.bench.machine import machine
from tests.bench.procedures import Bench
from tests.bench.report import WORKLOADS, Result, table
from tests.bench.workloads import Sizes
from tests.peers.apache_kafka import version


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), metavar="WORKLOAD")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=512, help="of W1 and W6; W2 a quarter")
    parser.add_argument("--tail-megabytes", type=int, default=64, help="of W5, to each group")
    parser.add_argument("--recover-megabytes", type=int, default=2048, help="of log in W12")
    parser.add_argument("--records", type=int, default=3000, help="of W3")
    parser.add_argument("--partitions", type=int, default=10_000, help="of W7")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="keep every figure as JSON")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"no workload {unknown[0]}; there are {', '.join(WORKLOADS)}")
    return arguments


def main() -> int:
    arguments = parsed()
    work = Path(tempfile.mkdtemp(prefix="kconsole-bench-"))
    contestants: dict[str, Contestant] = {
        each.name: each
        for each in (
            Ours(work, "fsync"),
            Ours(work, "os"),
            Theirs(work, "fsync"),
            Theirs(work, "os"),
        )
    }
    sizes = Sizes(
        work=work,
        bulk_bytes=arguments.megabytes * 1_000_000,
        tail_bytes=arguments.tail_megabytes * 1_000_000,
        single_records=arguments.records,
        recover_bytes=arguments.recover_megabytes * 1_000_000,
        partitions=arguments.partitions,
    )
    bench = Bench(sizes, arguments.rounds)
    try:
        disk = workloads.disk_baseline(work)
        for name in arguments.workloads:
            workload = WORKLOADS[name]
            taking_part = {each: contestants[each] for each in workload.contestants}
            workload.procedure(bench, name, taking_part)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    command = " ".join(["python -m tests.bench", *sys.argv[1:]])
    result: Result = {
        "command": command,
        "machine": machine(kafka=version()),
        "disk": disk,
        "raw": bench.raw,
    }
    print(table(result["raw"]))
    print("disk: " + ", ".join(f"{key} {value:.0f}" for key, value in disk.items()))
    if arguments.raw:
        arguments.raw.parent.mkdir(parents=True, exist_ok=True)
        arguments.raw.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
