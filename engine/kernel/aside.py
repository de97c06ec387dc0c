"""Long work on values, done beside the event loop.

Python runs one thread at a time, so nothing is done sooner; but the loop, with every key and every
request on it, has its turn again after some milliseconds. For pure work on what nobody changes
meanwhile: an answer that came, a reading that is replaced whole.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

ASIDE_FROM: Final = 1_000
"""Things from which on work is done aside: some milliseconds, much more than handing over takes."""


async def aside(work: Callable[[T], R], source: T, *, count: int) -> R:
    """What work makes of a source of so many things: at once if they are few.

    Raises what the work raises. Cancelling leaves the work to end by itself, for nobody.
    """
    return work(source) if count < ASIDE_FROM else await asyncio.to_thread(work, source)
