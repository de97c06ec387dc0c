"""A set of byte positions, kept as few merged ranges."""

from bisect import bisect_left, bisect_right

from engine.kernel.ids import Position


class PositionRanges:
    """Disjoint half-open ranges in order; neighbours that touch are one."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts: list[Position] = []
        self._ends: list[Position] = []

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: Position, end: Position) -> None:
        """Take in [start, end)."""
        if start >= end:
            return
        first = bisect_left(self._ends, start)
        behind = bisect_right(self._starts, end)
        if first < behind:
            start = min(start, self._starts[first])
            end = max(end, self._ends[behind - 1])
        self._starts[first:behind] = [start]
        self._ends[first:behind] = [end]

    def covers(self, start: Position, end: Position) -> bool:
        """Whether all of [start, end) is in the set."""
        if start >= end:
            return True
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and self._ends[at] >= end
