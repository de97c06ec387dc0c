"""One change made to each of several things, one after the other.

What was done is a line on standard output, what was not one on standard error. A thing that is
refused does not keep the others from their turn; a cluster that cannot be reached does, and then
those that were not done are named.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import click

from console.acts.recorded_writes import UNHEARD
from console.model.text import plain
from console.port.cluster import Layout, Writes
from console.port.errors import ClusterError, Unreachable
from console.scripting.waiting import Waiting

Change = Callable[[str, Writes], Awaitable[str]]
"""Changes the thing of a name and gives the line to print. Raises ClusterError."""


class EachChange:
    """One run of a command. `failed` counts what could not be done."""

    def __init__(self, names: Sequence[str], change: Change, waiting: Waiting) -> None:
        self._names = names
        self._change = change
        self._waiting = waiting
        self.failed = 0

    async def run(self, writes: Writes, reads: Layout) -> None:
        """Change each. Raises Unreachable where nothing was sent."""
        # A change is tried again for long; where no broker is, that is told at once.
        await reads.capabilities()
        for index, name in enumerate(self._names):
            try:
                async with self._waiting.told():
                    said = await self._change(name, writes)
            except ClusterError as error:
                if isinstance(error, Unreachable) and not error.may_be_done:
                    self._tell_left(index)
                    raise
                self.failed += 1
                click.echo(f"kconsole: {plain(name)}: {plain(error.of_change)}", err=True)
            except asyncio.CancelledError:
                click.echo(f"kconsole: {plain(name)}: {UNHEARD}", err=True)
                self._tell_left(index + 1)
                raise
            else:
                click.echo(said)

    def _tell_left(self, index: int) -> None:
        """Say which things had no turn, from one on."""
        left = self._names[index:]
        if left and len(self._names) > 1:
            click.echo(f"kconsole: not done: {plain(' '.join(left))}", err=True)
