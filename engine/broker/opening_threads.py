"""The threads that open logs, so that a long recovery keeps nobody else waiting.

Python runs one thread at a time, and whoever computes without a pause keeps the loop from its turn:
an opening rests a little after each slice of work, which costs it a part of its speed. `close`
gives up what runs: that is like a death in the middle of a recovery, which the next one finishes.
"""

import asyncio
import errno
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, Protocol

from engine.kernel.clock import Clock
from engine.kernel.errors import EngineError
from engine.kernel.ids import TopicPartition

THREADS: Final = 4
"""Logs that are opened at once; more queue behind them."""

SLICE_S: Final = 0.001
"""How long an opening goes on before it rests."""

REST_S: Final = 0.0002
"""How long it rests: enough for the loop to take its turn."""

Failure = EngineError | OSError | None

GiveUp = Callable[[], object]
"""Lets an opening end soon; what it ended with is told as ever. Harmless when it has ended."""


class PausedWork(Protocol):
    """What takes its time at one log: its opening, or a rebuild of one of its indexes."""

    topic_partition: TopicPartition

    def run(self, pause: Callable[[], None] | None = None) -> None:
        """Do it, calling `pause` again and again, which raises to give it up."""
        ...


class OpeningGivenUp(EngineError):
    """The log is not to be opened after all."""


class OpeningThreads:
    """An `OpeningRunner`. Made on the loop that is to be told; close it before the loop ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
        self._loop = loop
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="kconsole-open")
        self._closing = threading.Event()

    def run(self, opening: PausedWork, done: Callable[[Failure], None]) -> GiveUp:
        """Open a log off the loop; then call `done` on the loop."""
        given_up = threading.Event()
        work = self._threads.submit(self._work, opening, given_up)
        work.add_done_callback(partial(self._tell, done))

        def give_up() -> None:
            given_up.set()
            # One that has not begun ends at once, however long others keep the threads.
            work.cancel()

        return give_up

    def close(self) -> None:
        """Give up what runs and what waits. Blocks until the threads have ended."""
        self._closing.set()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _work(self, opening: PausedWork, given_up: threading.Event) -> None:
        slice_start_s = self._clock.monotonic_s()

        def pause() -> None:
            nonlocal slice_start_s
            if self._closing.is_set() or given_up.is_set():
                raise OpeningGivenUp(f"{opening.topic_partition} is not wanted any more")
            if self._clock.monotonic_s() - slice_start_s >= SLICE_S:
                self._closing.wait(REST_S)
                slice_start_s = self._clock.monotonic_s()

        pause()
        opening.run(pause)

    def _tell(self, done: Callable[[Failure], None], work: Future[None]) -> None:
        if self._closing.is_set():
            return
        failure = OpeningGivenUp("it has not begun") if work.cancelled() else work.exception()
        if failure is not None and not isinstance(failure, EngineError | OSError):
            failure = OSError(errno.EIO, f"the opening ended with {failure!r}")
        self._loop.call_soon_threadsafe(done, failure)
