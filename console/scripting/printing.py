"""`kconsole get`: a table on standard output, once or again and again.

| where    | form  | each reading after the first                                      |
|----------|-------|-------------------------------------------------------------------|
| terminal | table | takes the place of the one before                                 |
| any      | other | is appended if anything changed: a line of JSON, rows of CSV      |
| any      | any   | of a table that only grows, just the rows that are new, in order  |

What is old or missing in a reading is said on standard error, once until it changes; on a terminal
beneath the table. So is, of a single reading, which columns only several can tell; and what it
means that there are no rows, which stands in the table's place where that is kept.
"""

import asyncio
import select
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from typing import Generic

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from console.model import units
from console.model.text import plain
from console.scripting.fields import RowT
from console.scripting.output import Form, rendered
from console.scripting.reading import TableReader
from console.scripting.table import Place, Reading, Table

NOT_KNOWN = (None, "unknown")
"""What a value is that is not known, of a figure and of a verdict."""

Pause = Callable[[float], Awaitable[None]]


class Printer(Generic[RowT]):
    """Prints one table. `is_whole` says of the last reading whether nothing was old or missing."""

    def __init__(
        self, table: Table[RowT], form: Form, watch_s: float | None, pause: Pause = asyncio.sleep
    ) -> None:
        """`watch_s` is how often to read; None is once. `pause` waits for so many seconds."""
        self._table = table
        self._form = form
        self._watch_s = watch_s
        self._pause = pause
        self._values: list[str] | None = None
        """What the last reading showed, a text for each row; None before the first."""
        self._remark = ""
        self.is_whole = True

    async def run(self, place: Place) -> None:
        """Print the rows, and for as long as they are watched those that follow.

        Raises ClusterError, and BrokenPipeError when nobody reads what is printed.
        """
        reader = TableReader(place, self._table)
        live = self._live()
        with live or nullcontext():
            while True:
                reading = await reader.read()
                self.is_whole = not reading.remark
                at_ms = place.clock.wall_ms()
                if live is not None:
                    live.update(self._picture(reading, at_ms), refresh=True)
                else:
                    self._append(reading, at_ms)
                if self._watch_s is None:
                    self._tell_unknown(reading)
                    return
                await self._pause(self._watch_s)
                _expect_reader()

    def _live(self) -> Live | None:
        """What keeps the table in its place; None where it is appended."""
        console = Console(highlight=False)
        is_in_place = (
            self._watch_s is not None
            and self._form is Form.TABLE
            and console.is_terminal
            and not console.is_dumb_terminal
        )
        if not is_in_place:
            return None
        return Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def _picture(self, reading: Reading[RowT], at_ms: int) -> Text:
        rows = self._table.empty
        if reading.rows or not rows:
            rows = rendered(self._table.fields, reading.rows, Form.TABLE, has_head=True)
        ends = f"{units.clock(at_ms, None)} · every {self._watch_s:g}s · ctrl+c ends"
        lines = [*rows.splitlines(), f"▲ {plain(reading.remark)}" if reading.remark else ends]
        return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")

    def _append(self, reading: Reading[RowT], at_ms: int) -> None:
        if reading.remark != self._remark:
            self._remark = reading.remark
            said = reading.remark or "the figures are whole again"
            click.echo(f"kconsole: {plain(said)}", err=True)
        is_first = self._values is None
        rows = self._news(reading.rows)
        if rows is None:
            return
        stands_alone = self._form is Form.TABLE and not self._table.grows
        if stands_alone and not is_first:
            click.echo()
        text = rendered(
            self._table.fields,
            rows,
            self._form,
            has_head=is_first or stands_alone,
            read_ms=None if self._watch_s is None else at_ms,
        )
        if self._form is Form.CSV and sys.stdout.isatty():
            # A program gets what there is; a terminal would do what it says.
            text = plain(text, limit=len(text), keeps_lines=True)
        click.echo(text, nl=False)
        sys.stdout.flush()
        if self._table.empty and not rows and self._form is Form.TABLE:
            click.echo(f"kconsole: {self._table.empty}", err=True)

    def _tell_unknown(self, reading: Reading[RowT]) -> None:
        """Say which columns are unknown because they compare readings, where people read them; and
        what there is no column for, of which programs have no other sign."""
        unknown = [
            field.title
            for field in self._table.fields
            if field.name in self._table.over_time
            and any(field.value(row) in NOT_KNOWN for row in reading.rows)
        ]
        if unknown and self._form is Form.TABLE:
            said = f"{', '.join(unknown)}: unknown from one reading; --watch 1 compares several"
            click.echo(f"kconsole: {said}", err=True)
        for said in reading.untold:
            click.echo(f"kconsole: {plain(said)}", err=True)

    def _news(self, rows: Sequence[RowT]) -> Sequence[RowT] | None:
        """What there is to print of a reading; None when nothing changed."""
        if self._watch_s is None:
            return rows
        values = [repr([field.value(row) for field in self._table.fields]) for row in rows]
        before, self._values = self._values, values
        if values == before:
            return None
        if not self._table.grows:
            return rows
        seen = set(before or ())
        # The newest stands first, and what is appended is read downwards.
        return [row for row, value in zip(rows, values, strict=True) if value not in seen][::-1]


def _expect_reader() -> None:
    """Raise BrokenPipeError when the other end of standard output is closed.

    Nothing is printed while nothing changes, so that it would not be noticed by printing.
    """
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    ends = select.poll()
    ends.register(output, 0)
    if any(events & (select.POLLERR | select.POLLNVAL) for _, events in ends.poll(0)):
        raise BrokenPipeError("nobody reads standard output")
