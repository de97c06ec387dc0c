"""One act that is to be done to each of several things, one after the other. Pure.

What befalls one of them does not stop the others. Each is a change by itself: it stands in the
journal under its own name, and is undone by itself where that can be.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from console.model.text import plain

NAME_MAX = 54
"""Characters of a name in a list of names."""


class NotDone(Exception):
    """Why a thing stays as it is, or is not done wholly, safe to show."""


@dataclass(frozen=True, slots=True)
class Job:
    """`act` does it to the thing of a name; it raises ClusterError or NotDone.

    `title` is what it is called (`Delete topics`), `noun` what one thing is (`topic`; the plural
    ends in -s), `done` what becomes of it (`deleted`).
    """

    title: str
    noun: str
    done: str
    names: tuple[str, ...]
    act: Callable[[str], Awaitable[None]]

    @property
    def many(self) -> str:
        """`3 topics`."""
        return counted(len(self.names), self.noun)


def counted(count: int, noun: str) -> str:
    """`1 topic`, `3 topics`."""
    return f"{count:,} {noun}{'s' if count != 1 else ''}"


def first_of(lines: Sequence[str], most: int) -> list[str]:
    """At most so many lines; the last says how many there would be besides."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], f"and {len(lines) - most + 1:,} more"]


def name_lines(names: Sequence[str], most: int) -> list[str]:
    """Names, one a line, at most so many lines; safe to show."""
    return first_of([plain(name, limit=NAME_MAX) for name in names], most)
