"""Brings the hits of several lanes into one order of time, keeping the order in each partition.

A hit may be given as soon as no lane that is still being read can have an earlier one in the order.
Each lane is trusted to go on from the time that it has come to: where producers set times that jump
the order between partitions is as good as their times, and within a partition it is that of
offsets always. Pure.
"""

import heapq
import math
from collections.abc import Iterable

from console.messages.lane import Hit, Lane, size_of
from console.messages.plan import Order


class Merge:
    """The lanes of one scan."""

    def __init__(self, lanes: Iterable[Lane], order: Order) -> None:
        self.lanes = tuple(lanes)
        self._sign = -1 if order is Order.NEWEST_FIRST else 1

    @property
    def is_done(self) -> bool:
        """Nothing is left to read or to give."""
        return not any(lane.is_open or lane.hits for lane in self.lanes)

    def take(self, count_max: int, bytes_max: float = math.inf) -> list[Hit]:
        """The next hits whose turn is certain, at most `count_max`; none behind the one with which
        `bytes_max` is reached."""
        heads = [self._head(lane, number) for number, lane in enumerate(self.lanes) if lane.hits]
        heapq.heapify(heads)
        bound = min((self._bound(lane) for lane in self.lanes if not lane.hits), default=math.inf)
        taken: list[Hit] = []
        size_bytes = 0
        while heads and len(taken) < count_max and heads[0][0] <= bound and size_bytes < bytes_max:
            _, number, lane = heads[0]
            taken.append(lane.hits.popleft())
            size_bytes += size_of(taken[-1].record)
            if lane.hits:
                heapq.heapreplace(heads, self._head(lane, number))
            else:
                heapq.heappop(heads)
                bound = min(bound, self._bound(lane))
        return taken

    def wanting(self) -> list[Lane]:
        """The lanes that have to be read before another hit can be given, most urgent first."""
        first = min(
            (self._sign * lane.hits[0].record.timestamp_ms for lane in self.lanes if lane.hits),
            default=math.inf,
        )
        waited_for = [
            (bound, number, lane)
            for number, lane in enumerate(self.lanes)
            if lane.is_open and not lane.hits and (bound := self._bound(lane)) < first
        ]
        return [lane for *_, lane in sorted(waited_for, key=lambda each: each[:2])]

    def all_found(self) -> list[Hit]:
        """Every hit that waits, in the order of time as far as it is known."""
        return list(
            heapq.merge(
                *(lane.all_found() for lane in self.lanes),
                key=lambda hit: self._sign * hit.record.timestamp_ms,
            )
        )

    @property
    def reached_ms(self) -> int | None:
        """The time up to which every lane that is open has come; None before that is known."""
        times = [lane.frontier_ms for lane in self.lanes if lane.is_open]
        reached = (max if self._sign < 0 else min)(times, default=math.inf)
        return None if math.isinf(reached) else int(reached)

    def _bound(self, lane: Lane) -> float:
        """No later hit of a lane without hits comes before this."""
        return self._sign * lane.frontier_ms if lane.is_open else math.inf

    def _head(self, lane: Lane, number: int) -> tuple[float, int, Lane]:
        return self._sign * lane.hits[0].record.timestamp_ms, number, lane
