"""How a curve is measured: the brokers grow from point to point, their rounds interleaved."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from tests.bench import procedures
from tests.bench.contestants import Contestant, wait_until_answering
from tests.bench.procedures import end_all
from tests.bench.workloads import Figures, Sizes

Measure = Callable[[str, psutil.Process, int, Path], Figures]
Grow = Callable[[str, int, int], None]
Contestants = Mapping[str, Contestant]
Points = Mapping[int, Mapping[str, list[Figures]]]
"""The figures of each round by point and contestant."""
Procedure = Callable[[Contestants, Sequence[int], int, Path], Points]


def nothing(bootstrap: str, there: int, wanted: int) -> None:
    """For what is there only while it is measured."""


def growing(measure: Measure, grow: Grow = nothing) -> Procedure:
    """The brokers stay up, grow to each point in turn and are measured there."""

    def carry_out(
        contestants: Contestants, points: Sequence[int], rounds: int, work: Path
    ) -> Points:
        addresses: dict[str, str] = {}
        found: dict[int, dict[str, list[Figures]]] = {}
        try:
            for name, contestant in contestants.items():
                contestant.prepare()
                addresses[name] = contestant.spawn()
            for name, contestant in contestants.items():
                wait_until_answering(addresses[name])
                measure(addresses[name], contestant.process(), points[0], work)
            there = 0
            for point in points:
                for address in addresses.values():
                    grow(address, there, point)
                there = point
                for _ in range(rounds):
                    for name, contestant in contestants.items():
                        os.sync()
                        figures = measure(addresses[name], contestant.process(), point, work)
                        _note(found, point, name, figures)
        finally:
            end_all([contestants[name] for name in addresses])
        return found

    return carry_out


def restarts(contestants: Contestants, points: Sequence[int], rounds: int, work: Path) -> Points:
    """From the restart after kill -9, with a log of so many MB, to the first acknowledgement."""
    found: dict[int, dict[str, list[Figures]]] = {}
    for point in points:
        sizes = Sizes(work, 0, 0, 0, point * 1_000_000, 0)
        bench = procedures.Bench(sizes, rounds)
        procedures.recover(bench, str(point), contestants)
        found[point] = bench.raw[str(point)]
    return found


def _note(
    found: dict[int, dict[str, list[Figures]]], point: int, name: str, figures: Figures
) -> None:
    found.setdefault(point, {}).setdefault(name, []).append(figures)
    shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
    print(f"  {point:,} {name}: {shown}", file=sys.stderr)
