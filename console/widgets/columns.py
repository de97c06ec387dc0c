"""The columns of a table and how they share its width. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

SORT_MARK = " ▼"
GAP = 2
"""Blank cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is what it needs; a `flex` column takes what is left, up to `width_max`.

    Of columns that do not fit, the one with the highest `priority` goes first; 0 stays always.
    `sort_first_down` says that the interesting rows have large values.
    """

    key: str
    label: str
    width: int
    is_right: bool = False
    priority: int = 0
    is_flex: bool = False
    width_max: int = 10_000
    sort_first_down: bool = False
    appears_from: int = 0
    """The least width of the whole table at which this column is shown."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column with its place: first cell and width."""

    column: Column
    at: int
    width: int


def place(
    columns: Sequence[Column], width: int, *, sorted_by: int | None = None
) -> tuple[Placed, ...]:
    """Choose the columns that fit into `width` cells and share it between them.

    The column that rows are sorted by is as wide as its label with the mark behind it.
    """
    shown = [
        _marked(column) if number == sorted_by else column
        for number, column in enumerate(columns)
        if column.appears_from <= width
    ]
    while _needed(shown) > width:
        droppable = [column for column in shown if column.priority]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda column: column.priority))
    spare = max(0, width - _needed(shown))
    flexible = [column for column in shown if column.is_flex]
    placed, at = [], 0
    for column in shown:
        wide = column.width
        if column.is_flex:
            wide = min(column.width_max, wide + spare // len(flexible))
        wide = max(0, min(wide, width - at))
        placed.append(Placed(column, at, wide))
        at += wide + GAP
    return tuple(placed)


def _marked(column: Column) -> Column:
    return replace(column, width=max(column.width, len(column.label) + len(SORT_MARK)))


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)
