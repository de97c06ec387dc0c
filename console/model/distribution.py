"""How values are spread over fixed buckets, as a histogram of an engine tells it. Pure, immutable.

A histogram only grows, so what came between two readings of it is their difference. What lies
between the bounds of a bucket is not known: a quantile is read off a straight line through its
bucket, and beyond the last bound only "more than" is known.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple


class Quantile(NamedTuple):
    """A value that so many of the values do not exceed; with `is_beyond` it is more than that."""

    value: float
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class Distribution:
    """`bounds` are the upper bounds of buckets, inclusive, rising; one bucket more has none.

    `counts` has the number of values in each bucket, `total` is the sum of all values.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float = 0.0

    def __post_init__(self) -> None:
        assert len(self.counts) == len(self.bounds) + 1, "the last bucket has no bound"

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean of all values; None when there is none."""
        count = self.count
        return self.total / count if count else None

    def quantile(self, share: float) -> Quantile | None:
        """The value that `share` (above 0, up to 1) of all do not exceed; None without values."""
        wanted = share * self.count
        if not wanted:
            return None
        reached = list(accumulate(self.counts))
        bucket = bisect_left(reached, wanted)
        if bucket >= len(self.bounds):
            return Quantile(self.bounds[-1] if self.bounds else 0.0, is_beyond=True)
        lower = self.bounds[bucket - 1] if bucket else 0.0
        inside = (wanted - (reached[bucket] - self.counts[bucket])) / self.counts[bucket]
        return Quantile(lower + (self.bounds[bucket] - lower) * inside)

    @property
    def most(self) -> Quantile | None:
        """What no value exceeds, or that some lie beyond the last bound; None without values."""
        last = max((number for number, count in enumerate(self.counts) if count), default=None)
        if last is None:
            return None
        is_beyond = last == len(self.bounds)
        return Quantile(self.bounds[last - is_beyond] if self.bounds else 0.0, is_beyond)

    def since(self, before: "Distribution | None") -> "Distribution | None":
        """What came since an earlier reading; None where that is not one of the same histogram."""
        if before is None or before.bounds != self.bounds:
            return None
        counts = tuple(now - then for now, then in zip(self.counts, before.counts, strict=True))
        if min(counts) < 0:
            return None
        return Distribution(self.bounds, counts, max(0.0, self.total - before.total))


def joined(several: Iterable[Distribution]) -> Distribution | None:
    """All values of some distributions over the same buckets; None when there is none.

    One with other buckets than the first is left out.
    """
    first: Distribution | None = None
    for each in several:
        if first is None:
            first = each
        elif each.bounds == first.bounds:
            counts = tuple(
                one + other for one, other in zip(first.counts, each.counts, strict=True)
            )
            first = Distribution(first.bounds, counts, first.total + each.total)
    return first
