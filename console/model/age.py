"""How old the next unread record is, from when the end offset passed it.

`EndTimes` keeps when a partition's end offset was where (as Kafka Lag Exporter does). It answers
only inside what it has seen: outside, the record's own time stamp has to be read, for extrapolating
over a flat stretch divides by nearly nothing and yields years.
"""

from bisect import bisect_left
from dataclasses import dataclass

POINTS_MAX = 120
"""Points that are kept of a partition; the oldest falls out."""


@dataclass(frozen=True, slots=True)
class EndTimes:
    """Wall times in milliseconds, strictly rising, and end offsets, never falling."""

    times_ms: tuple[int, ...] = ()
    offsets: tuple[int, ...] = ()

    def observed(self, at_ms: int, end: int) -> "EndTimes":
        """With one more reading of the end offset.

        One that is not later is ignored. One below the newest is a log made anew: the table begins
        again. A flat stretch keeps its first and its last point.
        """
        times, offsets = self.times_ms, self.offsets
        if times and at_ms <= times[-1]:
            return self
        if offsets and end < offsets[-1]:
            return EndTimes((at_ms,), (end,))
        if len(offsets) > 1 and offsets[-1] == offsets[-2] == end:
            return EndTimes((*times[:-1], at_ms), offsets)
        return EndTimes(
            (*times[1 - POINTS_MAX :], at_ms),
            (*offsets[1 - POINTS_MAX :], end),
        )

    def age_s(self, position: int, now_ms: int) -> float | None:
        """Seconds since the record at `position` was written; 0 when it is not written yet.

        None when the position lies before what was seen.
        """
        if not self.offsets:
            return None
        if position >= self.offsets[-1]:
            return 0.0
        if position < self.offsets[0]:
            return None
        # The record at an offset exists as soon as the end offset is one more.
        right = bisect_left(self.offsets, position + 1)
        if right == 0:
            return None
        left = right - 1
        gained = self.offsets[right] - self.offsets[left]
        passed_ms = self.times_ms[right] - self.times_ms[left]
        share = (position + 1 - self.offsets[left]) / gained
        written_ms = self.times_ms[left] + share * passed_ms
        return max(0.0, (now_ms - written_ms) / 1000)
