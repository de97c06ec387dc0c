"""A bounded series of samples over time, oldest first, that a chart or a sparkline draws.

Immutable: `appended` makes a new series. A gap in time means that nothing was known then.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP_STEPS = 5
"""A pause of more than so many of the usual steps is a gap."""

SAMPLES_MAX = 300
"""Samples that a series keeps unless told otherwise: five minutes at one a second."""


@dataclass(frozen=True, slots=True)
class Series:
    """Wall times in milliseconds, strictly increasing, and the value at each."""

    times_ms: tuple[int, ...] = ()
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.times_ms) == len(self.values), "every sample has a time and a value"

    def __len__(self) -> int:
        return len(self.values)

    @property
    def last(self) -> float | None:
        """The newest value; None when the series is empty."""
        return self.values[-1] if self.values else None

    def appended(self, at_ms: int, value: float, limit: int = SAMPLES_MAX) -> "Series":
        """With one more sample; the oldest falls out beyond `limit`.

        A sample that is not later than the newest is ignored: the wall clock may step back.
        """
        if self.times_ms and at_ms <= self.times_ms[-1]:
            return self
        drop = max(0, len(self.values) + 1 - limit)
        return Series((*self.times_ms[drop:], at_ms), (*self.values[drop:], value))

    def change_ratio(self) -> float | None:
        """How much the newest value is above the oldest, as a share of it; None if that says
        nothing."""
        if len(self.values) < 2 or self.values[0] == 0:
            return None
        return (self.values[-1] - self.values[0]) / abs(self.values[0])


EMPTY_SERIES = Series()


def spread(series: Series, from_ms: int, to_ms: int, places: int) -> list[float | None]:
    """The values of a series over so many places that divide a stretch of time evenly.

    The last place is the moment `to_ms`. Of several samples in one place it holds the mean, except
    that the newest sample of all stands by itself: a chart that picked single samples would dance
    as the history moves on. Fewer samples than places are joined by straight lines. None where
    nothing was known: before the first sample, behind the last one, and in gaps.
    """
    if places <= 0 or not series.values:
        return [None] * max(0, places)
    if to_ms <= from_ms or places == 1:
        return [None] * (places - 1) + [float(series.values[-1])]
    found = _joined(series, from_ms, to_ms, places)
    for place, values in _shares(series, from_ms, to_ms, places).items():
        found[place] = sum(values) / len(values)
    if series.times_ms[-1] == to_ms:
        found[-1] = float(series.values[-1])
    return found


def _joined(series: Series, from_ms: int, to_ms: int, places: int) -> list[float | None]:
    """What a straight line between the neighbouring samples says at the moment of each place."""
    times, values = series.times_ms, series.values
    gaps = _gaps(times)
    found: list[float | None] = []
    for place in range(places):
        at_ms = from_ms + (to_ms - from_ms) * place / (places - 1)
        right = bisect_left(times, at_ms)
        if right < len(times) and times[right] == at_ms:
            found.append(float(values[right]))
        elif right in (0, len(times)) or right in gaps:
            found.append(None)
        else:
            share = (at_ms - times[right - 1]) / (times[right] - times[right - 1])
            found.append(values[right - 1] * (1 - share) + values[right] * share)
    return found


def _shares(series: Series, from_ms: int, to_ms: int, places: int) -> dict[int, list[float]]:
    """The samples of each place, where samples are closer together than places.

    A sample counts for the time since the one before: with even steps all places share alike.
    """
    step_ms = (series.times_ms[-1] - series.times_ms[0]) / max(1, len(series) - 1)
    span_ms = to_ms - from_ms + step_ms
    shares: dict[int, list[float]] = {}
    if step_ms * places >= span_ms:
        return shares
    for at_ms, value in zip(series.times_ms, series.values, strict=True):
        if from_ms <= at_ms <= to_ms:
            place = int(((at_ms - from_ms + step_ms) * places - 1) / span_ms)
            shares.setdefault(min(place, places - 1), []).append(value)
    return shares


def _gaps(times_ms: Sequence[int]) -> set[int]:
    """Numbers of the samples before which nothing was known for long, as the rhythm beside tells.

    A rhythm that changes for good is no gap: the steps on one side are as long as this one.
    """
    steps = [after - before for before, after in pairwise(times_ms)]
    found: set[int] = set()
    for number, step in enumerate(steps):
        beside = steps[max(0, number - 1) : number] + steps[number + 1 : number + 2]
        if beside and step > GAP_STEPS * max(beside):
            found.add(number + 1)
    return found
