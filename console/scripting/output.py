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
from console.scripting.fields import Field, RowT

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
    widths = [max(cell_len(line[at]) for line in lines) for at in range(len(fields))]
    return "".join(_line(fields, line, widths) for line in lines[not has_head :])


def _line(fields: Sequence[Field[RowT]], cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        " " * (width - cell_len(cell)) + cell
        if field.is_number
        else cell + " " * (width - cell_len(cell))
        for field, cell, width in zip(fields, cells, widths, strict=True)
    ]
    return "  ".join(padded).rstrip() + "\n"


def _csv(
    fields: Sequence[Field[RowT]], rows: Sequence[RowT], *, has_head: bool, read_ms: int | None
) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    moment = () if read_ms is None else (read_ms,)
    if has_head:
        writer.writerow([*(READ_AT for _ in moment), *(field.name for field in fields)])
    for row in rows:
        values = [field.value(row) for field in fields]
        writer.writerow([*moment, *(",".join(v) if isinstance(v, list) else v for v in values)])
    return text.getvalue()
