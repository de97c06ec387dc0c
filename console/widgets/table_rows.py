"""Rows of a table, and which of them are shown in which order. Pure."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
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


class Look(NamedTuple, Generic[V]):
    """How values of one kind look as rows: the cells of one, and what it is sorted by."""

    cells: Callable[[V], tuple[Cell, ...]]
    sort: Callable[[V, int], SortValue]


class ValueRow(Generic[V]):
    """The row of a value, for lists of ten thousand: small, and kept as long as the value is.

    Cells are made whenever the line is drawn, so they may say how long ago something was. What it
    is sorted by follows from the value alone, and is looked up once for a column.
    """

    __slots__ = ("_column", "_look", "_sorted_as", "key", "value")

    def __init__(self, key: str, value: V, look: Look[V]) -> None:
        self.key = key
        self.value = value
        self._look = look
        self._column = -1
        self._sorted_as: SortValue = 0.0

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self._look.cells(self.value)

    def sort(self, column: int, /) -> SortValue:
        if column != self._column:
            self._column, self._sorted_as = column, self._look.sort(self.value, column)
        return self._sorted_as


class RowCache(Generic[V]):
    """Makes rows of values, and makes none anew whose value is the same object as before."""

    def __init__(self, make: Callable[[V], TableRow]) -> None:
        self._make = make
        self._values: list[V] = []
        self._rows: list[TableRow] = []

    def rows(self, values: Iterable[V]) -> list[TableRow]:
        """The rows of these values, in their order; what was kept of others is forgotten."""
        new = list(values)
        # The values are kept with their rows, so that the id of one is not another's meanwhile.
        made = {id(value): row for value, row in zip(self._values, self._rows, strict=True)}
        rows = [made.get(id(value)) or self._make(value) for value in new]
        self._values, self._rows = new, rows
        return list(rows)


class Order(NamedTuple):
    """By which column rows are sorted, and whether large values come first."""

    column: int = 0
    is_down: bool = False


def ordered(rows: Sequence[TableRow], order: Order) -> tuple[TableRow, ...]:
    """The rows, sorted; equal ones stay in the order of their keys."""
    by_key: list[TableRow] = sorted(rows, key=attrgetter("key"))
    values = _comparable([row.sort(order.column) for row in by_key])
    places = sorted(range(len(by_key)), key=values.__getitem__, reverse=order.is_down)
    return tuple([by_key[place] for place in places])


def arranged(
    rows: Sequence[TableRow], order: Order, is_shown: Callable[[TableRow], bool]
) -> tuple[TableRow, ...]:
    """The rows that are shown, sorted; equal ones stay in the order of their keys."""
    return tuple(row for row in ordered(rows, order) if is_shown(row))


def next_order(columns: Sequence[Column], shown: Sequence[Column], order: Order) -> Order:
    """Sorted by the shown column after this one, in the direction that shows what is interesting.

    After one that is not shown comes the first.
    """
    now = columns[order.column]
    after = shown[(shown.index(now) + 1) % len(shown)] if now in shown else shown[0]
    return Order(columns.index(after), after.sort_first_down)


def _comparable(
    values: list[SortValue],
) -> Sequence[float] | Sequence[str] | Sequence[tuple[int, float, str]]:
    """Values that can be compared: numbers before texts, so that a mixed column has an order.

    Of one kind alone they are compared as they are, which takes a fourth of the time.
    """
    numbers = [value for value in values if not isinstance(value, str)]
    if len(numbers) == len(values):
        return numbers
    texts = [value.lower() for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return texts
    return [
        (1, 0.0, value.lower()) if isinstance(value, str) else (0, value, "") for value in values
    ]
