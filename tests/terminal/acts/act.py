"""One act as a row of the table: what it does, what has to be there before, and its script.

`does` are the actions of the console's own table whose keys the script presses. A script that
presses none of another is found out, so that what the table says is covered is covered.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.terminal.acts.stage import Stage
from tests.terminal.acts.world import World

Prepare = Callable[[World, str], None]
"""Fills a cluster for an act, whose topics and groups begin with the name that is given."""


@dataclass(frozen=True, slots=True)
class Act:
    """`is_quick`: it runs on every change, on our broker. `victim`: the script strikes in its
    midst; the node that is to die then, told from the world and the name. `reads_with` is a program
    that reads back, where one does."""

    name: str
    does: tuple[str, ...]
    prepare: Prepare
    perform: Callable[[Stage], None]
    is_quick: bool = False
    victim: Callable[[World, str], int] | None = None
    reads_with: str = ""
