"""Fetches that wait for bytes: each watches its partitions until enough came or time is up.

A commit may advance many partitions of one fetch; it is woken once, after all of them. What it then
answers is read anew, so a wake-up is a hint, never a promise. Source: Kafka's `DelayedFetch`.
"""

import asyncio
from collections.abc import Callable, Sequence

from engine.broker.partition import Partition
from engine.metrics import catalogue
from engine.metrics.registry import Registry


class FetchWaiter:
    """One parked fetch: a `Watcher` of its partitions."""

    __slots__ = ("_answer", "_missing_bytes", "_owner", "partitions", "timer")

    def __init__(
        self,
        owner: "FetchWaiters",
        partitions: Sequence[Partition],
        missing_bytes: int,
        answer: Callable[[], None],
    ) -> None:
        self._owner = owner
        self._missing_bytes = missing_bytes
        self._answer = answer
        self.partitions = partitions
        self.timer: asyncio.TimerHandle | None = None

    def advanced(self, size_bytes: int) -> None:
        """Some of the missing bytes can be read."""
        self._missing_bytes -= size_bytes
        if self._missing_bytes <= 0:
            self._owner.wake(self)

    def interrupted(self) -> None:
        """A partition is not what it was."""
        self._owner.wake(self)

    def time_out(self) -> None:
        """The client waits no longer."""
        self._owner.cancel(self)
        self._answer()

    def answer(self) -> None:
        """Answer with what can be read at this moment."""
        self._answer()


class FetchWaiters:
    """All parked fetches. Loop thread only."""

    def __init__(self, registry: Registry) -> None:
        self._parked: dict[FetchWaiter, None] = {}
        self._awake: list[FetchWaiter] = []
        registry.watch(catalogue.FETCH_WAITERS, lambda: [((), float(len(self._parked)))])

    def park(
        self,
        partitions: Sequence[Partition],
        *,
        missing_bytes: int,
        max_wait_ms: int,
        answer: Callable[[], None],
    ) -> FetchWaiter:
        """Call `answer` once: after so many bytes, an interruption, or the time."""
        waiter = FetchWaiter(self, partitions, missing_bytes, answer)
        for partition in partitions:
            partition.watchers[waiter] = None
        loop = asyncio.get_running_loop()
        waiter.timer = loop.call_later(max_wait_ms / 1000, waiter.time_out)
        self._parked[waiter] = None
        return waiter

    def wake(self, waiter: FetchWaiter) -> None:
        """Let a fetch answer once the current commit has told all partitions."""
        if not self.cancel(waiter):
            return
        if not self._awake:
            asyncio.get_running_loop().call_soon(self._answer_awake)
        self._awake.append(waiter)

    def cancel(self, waiter: FetchWaiter) -> bool:
        """Forget a fetch. Returns whether it was still parked."""
        if waiter not in self._parked:
            return False
        del self._parked[waiter]
        for partition in waiter.partitions:
            partition.watchers.pop(waiter, None)
        if waiter.timer is not None:
            waiter.timer.cancel()
        return True

    def _answer_awake(self) -> None:
        awake, self._awake = self._awake, []
        for waiter in awake:
            waiter.answer()
