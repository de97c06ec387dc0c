"""The one place where asyncio tasks are started, so that none can be lost or fail unseen.

Every task belongs to a `Tasks` group with a name and ends with it. A task that fails with anything
but cancellation is reported to the group's `on_failure` and does not take its siblings down: the
borders of the engine (a connection, a worker) decide by themselves what a failure means.
"""

import asyncio
from collections.abc import Callable, Coroutine

FailureHandler = Callable[[str, BaseException], None]
"""Called with the task's name and what it raised, on the event loop."""


class Tasks:
    """A named set of running tasks that is closed as one. Not thread-safe: loop thread only."""

    def __init__(self, on_failure: FailureHandler) -> None:
        self._on_failure = on_failure
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, coroutine: Coroutine[object, object, None], *, name: str) -> asyncio.Task[None]:
        """Start a coroutine as a task of this group. Must be called from a running loop."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._running.add(task)
        task.add_done_callback(self._note_end)
        return task

    async def ended(self, seconds_max: float) -> None:
        """Wait until every running task has ended by itself, or so much time has passed."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds_max)

    async def close(self) -> None:
        """Cancel every running task and wait until all have ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._on_failure(task.get_name(), error)
