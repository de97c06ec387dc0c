"""What is asked of each workload, and whether a run reached it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.workloads import Figures

MORE_IS_BETTER = ("MB/s", "million records/s", "requests/s")

Results = Mapping[str, Sequence[Figures]]
"""The figures of each round by contestant."""


@dataclass(frozen=True, slots=True)
class Target:
    """A bound of one figure: of ours divided by theirs, or of ours alone when `is_absolute`.

    Rates are to reach the bound, everything else is to stay within it.
    """

    figure: str
    bound: float
    is_absolute: bool = False

    def reached(self, results: Results, ours: str, theirs: str) -> bool:
        """Whether the medians of a run keep it, to the three digits that are shown."""
        value = median(results[ours], self.figure)
        if not self.is_absolute:
            value = ratio(results, ours, theirs, self.figure)
        value = float(f"{value:.3g}")
        return value >= self.bound if self.figure in MORE_IS_BETTER else value <= self.bound

    def __str__(self) -> str:
        return f"{self.bound:g}" if self.is_absolute else f"{self.bound:g}x"


def median(rounds: Sequence[Figures], figure: str) -> float:
    """The median of a figure over the rounds."""
    return statistics.median(each[figure] for each in rounds)


def ratio(results: Results, ours: str, theirs: str, figure: str) -> float:
    """Our median divided by theirs."""
    return median(results[ours], figure) / max(median(results[theirs], figure), 1e-9)
