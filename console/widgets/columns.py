"""The columns of a table and how they share its width. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.widgets.measures import Measure

SORT_MARK = " ▼"
GAP = 2
"""Blank cells between two columns."""
FLEX_LEAST = 8
"""Cells that a flexible column keeps in a table that is too narrow."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is what it needs; a `flex` column takes what is left, up to `width_max`.

    Of columns that do not fit, the one with the highest `priority` goes first; those with 0 stay,
    with flexible ones made narrower, until a table is too narrow even for them. Then they go from
    the right, all but the first: what remains is a list of names.
    `sort_first_down` says that the interesting rows have large values. A column that `fits` is as
    wide as its longest cell and no wider; before others grow these do, from the left.
    `measure` says of a column of numbers what those are that its rows are sorted by.
    """

    key: str
    label: str
    width: int
    measure: Measure | None = None
    is_right: bool = False
    priority: int = 0
    is_flex: bool = False
    width_max: int = 10_000
    sort_first_down: bool = False
    appears_from: int = 0
    """The least width of the whole table at which this column is shown."""
    fits: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called where programs read it: the name of its words, that of its numbers."""
        if self.measure is None:
            return (self.key,)
        name = self.key + self.measure.unit
        return (self.key, name) if self.measure.is_worded else (name,)


def as_wide_as(column: Column, longest: int) -> Column:
    """A column that fits, for cells of which the longest has so many cells of the screen."""
    most = max(len(column.label), min(longest, column.width_max))
    return replace(column, width=min(column.width, most), width_max=most)


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
    while len(shown) > 1 and _least(shown) > width:
        shown.pop()
    placed, at = [], 0
    for column, wide in zip(shown, _shared(shown, width), strict=True):
        wide = max(0, min(wide, width - at))
        placed.append(Placed(column, at, wide))
        at += wide + GAP
    return tuple(placed)


def _shared(columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column: the flexible ones share what is left, or what is missing."""
    widths = [column.width for column in columns]
    flexible = [number for number, column in enumerate(columns) if column.is_flex]
    spare = width - _needed(columns)
    for number in flexible:
        if columns[number].fits and spare > 0:
            more = min(spare, max(0, columns[number].width_max - widths[number]))
            widths[number] += more
            spare -= more
    while spare > 0:
        growing = [n for n in flexible if widths[n] < columns[n].width_max]
        if not growing:
            break
        share = max(1, spare // len(growing))
        for number in growing[:spare]:
            more = min(share, columns[number].width_max - widths[number])
            widths[number] += more
            spare -= more
    while spare < 0:
        shrinking = [n for n in flexible if widths[n] > FLEX_LEAST]
        if not shrinking:
            break
        widths[max(shrinking, key=lambda number: widths[number])] -= 1
        spare += 1
    return widths


def _marked(column: Column) -> Column:
    return replace(column, width=max(column.width, len(column.label) + len(SORT_MARK)))


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def _least(columns: Sequence[Column]) -> int:
    """The cells without which these columns cannot be read."""
    widths = (min(c.width, FLEX_LEAST) if c.is_flex else c.width for c in columns)
    return sum(widths) + GAP * max(0, len(columns) - 1)
