"""What a table tells of its rows beyond drawing them: names and whole rows, to paste or to read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message
from textual.widget import Widget

from console.model.text import plain
from console.model.units import UNKNOWN
from console.widgets.columns import Column
from console.widgets.measures import Written
from console.widgets.table_rows import TableRow


def row_lines(columns: Sequence[Column], row: TableRow) -> tuple[tuple[str, str], ...]:
    """Each column of a row with the whole of its cell, also of those that are not shown."""
    pairs = zip(columns, row.cells, strict=True)
    return tuple((column.label or column.key, cell.text + cell.unit) for column, cell in pairs)


def row_object(columns: Sequence[Column], row: TableRow) -> dict[str, Written]:
    """A row by the names of its columns: numbers as such, null where they are not known, and other
    cells as they read on the screen."""
    told: dict[str, Written] = {}
    for number, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        told[column.key] = (cell.text + cell.unit).strip()
        if column.measure is not None:
            value = row.sort(number)
            assert not isinstance(value, str), f"rows are sorted by numbers in {column.key}"
            exact = None if cell.text == UNKNOWN else column.measure.written(value)
            told[column.key + column.measure.unit] = exact
    return {name: told[name] for column in columns for name in column.names}


class RowTelling(Widget):
    """Copies and describes rows; a table says which are meant."""

    columns: tuple[Column, ...] = ()

    @dataclass
    class DescribeWanted(Message):
        """All of one row should be shown: its columns with their cells."""

        lines: tuple[tuple[str, str], ...]

    @property
    def cursor_row(self) -> TableRow | None:
        """The row under the cursor."""
        return None

    @property
    def meant_rows(self) -> Sequence[TableRow]:
        """The rows that an act on rows is about."""
        return () if self.cursor_row is None else (self.cursor_row,)

    def action_describe(self) -> None:
        row = self.cursor_row
        if row is not None:
            self.post_message(self.DescribeWanted(row_lines(self.columns, row)))

    def action_copy(self) -> None:
        row = self.cursor_row
        if row is not None:
            self.copy_names([row.key])

    def copy_names(self, keys: Sequence[str]) -> None:
        """Copy names, with blanks between them, and say so."""
        # Cleaned for the clipboard too: a line feed in it would run what is pasted in a shell.
        names = [plain(key) for key in keys]
        self.app.copy_to_clipboard(" ".join(names))
        one = plain(keys[0], limit=60)
        said = one if len(names) == 1 else f"{len(names):,} names"
        self.notify(f"Copied {said}", markup=False)

    def action_copy_row(self) -> None:
        """Copy what is meant as JSON in one line: one row as an object, several in an array."""
        objects = [row_object(self.columns, row) for row in self.meant_rows]
        if objects:
            meant = objects[0] if len(objects) == 1 else objects
            self.app.copy_to_clipboard(json.dumps(meant, ensure_ascii=False))
            self.notify("Copied the row" if len(objects) == 1 else f"Copied {len(objects):,} rows")
