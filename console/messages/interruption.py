"""Waiting that somebody else on the loop can end at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Interruptible:
    """Waits for one piece of work at a time."""

    def __init__(self) -> None:
        self._waiting: asyncio.Timeout | None = None

    async def result_of(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What comes of some work, or None when it was interrupted. The work is cancelled then."""
        assert self._waiting is None, "one piece of work at a time"
        try:
            async with asyncio.timeout(None) as self._waiting:
                return await work
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    def interrupt(self) -> None:
        """End the waiting, if there is any. Idempotent."""
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time())
