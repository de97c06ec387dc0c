"""Long work on the event loop, in turns: some things at a time, and everybody else in between.

Whoever works in turns sees what others changed meanwhile: it holds on to values that are replaced
whole, or works where a mixture of old and new does no harm.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

TOPICS_PER_TURN = 400
"""Some milliseconds of work, whatever is done with each."""


def parts(things: Iterable[T], size: int) -> list[list[T]]:
    """The things in lists of at most so many, in their order."""
    iterator = iter(things)
    found: list[list[T]] = []
    while part := list(islice(iterator, size)):
        found.append(part)
    return found


async def in_turns(things: Iterable[T]) -> AsyncIterator[list[T]]:
    """The things of each turn; the loop runs between two of them."""
    for number, part in enumerate(parts(things, TOPICS_PER_TURN)):
        if number:
            await asyncio.sleep(0)
        yield part
