"""Rows on standard output: aligned text for people, JSON or CSV for programs.

Text from outside is cleaned in the table for people only: JSON escapes what it must, and CSV gives
what there is, which whoever prints it to a terminal has to clean.
"""

import csv
import io
import json
from collections.abc import Sequence
from enum import StrEnum

from rich.cells import cell_len

from console.model.text import plain
from console.scripting.fields import Field, Json, RowT

READ_AT = "read_at"
"""The column of the moment of a reading, in milliseconds since 1970."""


class Form(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def rendered(
    fields: Sequence[Field[RowT]],
    rows: Sequence[RowT],
    form: Form,
    *,
    has_head: bool = True,
    read_ms: int | None = None,
) -> str:
    """The text of some rows, with a line end behind the last; `has_head` is about table and CSV.

    JSON is one array on one line, so that repeated readings are lines. With `read_ms` each row of
    CSV begins with that moment.
    """
    match form:
        case Form.TABLE:
            return _table(fields, rows, has_head=has_head)
        case Form.JSON:
            found = [{field.name: field.value(row) for field in fields} for row in rows]
            return json.dumps(found) + "\n"
        case Form.CSV:
            return _csv(fields, rows, has_head=has_head, read_ms=read_ms)


def _table(fields: Sequence[Field[RowT]], rows: Sequence[RowT], *, has_head: bool) -> str:
    lines = [[field.title for field in fields]]
    lines += [[plain(field.text(row)) for field in fields] for row in rows]
    columns = [
        _padded(cells, at_right=field.is_number)
        for field, cells in zip(fields, zip(*lines, strict=True), strict=True)
    ]
    shown = list(zip(*columns, strict=True))[not has_head :]
    return "".join("  ".join(cells).rstrip() + "\n" for cells in shown)


def _padded(cells: Sequence[str], *, at_right: bool) -> list[str]:
    """The cells of a column, each as wide as the widest of them."""
    widths = [len(cell) if cell.isascii() else cell_len(cell) for cell in cells]
    widest = max(widths)
    spaces = [" " * (widest - width) for width in widths]
    if at_right:
        return [space + cell for space, cell in zip(spaces, cells, strict=True)]
    return [cell + space for space, cell in zip(spaces, cells, strict=True)]


def _csv(
    fields: Sequence[Field[RowT]], rows: Sequence[RowT], *, has_head: bool, read_ms: int | None
) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    moment = () if read_ms is None else (read_ms,)
    if has_head:
        writer.writerow([*(READ_AT for _ in moment), *(field.name for field in fields)])
    for row in rows:
        writer.writerow([*moment, *(_csv_cell(field.value(row)) for field in fields)])
    return text.getvalue()


def _csv_cell(value: Json) -> Json:
    """What is written of a value: of one that is true or false the word that JSON has for it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else value
