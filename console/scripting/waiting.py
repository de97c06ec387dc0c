"""Says on standard error that a command waits for a cluster, for whom, and for how long by now.

| since the question was put        | each second                                            |
|-----------------------------------|--------------------------------------------------------|
| nothing has gone wrong            | nothing, for `SILENT_S`; then that no answer has come  |
| something has, and is tried again | what went wrong last, and that it is tried again       |

Standard output stays what it is. Where nobody reads standard error, nothing is said.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Final

import click

from console.model.text import plain
from console.port.errors import ClusterError
from engine.kernel.tasks import Tasks

SILENT_S: Final = 3
"""An answer that takes no longer, with nothing going wrong, is not worth a line."""

Pause = Callable[[float], Awaitable[None]]


class Waiting:
    """What one command waits for. Loop thread only."""

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        """`pause` waits for so many seconds."""
        self._pause = pause
        self._trouble = ""
        self.whom = "the cluster"
        """Who is asked, such as `127.0.0.1:9092`."""

    def note(self, error: ClusterError) -> None:
        """Something went wrong, and what is waited for is tried again."""
        self._trouble = error.reason

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Say each second that what is done meanwhile is waited for."""
        self._trouble = ""
        tasks = Tasks(_unheard)
        tasks.spawn(self._tell(), name="waiting")
        try:
            yield
        finally:
            await tasks.close()

    async def _tell(self) -> None:
        for seconds in count(1):
            await self._pause(1.0)
            if self._trouble:
                said = f"{self._trouble}; trying again, for {seconds} s by now"
            elif seconds >= SILENT_S:
                said = f"{self.whom} has not answered for {seconds} s; waiting"
            else:
                continue
            click.echo(f"kconsole: {plain(said)}", err=True)


def _unheard(_name: str, _error: BaseException) -> None:
    """Standard error is closed: what is waited for is waited for all the same."""
