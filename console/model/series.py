"""A bounded series of samples over time, oldest first, that a chart or a sparkline draws.

Immutable: `appended` makes a new series. A gap in time means that nothing was known then.
"""

from dataclasses import dataclass

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

    def since(self, from_ms: int) -> "Series":
        """Only the samples at or after `from_ms`."""
        for position, at_ms in enumerate(self.times_ms):
            if at_ms >= from_ms:
                return Series(self.times_ms[position:], self.values[position:])
        return EMPTY_SERIES

    def change_ratio(self) -> float | None:
        """How much the newest value is above the oldest, as a share of it; None if that says
        nothing."""
        if len(self.values) < 2 or self.values[0] == 0:
            return None
        return (self.values[-1] - self.values[0]) / abs(self.values[0])


EMPTY_SERIES = Series()
