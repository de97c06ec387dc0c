"""Python's collector of reference cycles, kept away from what lives as long as the process.

Modules, classes and tables are made at the start and are never garbage. Yet the collector walks
over them again and again while they are made, and over all of them in every full collection, with
every client waiting. `rest` it before the heavy imports and `settle` it when the start is over:
what is there by then is never looked at again, what comes later is collected as ever. It does not
rest wholly: what the start throws away would stay as well.

The console has its pictures of a large cluster passed over too, by `spare`, and goes on resting:
they die by themselves when newer ones take their places, and walking over hundreds of thousands of
figures would hold its loop each time.
"""

import gc
from typing import Final

RESTING: Final = 5_000
"""New objects from which the young are collected during the start: seven times the usual."""

LOOKS: Final = 2
"""Collections of the middle-aged between two looks whether all is to be collected, usually ten.
Every closed connection leaves a ring of a kilobyte, since a transport of asyncio holds a method of
its own, and such a look costs nothing."""


def rest() -> None:
    """Collect more rarely until `settle`. For the first lines of a program."""
    gc.set_threshold(RESTING, *_usual[1:])


def spare() -> None:
    """Never look again at what is there now; garbage in cycles stays, so call it rarely."""
    gc.freeze()


def settle() -> None:
    """Collect what is young as usual from now on, and nothing of what is there now.

    Before it collects all the interpreter waits for a quarter more than was there the last time.
    That is to be what was made since the start: a quarter of the start's own objects is more
    garbage than a small broker makes in twenty minutes.
    """
    spare()
    gc.set_threshold(*_usual[:2], LOOKS)
    gc.collect()


_usual: Final = gc.get_threshold()
