"""How the lines of a table are drawn: its head, and the cells of a row. Pure."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment

from console.widgets import symbols
from console.widgets.columns import Column, Placed
from console.widgets.fitting import fitted
from console.widgets.palette import Palette, Role
from console.widgets.table_rows import Cell, Order


def head(
    placed: Sequence[Placed], sorted_by: Column, order: Order, palette: Palette
) -> list[Segment]:
    """The labels, with a sign behind that of the column that rows are sorted by."""
    style = palette.style(Role.HEAD)
    segments: list[Segment] = []
    at = 0
    for each in placed:
        label = each.column.label
        if each.column.key == sorted_by.key:
            label += f" {symbols.SORT_DOWN if order.is_down else symbols.SORT_UP}"
        segments.append(Segment(" " * (each.at - at) + _fit(label, each), style))
        at = each.at + each.width
    return segments


def line(
    placed: Sequence[Placed],
    cells: Mapping[str, Cell],
    palette: Palette,
    ground: str,
    *,
    is_bold: bool,
) -> list[Segment]:
    """The cells of a row, by the keys of their columns; `is_bold` is for the first."""
    blank = palette.style(Role.TEXT, ground)
    segments: list[Segment] = []
    at = 0
    for each in placed:
        segments.append(Segment(" " * (each.at - at), blank))
        is_first = each.at == 0 and is_bold
        segments += _cell(cells[each.column.key], each, palette, ground, is_bold=is_first)
        at = each.at + each.width
    return segments


def _cell(
    cell: Cell, each: Placed, palette: Palette, ground: str, *, is_bold: bool
) -> list[Segment]:
    style = palette.style(cell.role, ground, is_bold=is_bold)
    if not cell.unit:
        return [Segment(_fit(cell.text, each), style)]
    muted = palette.style(Role.MUTED, ground)
    room = each.width - cell_len(cell.unit)
    if room < cell_len(cell.text):
        return [Segment(_fit(cell.text + cell.unit, each), style)]
    blank = " " * (room - cell_len(cell.text))
    if each.column.is_right:
        return [Segment(blank + cell.text, style), Segment(cell.unit, muted)]
    return [Segment(cell.text, style), Segment(cell.unit + blank, muted)]


def _fit(text: str, each: Placed) -> str:
    return fitted(text, each.width, is_right=each.column.is_right)
