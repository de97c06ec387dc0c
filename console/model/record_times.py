"""How old the records of a partition are, from what look-ups by time have told.

A look-up asks for the first record at or after a moment: everything before it is older. That is
what retention needs to know of a segment, whatever the order of the time stamps. Between look-ups
the time is drawn as a straight line.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class RecordTimes:
    """At each of `ends` the newest record before that offset, in milliseconds.

    Offsets rise strictly, times never fall. `asked_ms` are the moments that were looked up.
    """

    ends: tuple[int, ...] = ()
    newest_ms: tuple[int, ...] = ()
    asked_ms: frozenset[int] = frozenset()

    def looked_up(
        self, moment_ms: int, offset: int, timestamp_ms: int, *, start: int, end: int
    ) -> "RecordTimes":
        """With the answer to one look-up in a log from `start` to `end`.

        `offset` is -1 when every record is older than the moment.
        """
        first = end if offset < 0 else min(max(offset, start), end)
        if moment_ms <= 0:
            first = start  # Offsets before the first record hold none: compaction took them.
        points = dict(zip(self.ends, self.newest_ms, strict=True))
        if first > start:
            points[first] = min(moment_ms - 1, points.get(first, moment_ms - 1))
        if 0 <= offset < end:
            points[first + 1] = max(timestamp_ms, points.get(first + 1, timestamp_ms))
        return RecordTimes._of(points, self.asked_ms | {moment_ms})

    def seen(self, offset: int, timestamp_ms: int) -> "RecordTimes":
        """With a record that was read: nothing up to it is newer than the newest before its end."""
        points = dict(zip(self.ends, self.newest_ms, strict=True))
        points[offset + 1] = timestamp_ms
        return RecordTimes._of(points, self.asked_ms)

    def seen_all(self, times_ms: Mapping[int, int]) -> "RecordTimes":
        """With many records that were read, by their offsets."""
        points = dict(zip(self.ends, self.newest_ms, strict=True))
        for offset, time_ms in times_ms.items():
            points[offset + 1] = max(time_ms, points.get(offset + 1, time_ms))
        return RecordTimes._of(points, self.asked_ms)

    @staticmethod
    def _of(points: dict[int, int], asked_ms: frozenset[int]) -> "RecordTimes":
        ends = sorted(points)
        newest: list[int] = []
        for end in ends:
            newest.append(max(points[end], newest[-1]) if newest else points[end])
        return RecordTimes(tuple(ends), tuple(newest), asked_ms)

    def newest_before(self, offset: int) -> float | None:
        """The time of the newest record before an offset; None where nothing tells it."""
        if not self.ends:
            return None
        right = bisect_left(self.ends, offset)
        if right == len(self.ends):
            return None
        if right == 0 or self.ends[right] == offset:
            return self.newest_ms[right]
        left = right - 1
        share = (offset - self.ends[left]) / (self.ends[right] - self.ends[left])
        return self.newest_ms[left] + share * (self.newest_ms[right] - self.newest_ms[left])

    def is_told(self, offset: int) -> bool:
        """Whether what is newest before an offset was told, and is not drawn between two others."""
        at = bisect_left(self.ends, offset)
        return at < len(self.ends) and self.ends[at] == offset

    def first_since(self, moment_ms: int, *, start: int, end: int) -> int | None:
        """The first offset whose record is not older than a moment; `end` when all are older."""
        if not self.ends:
            return None
        if self.newest_ms[-1] < moment_ms:
            return end if self.ends[-1] >= end else None
        right = bisect_left(self.newest_ms, moment_ms)
        if right == 0:
            return start if self.ends[0] <= start + 1 else None
        left = right - 1
        gained_ms = self.newest_ms[right] - self.newest_ms[left]
        share = (moment_ms - self.newest_ms[left]) / gained_ms
        between = self.ends[left] + share * (self.ends[right] - self.ends[left])
        # The record that reaches the moment lies just before where the newest has its time.
        return min(max(start, self.ends[left], ceil(between) - 1), self.ends[right] - 1, end)
