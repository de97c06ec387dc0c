"""The rows of a CSV file as an export writes it, by the names in its first line.

RFC 4180: a cell in quotes may hold line ends and doubled quotes. An empty cell without quotes is
null, one with quotes is empty text; the `csv` module of Python cannot tell them apart. Blocking.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

_CELL = re.compile(rb'(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|\Z)')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Row = Mapping[str, bytes | None]
"""Cells by the names of their columns."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is none. `number` is that of its first line, from 1."""

    number: int
    reason: str


def column_names(line: bytes) -> tuple[str, ...] | None:
    """The names in the first line of a file; None when it is no line of such a file."""
    cells = _cells(line.removeprefix(_BYTE_ORDER_MARK).rstrip(b"\r\n"))
    if cells is None or None in cells:
        return None
    names = [(cell or b"").decode("utf-8", "replace").strip() for cell in cells]
    return tuple(names) if "value" in names else None


def rows_of(
    file: IO[bytes], names: tuple[str, ...], *, bytes_max: int
) -> Iterator[tuple[int, Row] | BadRow]:
    """The rows behind the first line, each with the number of its first line.

    A row of more than `bytes_max` bytes is none. Raises OSError.
    """
    number = 2
    while line := file.readline(bytes_max + 1):
        first, parts, size_bytes = number, [line], len(line)
        quotes = line.count(b'"')
        number += 1
        while quotes % 2 and size_bytes <= bytes_max and (line := file.readline(bytes_max + 1)):
            parts.append(line)
            size_bytes += len(line)
            quotes += line.count(b'"')
            number += 1
        if size_bytes > bytes_max:
            _pass_line(file, line, bytes_max)
            yield BadRow(first, f"longer than {bytes_max >> 20} MB")
        elif quotes % 2:
            yield BadRow(first, "a quote is not closed")
        elif row := b"".join(parts).removesuffix(b"\n").removesuffix(b"\r"):
            yield _row(first, row, names)


def _pass_line(file: IO[bytes], line: bytes, bytes_max: int) -> None:
    """Read to the end of a line of which only a part was read."""
    while line and not line.endswith(b"\n"):
        line = file.readline(bytes_max)


def _row(number: int, row: bytes, names: tuple[str, ...]) -> tuple[int, Row] | BadRow:
    cells = _cells(row)
    if cells is None:
        return BadRow(number, "a quote stands within a cell that has none around it")
    if len(cells) != len(names):
        return BadRow(number, f"it has {len(cells):,} cells, and {len(names):,} columns are named")
    return number, dict(zip(names, cells, strict=True))


def _cells(row: bytes) -> list[bytes | None] | None:
    """The cells of a row; None when it is none."""
    cells: list[bytes | None] = []
    position = 0
    while True:
        found = _CELL.match(row, position)
        if found is None:
            return None
        quoted, plain, sign = found.groups()
        cells.append(plain or None if quoted is None else quoted.replace(b'""', b'"'))
        if not sign:
            return cells
        position = found.end()
