"""Loads what is opened later, so that the first press of a key does not wait for it.

Screens, the prompt and forms are not needed for the first frame and are loaded when they are
opened; loading some takes longer than a key may. Once the cluster has answered they are loaded one
by one in a thread, with a rest between, in which the loop has the interpreter for itself. What is
opened before its turn is loaded there and then, as without this.
"""

import asyncio
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module

PACKAGES = ("console.screens", "console.palette", "console.forms")
"""What holds everything that is opened by a key or a command."""

REST_S = 0.02
"""Between two modules: as long as a frame takes to be drawn."""


def late_modules() -> Iterator[str]:
    """The modules of these packages that are not loaded yet. Reads folders."""
    for package in PACKAGES:
        for each in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
            if each.name not in sys.modules:
                yield each.name


async def load_ahead() -> None:
    """Load everything that is opened later. Cancelling is safe: a module that was begun is loaded
    to its end."""
    for name in await asyncio.to_thread(lambda: tuple(late_modules())):
        await asyncio.to_thread(import_module, name)
        await asyncio.sleep(REST_S)
