"""Replies that a shard of groups owes until its journal is durable, and until when it may.

The replies of one turn are owed together. Life of each lot:

    OWED --durable--> given
         --lost, or overdue--> refused

A lot is taken once, and empty from then on: who was refused because the disk took too long gets no
second answer when its sync ends at last. So a disk that hangs keeps neither clients waiting for
ever nor the answers to those that went away meanwhile.

Differs from Kafka: there an answer waits for replicas, here for the disk, and for up to two syncs:
the one under way, and that of its own records. Each may take `offsets.commit.timeout.ms`.
Source: Kafka's `CoordinatorRuntime`, which ends a write operation that long after it began, and
`GroupCoordinatorService.handleOperationException`.
"""

from collections import deque
from collections.abc import Sequence

from engine.coordinator.commands import Reply

SYNCS_MAX = 2
"""Syncs that a reply may have to wait for, one after the other."""


class Owed:
    """The replies of one turn. `since_ms` means nothing while there are none."""

    __slots__ = ("replies", "since_ms")

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.since_ms = 0

    def take(self) -> list[Reply]:
        """What has yet to be answered, which is for the caller to do."""
        replies, self.replies = self.replies, []
        return replies


class OwedReplies:
    """All that one shard owes, oldest first. Times are of one monotonic clock.

    `timeout_ms` is what is set now, and holds for whoever waits already.
    """

    def __init__(self) -> None:
        self._lots: deque[Owed] = deque()

    def add(self, lot: Owed, replies: Sequence[Reply], now_ms: int) -> None:
        """Owe more; what a lot owes already keeps its time."""
        if not replies:
            return
        if not lot.replies:
            lot.since_ms = now_ms
            self._lots.append(lot)
        lot.replies += replies

    def wake_ms(self, timeout_ms: int) -> int | None:
        """When the oldest reply is overdue; None when nothing is owed."""
        lots = self._lots
        while lots and not lots[0].replies:
            lots.popleft()
        return lots[0].since_ms + SYNCS_MAX * timeout_ms if lots else None

    def take_overdue(self, now_ms: int, timeout_ms: int) -> list[Reply]:
        """The replies whose time has come, which are for the caller to refuse."""
        overdue: list[Reply] = []
        while (until_ms := self.wake_ms(timeout_ms)) is not None and until_ms <= now_ms:
            overdue += self._lots.popleft().take()
        return overdue
