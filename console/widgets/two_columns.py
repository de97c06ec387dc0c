"""Titled lists in two columns of about the same height, read down the first and then the second.

The columns part between two lists where that leaves them nearly equal. Else a list is parted, and
the rest of it has its title once more.
"""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

Entry = tuple[str, str]
"""What stands before the words, and the words, which wrap."""

PARTED = 3
"""Lines by which the longer column has to be shorter for a list to be parted."""
CONTINUED = "{}, continued"


class Listed(NamedTuple):
    """A title and what stands under it."""

    title: str
    entries: tuple[Entry, ...]


def lines_of(listed: Listed, width: int) -> int:
    """Its lines with words so wide: the title, the entries, and a blank one."""
    return _titled(_heights(listed, width))


def in_two_columns(
    lists: Sequence[Listed], width: int
) -> tuple[tuple[Listed, ...], tuple[Listed, ...]]:
    """The lists in their order, with words so wide."""
    heights = [_heights(each, width) for each in lists]

    def cost(place: tuple[int, int]) -> int:
        at, entry = place
        lines = [_titled(each) for each in heights]
        first, second = sum(lines[:at]), sum(lines[at:])
        if entry:
            first += _titled(heights[at][:entry])
            second += _titled(heights[at][entry:]) - lines[at]
        return max(first, second) + PARTED * bool(entry)

    places = [(at, entry) for at, own in enumerate(heights) for entry in range(len(own))]
    return _parted(lists, *min(places, key=cost))


def _parted(
    lists: Sequence[Listed], at: int, entry: int
) -> tuple[tuple[Listed, ...], tuple[Listed, ...]]:
    """The second column begins with this entry of this list."""
    before, (title, entries), after = tuple(lists[:at]), lists[at], tuple(lists[at + 1 :])
    if not entry:
        return before, (lists[at], *after)
    rest = Listed(CONTINUED.format(title), entries[entry:])
    return (*before, Listed(title, entries[:entry])), (rest, *after)


def _titled(heights: Sequence[int]) -> int:
    """Lines of a list with its title and the blank one behind it."""
    return 2 + sum(heights)


def _heights(listed: Listed, width: int) -> list[int]:
    return [len(textwrap.wrap(words, width)) or 1 for _, words in listed.entries]
