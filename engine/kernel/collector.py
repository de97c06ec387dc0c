"""Python's collector of reference cycles, kept away from what lives as long as the process.

Modules, classes and tables are made at the start and are never garbage. Yet the collector walks
over them again and again while they are made, and over all of them in every full collection, with
every client waiting. `pause` it before the heavy imports and `settle` it when the start is over:
what is there by then is never looked at again, what comes later is collected as ever.
"""

import gc


def pause() -> None:
    """Collect nothing until `settle`. For the first lines of a program."""
    gc.disable()


def settle() -> None:
    """Collect from now on, but nothing of what is there now."""
    gc.freeze()
    gc.enable()
