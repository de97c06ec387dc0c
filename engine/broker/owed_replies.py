"""Replies that a shard of groups owes until its journal is durable, and until when it may.

The replies of one turn are owed together. Life of each lot:

    OWED --durable--> given
         --lost, or overdue--> refused

A lot is taken once, and empty from then on: who was refused because the disk took too long gets no
second answer when its sync ends at last. So a disk that hangs keeps neither clients waiting for
ever nor the answers to those that went away meanwhile.

Source: Kafka's `CoordinatorRuntime`, which ends a write operation `offsets.commit.timeout.ms` after
it began, and `GroupCoordinatorService.handleOperationException`.
"""

from collections import deque
from collections.abc import Sequence

from engine.coordinator.commands import Reply


class Owed:
    """The replies of one turn. `until_ms` means nothing while there are none."""

    __slots__ = ("replies", "until_ms")

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.until_ms = 0

    def take(self) -> list[Reply]:
        """What has yet to be answered, which is for the caller to do."""
        replies, self.replies = self.replies, []
        return replies


class OwedReplies:
    """All that one shard owes, oldest first. Times are of one monotonic clock."""

    def __init__(self) -> None:
        self._lots: deque[Owed] = deque()

    def add(self, lot: Owed, replies: Sequence[Reply], until_ms: int) -> None:
        """Owe more; what a lot owes already keeps its time. `until_ms` never goes back."""
        if not replies:
            return
        if not lot.replies:
            lot.until_ms = until_ms
            self._lots.append(lot)
        lot.replies += replies

    def wake_ms(self) -> int | None:
        """When the oldest reply is overdue; None when nothing is owed."""
        lots = self._lots
        while lots and not lots[0].replies:
            lots.popleft()
        return lots[0].until_ms if lots else None

    def take_overdue(self, now_ms: int) -> list[Reply]:
        """The replies whose time has come, which are for the caller to refuse."""
        overdue: list[Reply] = []
        while (until_ms := self.wake_ms()) is not None and until_ms <= now_ms:
            overdue += self._lots.popleft().take()
        return overdue
