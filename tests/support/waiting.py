"""Waiting for something that happens on the same event loop, without time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until the condition holds; the test's own time-out bounds it."""
    while not condition():  # noqa: ASYNC110 - what is waited for has no event to set
        await asyncio.sleep(0)
