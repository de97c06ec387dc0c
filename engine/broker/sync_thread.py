"""The one thread that syncs logs to disk. It touches nothing of a log but its tickets.

One thread, not a pool: with four, a crowd of producers on ten partitions was acknowledged no sooner
and cost a quarter more CPU, since the threads contend for the interpreter with the loop.
"""

import asyncio
import errno
import queue
import threading
from collections.abc import Callable, Sequence

from engine.storage.partition_log import SyncTicket

Outcomes = Sequence[OSError | None]
_Job = tuple[Sequence[SyncTicket], Callable[[Outcomes], None]]


class SyncThread:
    """A `SyncRunner`. Start it on the loop that is to be told; close it before the loop ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="kconsole-sync", daemon=True)
        self._thread.start()

    def run(self, tickets: Sequence[SyncTicket], done: Callable[[Outcomes], None]) -> None:
        """Queue one round. `done` is called on the loop."""
        self._jobs.put((tickets, done))

    def close(self) -> None:
        """Finish what is queued and end the thread. Blocks until it has ended."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            tickets, done = job
            outcomes = [_outcome(ticket) for ticket in tickets]
            self._loop.call_soon_threadsafe(done, outcomes)


def _outcome(ticket: SyncTicket) -> OSError | None:
    try:
        ticket.run()
    except OSError as error:
        return error
    except Exception as error:  # The thread must not end: everybody would wait for ever.
        return OSError(errno.EIO, f"the sync ended with {error!r}")
    return None
