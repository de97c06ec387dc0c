"""Rows of a table, and which of them are shown in which order. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.widgets.columns import Column
from console.widgets.palette import Role

SortValue = str | float


class Cell(NamedTuple):
    """One cell: its text, already safe for a terminal, and what it means."""

    text: str
    role: Role = Role.TEXT
    unit: str = ""
    """Drawn muted behind the text."""


class Row(NamedTuple):
    """One row; cells and sort values stand in the order of the columns."""

    key: str
    cells: tuple[Cell, ...]
    sorts: tuple[SortValue, ...]


class Order(NamedTuple):
    """By which column rows are sorted, and whether large values come first."""

    column: int = 0
    is_down: bool = False


def arranged(rows: Sequence[Row], order: Order, is_shown: Callable[[Row], bool]) -> tuple[Row, ...]:
    """The rows that are shown, sorted; equal ones stay in the order of their keys."""
    shown = [row for row in rows if is_shown(row)]
    shown.sort(key=lambda row: row.key)
    shown.sort(key=lambda row: _comparable(row.sorts[order.column]), reverse=order.is_down)
    return tuple(shown)


def next_order(columns: Sequence[Column], order: Order) -> Order:
    """Sorted by the column after this one, in the direction that shows what is interesting."""
    column = (order.column + 1) % len(columns)
    return Order(column, columns[column].sort_first_down)


def _comparable(value: SortValue) -> tuple[int, float, str]:
    """Numbers before texts, so that a mixed column still has an order."""
    if isinstance(value, str):
        return (1, 0.0, value.lower())
    return (0, value, "")
