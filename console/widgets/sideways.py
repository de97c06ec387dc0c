"""A table moved sideways: its columns as wide as their cells, seen through a window. Pure.

Where a table is too narrow, columns are left out and values cut. Moved sideways, every column that
is wanted stands with its whole cells, beside the first one, which stays where that leaves room
enough. It stops at each column, and within one that is wider than the window: no number is seen
without its beginning or its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.widgets.columns import GAP, Column, Placed

OVERLAP = 4
"""Cells of a wide column that stay in sight from one stop to the next."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Columns at their full width, and the cells by which they can be moved, from one stop on.

    `held` are the cells that stay at the left: the first column with the gap behind it, or none.
    Without stops there is nothing that the table does not show as it is.
    """

    placed: tuple[Placed, ...] = ()
    held: int = 0
    stops: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        """The first cell behind the last column."""
        return self.placed[-1].at + self.placed[-1].width if self.placed else 0

    def in_sight(self, stop: int, width: int) -> tuple[Placed, ...]:
        """The columns up to the right edge at one stop: a text that goes beyond it is cut there, a
        number is left out."""
        edge = stop + width
        whole = [each for each in self.placed if each.at + each.width <= edge]
        cut = [
            replace(each, width=edge - each.at)
            for each in self.placed
            if each.at < edge < each.at + each.width and not each.column.is_right
        ]
        return (*whole, *cut)


def stretch(
    columns: Sequence[Column], longest: Mapping[str, int], width: int, shown: Sequence[Placed]
) -> Stretch:
    """What `columns` are for a table of `width` cells that has them as `shown`.

    `longest` has the cells of the longest cell of each, by its key.
    """
    if width < 1 or _is_whole(columns, longest, shown):
        return Stretch()
    placed = _side_by_side(columns, longest)
    held = placed[0].width + GAP
    rest = placed[1:]
    if not rest or held > width // 2:
        held, rest = 0, placed
    room = width - held
    step = max(1, room - OVERLAP)
    stops = {0}
    for each in rest:
        first, beyond = each.at - held, each.width - room
        stops.add(first)
        stops.update(first + min(more, beyond) for more in range(step, beyond + step, step))
    end = placed[-1].at + placed[-1].width
    last = min(stop for stop in stops if stop + width >= end)
    stops = {stop for stop in stops if stop <= last}
    if _in_sight(placed, width) == _in_sight(shown, width):
        stops.discard(0)
    return Stretch(placed, held, tuple(sorted(stops)))


def _side_by_side(columns: Sequence[Column], longest: Mapping[str, int]) -> tuple[Placed, ...]:
    placed, at = [], 0
    for column in columns:
        least = len(column.label) if column.is_flex else max(column.width, len(column.label))
        width = max(least, longest.get(column.key, 0))
        placed.append(Placed(column, at, width))
        at += width + GAP
    return tuple(placed)


def _is_whole(
    columns: Sequence[Column], longest: Mapping[str, int], shown: Sequence[Placed]
) -> bool:
    """Whether every column is shown, and no cell of it is cut."""
    is_all = len(shown) == len(columns)
    return is_all and all(longest.get(each.column.key, 0) <= each.width for each in shown)


def _in_sight(placed: Sequence[Placed], width: int) -> list[tuple[str, int, int]]:
    return [
        (each.column.key, each.at, min(each.width, width - each.at))
        for each in placed
        if each.at < width
    ]
