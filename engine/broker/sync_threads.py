"""The threads that sync logs to disk. They touch nothing of a log but its tickets.

One thread as long as the disk keeps up: with four, a crowd of producers on ten partitions was
acknowledged no sooner and cost a quarter more CPU, since threads contend for the interpreter with
the loop. On a slow disk that is another matter. When tickets wait, and for `PATIENCE_S` none was
begun, each gets a thread of its own, up to `HELPERS_MAX`, until none waits any more: so a commit
waits for the sync of its own log and not for those of all others, whose disk may well take them
together. States of a helper:

    started --a ticket waits--> syncing --another waits--> syncing --none waits--> ended

Tickets of one log never run together (`engine.storage.sync_ticket`), but may end in any order.
Source: Kafka's `UnifiedLog.append`, which flushes (`flush.messages`) under the lock of its own log:
others wait only for want of request threads.

A helper that the system has no thread for is done without, and asked for again at the next look.
"""

import asyncio
import errno
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from engine.storage.partition_log import SyncTicket

Outcomes = Sequence[OSError | None]

PATIENCE_S: Final = 0.05
"""How long one sync may keep others waiting: most disks take a small part of it."""

HELPERS_MAX: Final = 8
"""Threads beside the first: as many as tickets of group commits that wait at a time."""


class _Handover:
    """Tickets that were handed over together, and are told of together."""

    __slots__ = ("_left", "_noting", "done", "outcomes", "tickets")

    def __init__(self, tickets: Sequence[SyncTicket], done: Callable[[Outcomes], None]) -> None:
        self.tickets = tickets
        self.done = done
        self.outcomes: list[OSError | None] = [None] * len(tickets)
        self._left = len(tickets)
        self._noting = threading.Lock()

    def note(self, place: int, outcome: OSError | None) -> bool:
        """Take one outcome; whether it is the last. Any thread."""
        with self._noting:
            self.outcomes[place] = outcome
            self._left -= 1
            return not self._left


class _Job(NamedTuple):
    """One ticket of a handover."""

    handover: _Handover
    place: int


class SyncThreads:
    """A `SyncRunner`. Start it on the loop that is to be told; close it before the loop ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._last_begun = object()
        self._look: asyncio.TimerHandle | None = None
        self._helpers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._work, name="kconsole-sync", daemon=True)
        self._thread.start()

    def run(self, tickets: Sequence[SyncTicket], done: Callable[[Outcomes], None]) -> None:
        """Queue one round of at least one ticket. `done` is called on the loop."""
        begun = _Handover(tickets, done)
        for place in range(len(tickets)):
            self._jobs.put(_Job(begun, place))
        if self._look is None:
            self._look_later()

    def close(self) -> None:
        """Finish what is queued and end the threads. Blocks until they have ended."""
        if self._look is not None:
            self._look.cancel()
        self._jobs.put(None)
        self._thread.join()
        for helper in self._helpers:
            helper.join()

    def _look_later(self) -> None:
        self._look = self._loop.call_later(PATIENCE_S, self._help_out, self._last_begun)

    def _help_out(self, last_begun: object) -> None:
        """Start helpers if tickets wait and none was begun since the last look."""
        self._look = None
        if self._jobs.empty():
            return
        if self._last_begun is last_begun:
            self._helpers = [each for each in self._helpers if each.is_alive()]
            for _ in range(min(self._jobs.qsize(), HELPERS_MAX - len(self._helpers))):
                helper = threading.Thread(target=self._help, name="kconsole-sync", daemon=True)
                try:
                    helper.start()
                except RuntimeError:
                    # The limit of processes is reached: the threads there are go on.
                    break
                self._helpers.append(helper)
        self._look_later()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._sync(job)

    def _help(self) -> None:
        with suppress(queue.Empty):
            while (job := self._jobs.get_nowait()) is not None:
                self._sync(job)
            # The end, which is for the first thread.
            self._jobs.put(None)

    def _sync(self, job: _Job) -> None:
        self._last_begun = object()
        outcome = _outcome(job.handover.tickets[job.place])
        if job.handover.note(job.place, outcome):
            self._loop.call_soon_threadsafe(job.handover.done, job.handover.outcomes)


def _outcome(ticket: SyncTicket) -> OSError | None:
    try:
        ticket.run()
    except OSError as error:
        return error
    except Exception as error:  # The thread must not end: everybody would wait for ever.
        return OSError(errno.EIO, f"the sync ended with {error!r}")
    return None
