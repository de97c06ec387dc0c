"""How a workload is carried out on its contestants: kept running, started anew, killed, grown.

Every procedure interleaves the contestants round by round, so that what else the machine does
meanwhile befalls all of them. Each begins with a disk at rest: what one leaves in the page cache
would be written at the cost of the next, and what one deletes discarded.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

from tests.bench import workloads
from tests.bench.contestants import Contestant, wait_until_answering
from tests.bench.workloads import Figures, Sizes

WARM_UP_ROUNDS = 1
Load = Callable[[str, psutil.Process, Sizes], Figures]
Contestants = Mapping[str, Contestant]


class Bench:
    """One run: its sizes, its rounds and what it has measured."""

    def __init__(self, sizes: Sizes, rounds: int) -> None:
        self.sizes = sizes
        self.rounds = rounds
        self.raw: dict[str, dict[str, list[Figures]]] = {}

    def note(self, workload: str, name: str, figures: Figures) -> None:
        """Keep one measurement and show it."""
        self.raw.setdefault(workload, {}).setdefault(name, []).append(figures)
        shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
        print(f"  {workload} {name}: {shown}", file=sys.stderr)


Procedure = Callable[[Bench, str, Contestants], None]


@dataclass(frozen=True, slots=True)
class Steady:
    """Every contestant stays up for all rounds, and the load alternates between them."""

    load: Load

    def __call__(self, bench: Bench, workload: str, contestants: Contestants) -> None:
        addresses = {}
        try:
            for name, contestant in contestants.items():
                contestant.prepare()
                addresses[name] = contestant.spawn()
            for address in addresses.values():
                wait_until_answering(address)
            for number in range(-WARM_UP_ROUNDS, bench.rounds):
                for name, contestant in contestants.items():
                    os.sync()
                    figures = self.load(addresses[name], contestant.process(), bench.sizes)
                    if number >= 0:
                        bench.note(workload, name, figures)
        finally:
            end_all([contestants[name] for name in addresses])


def start(bench: Bench, workload: str, contestants: Contestants) -> None:
    """From the start of the process on an empty directory to the first acknowledgement."""
    for _ in range(bench.rounds):
        for name, contestant in contestants.items():
            contestant.prepare()
            os.sync()
            started = time.perf_counter()
            address = contestant.spawn()
            seconds = workloads.first_acknowledgement(address, "first", started)
            bench.note(workload, name, {"s": seconds})
            end_all([contestant])


def idle(bench: Bench, workload: str, contestants: Contestants) -> None:
    """What a fresh broker costs while nobody uses it."""
    for _ in range(bench.rounds):
        for name, contestant in contestants.items():
            contestant.prepare()
            os.sync()
            wait_until_answering(contestant.spawn())
            time.sleep(2)
            bench.note(workload, name, workloads.idle(contestant.process(), 10))
            end_all([contestant])


def recover(bench: Bench, workload: str, contestants: Contestants) -> None:
    """From the restart after kill -9 with a full log to the first acknowledgement."""
    size, work = bench.sizes.recover_bytes, bench.sizes.work
    for name, contestant in contestants.items():
        contestant.prepare()
        os.sync()
        address = contestant.spawn()
        wait_until_answering(address)
        topic = workloads.create_topic(address)
        records = workloads.record_file(work, min(size, 512_000_000))
        for _ in range(max(1, round(size / 512_000_000))):
            workloads.produce_file(address, topic, records)
        for _ in range(bench.rounds):
            workloads.produce_file(address, topic, workloads.record_file(work, 32_000_000))
            contestant.stop(signal.SIGKILL)
            started = time.perf_counter()
            address = contestant.spawn()
            seconds = workloads.first_acknowledgement(address, topic, started)
            bench.note(workload, name, {"s": seconds})
        end_all([contestant])


def many_partitions(bench: Bench, workload: str, contestants: Contestants) -> None:
    """A broker that grows many partitions, and is then restarted in order."""
    count = bench.sizes.partitions
    for _ in range(bench.rounds):
        for name, contestant in contestants.items():
            contestant.prepare()
            os.sync()
            address = contestant.spawn()
            wait_until_answering(address)
            before = contestant.process().memory_info().rss
            created_s = workloads.create_many(address, count)
            grown = contestant.process().memory_info().rss - before
            contestant.stop(signal.SIGTERM)
            started = time.perf_counter()
            address = contestant.spawn()
            workloads.wait_for_leaders(address, count)
            restarted_s = time.perf_counter() - started
            figures = {
                "s to create": created_s,
                "s to restart": restarted_s,
                "KB per partition": grown / count / 1000,
            }
            bench.note(workload, name, figures)
            end_all([contestant])


def end_all(contestants: Sequence[Contestant]) -> None:
    """Kill brokers and put what they wrote out of the way."""
    for contestant in contestants:
        contestant.stop(signal.SIGKILL)
        contestant.wipe()
