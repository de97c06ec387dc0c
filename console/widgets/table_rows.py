"""Rows of a table, and which of them are shown in which order. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from console.widgets.columns import Column
from console.widgets.palette import Role

V = TypeVar("V")

SortValue = str | float


class Cell(NamedTuple):
    """One cell: its text, already safe for a terminal, and what it means."""

    text: str
    role: Role = Role.TEXT
    unit: str = ""
    """Drawn muted behind the text."""


class TableRow(Protocol):
    """One row; its cells stand in the order of the columns."""

    @property
    def key(self) -> str: ...

    @property
    def cells(self) -> tuple[Cell, ...]: ...

    def sort(self, column: int, /) -> SortValue:
        """What stands for the row when rows are sorted by a column."""
        ...


class Row(NamedTuple):
    """A row that is there whole. Equal rows need not be drawn again."""

    key: str
    cells: tuple[Cell, ...]
    sorts: tuple[SortValue, ...]

    def sort(self, column: int, /) -> SortValue:
        return self.sorts[column]


class LateRow:
    """A row whose cells are made when it is first drawn: of ten thousand, a screenful ever is.

    What it is sorted by is looked up in its value, of one column only.
    """

    __slots__ = ("_cells", "_make", "key", "sort")

    def __init__(
        self, key: str, make: Callable[[], tuple[Cell, ...]], sort: Callable[[int], SortValue]
    ) -> None:
        self.key = key
        self.sort = sort
        self._make = make
        self._cells: tuple[Cell, ...] | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        if self._cells is None:
            self._cells = self._make()
        return self._cells


class RowCache(Generic[V]):
    """Makes rows of values, and makes none anew whose value is the same object as before."""

    def __init__(self, make: Callable[[V], TableRow]) -> None:
        self._make = make
        self._made: dict[int, tuple[V, TableRow]] = {}

    def rows(self, values: Iterable[V]) -> list[TableRow]:
        """The rows of these values, in their order; what was kept of others is forgotten."""
        made: dict[int, tuple[V, TableRow]] = {}
        rows: list[TableRow] = []
        for value in values:
            # The value is kept with its row, so that its id is not another's meanwhile.
            known = self._made.get(id(value)) or (value, self._make(value))
            made[id(value)] = known
            rows.append(known[1])
        self._made = made
        return rows


class Order(NamedTuple):
    """By which column rows are sorted, and whether large values come first."""

    column: int = 0
    is_down: bool = False


def arranged(
    rows: Sequence[TableRow], order: Order, is_shown: Callable[[TableRow], bool]
) -> tuple[TableRow, ...]:
    """The rows that are shown, sorted; equal ones stay in the order of their keys."""
    shown = [row for row in rows if is_shown(row)]
    shown.sort(key=lambda row: row.key)
    shown.sort(key=lambda row: _comparable(row.sort(order.column)), reverse=order.is_down)
    return tuple(shown)


def next_order(columns: Sequence[Column], shown: Sequence[Column], order: Order) -> Order:
    """Sorted by the shown column after this one, in the direction that shows what is interesting.

    After one that is not shown comes the first.
    """
    now = columns[order.column]
    after = shown[(shown.index(now) + 1) % len(shown)] if now in shown else shown[0]
    return Order(columns.index(after), after.sort_first_down)


def _comparable(value: SortValue) -> tuple[int, float, str]:
    """Numbers before texts, so that a mixed column still has an order."""
    if isinstance(value, str):
        return (1, 0.0, value.lower())
    return (0, value, "")
