"""The logs that are being opened, and who waits for them.

An opening runs off the loop. Requests that name its partition wait where they are, in order, but
only for a while: an opening that takes longer than `PATIENCE_S` is answered with a retriable error,
so that clients go on with their other partitions. Whoever works in the background waits to the end.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from engine.broker.opening_threads import Failure, GiveUp, PausedWork
from engine.kernel.errors import EngineError
from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.log_opening import LogOpening

PATIENCE_S: Final = 3.0
"""How long requests wait for a log: most open within milliseconds, and no client gives up before
this, nor is a member of a group missed whose heartbeat is behind such a request."""


class OpeningRunner(Protocol):
    """Who runs openings: threads, or a test by hand."""

    def run(self, opening: PausedWork, done: Callable[[Failure], None]) -> GiveUp:
        """Run the opening; then call `done` on the loop, perhaps at once."""
        ...

    def close(self) -> None:
        """Give up what runs; `done` is called no more. Blocks until nobody touches any file."""
        ...


@dataclass(slots=True)
class _Running:
    """One opening under way."""

    topic_id: TopicId
    give_up: GiveUp | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    patience: asyncio.Future[None] | None = None


class Openings:
    """At most one opening of each partition. Loop thread only."""

    def __init__(self, runner: OpeningRunner, *, patience_s: float = PATIENCE_S) -> None:
        self._runner = runner
        self._patience_s = patience_s
        self._running: dict[TopicPartition, _Running] = {}

    def __contains__(self, topic_partition: TopicPartition) -> bool:
        return topic_partition in self._running

    def begin(
        self, topic_id: TopicId, opening: LogOpening, take: Callable[[LogOpening, Failure], None]
    ) -> None:
        """Run an opening; `take` gets what became of it before anybody who waits goes on.

        A new log is open when this returns.
        """
        name = opening.topic_partition
        assert name not in self._running, f"{name} is being opened"
        if opening.is_new:
            take(opening, _run_here(opening))
            return
        running = self._running[name] = _Running(topic_id)
        running.give_up = self._runner.run(opening, partial(self._done, opening, take))
        if name in self._running:
            loop = asyncio.get_running_loop()
            running.patience = loop.create_future()
            loop.call_later(self._patience_s, _resolve, running.patience)

    def patience(self, topic_partition: TopicPartition) -> asyncio.Future[None] | None:
        """Is done when a request that names the partition may go on; None when it may at once."""
        running = self._running.get(topic_partition)
        if running is None or running.patience is None or running.patience.done():
            return None
        return running.patience

    async def ended(self, topic_partition: TopicPartition) -> None:
        """Wait for the end of an opening, if there is one."""
        running = self._running.get(topic_partition)
        if running is not None:
            await running.ended.wait()

    def close(self) -> None:
        """Give everything up. Blocks for a moment."""
        self._runner.close()

    async def give_up(self, topic_id: TopicId) -> None:
        """End the openings of a topic's partitions, and wait until nobody touches their files."""
        running = [each for each in self._running.values() if each.topic_id == topic_id]
        for each in running:
            if each.give_up is not None:
                each.give_up()
        for each in running:
            await each.ended.wait()

    def _done(
        self, opening: LogOpening, take: Callable[[LogOpening, Failure], None], failure: Failure
    ) -> None:
        running = self._running.pop(opening.topic_partition)
        try:
            take(opening, failure)
        finally:
            running.ended.set()
            if running.patience is not None:
                _resolve(running.patience)


def _run_here(opening: LogOpening) -> Failure:
    try:
        opening.run()
    except (EngineError, OSError) as error:
        return error
    return None


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
