"""What a table for scripts is: one declaration, from which command, help and report follow.

Rows come from one of two sources. `OfSnapshot` takes them from the picture of the cluster that the
screens show as well; `Asked` asks by itself: the configuration, a file, the records of a topic.
A declaration says everything about its table; nothing else knows which tables there are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from console.model.section import Section
from console.model.snapshot import Snapshot
from console.port.clock import Clock
from console.port.cluster import Watched
from console.port.source import Source
from console.sampling.needs import View
from console.scripting.fields import Field, RowT
from console.scripting.tries import Pause
from engine.config.load import Document

RowT_co = TypeVar("RowT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Wish:
    """What options of single tables say. `policy` are keys of retention with their values."""

    count: int | None = None
    policy: Mapping[str, str] = field(default_factory=dict)
    is_tried: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What the rows of a table are read from. `names` restrict them; none means all.

    `pause` waits before something is asked for again.
    """

    cluster: Watched
    source: Source
    document: Document
    names: frozenset[str] = frozenset()
    wish: Wish = field(default_factory=Wish)
    pause: Pause = asyncio.sleep

    @property
    def clock(self) -> Clock:
        return self.source.clock


@dataclass(frozen=True, slots=True)
class Reading(Generic[RowT_co]):
    """The rows of one moment. `remark` says what is old or missing in them, and why; else empty.

    `untold` are clauses of what no single reading of this cluster can tell.
    """

    rows: tuple[RowT_co, ...]
    remark: str = ""
    untold: tuple[str, ...] = ()


Read: TypeAlias = Callable[[], Awaitable[Reading[RowT]]]
"""Reads once, whenever it is called. Raises ClusterError."""


class Follow(Enum):
    """The groups whose offsets and members are read."""

    NONE = "none"
    NAMED = "those of the command's names, or all"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OfSnapshot(Generic[RowT]):
    """Rows of the picture of a cluster, for the names that were asked for.

    `opens_topics`: the names are topics whose details are read. `is_usual` marks rows that say
    nothing of their own, which the report counts and leaves out. `untold` says, in clauses, what a
    picture that is the only one does not tell, where no cell is there to show that it is unknown.
    `looks_again`: a second picture soon after tells what the first one cannot.
    """

    rows: Callable[[Snapshot, frozenset[str]], Section[tuple[RowT, ...]]]
    views: frozenset[View]
    follows: Follow = Follow.NONE
    opens_topics: bool = False
    is_usual: Callable[[RowT], bool] | None = None
    untold: Callable[[Snapshot], Iterable[str]] = lambda _: ()
    looks_again: Callable[[Snapshot], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Asked(Generic[RowT]):
    """Rows that are asked for by themselves; what is kept from reading to reading is in `open`.

    `is_usual` as in `OfSnapshot`.
    """

    open: Callable[[Place], Read[RowT]]
    is_usual: Callable[[RowT], bool] | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What the names on the command line are names of: at least and at most so many of them.

    `there` tells which there are, so that one that is not is told; None where that says nothing.
    """

    metavar: str
    least: int = 0
    most: int | None = None
    there: Callable[[Snapshot], Section[frozenset[str]]] | None = None

    def fault(self, table: str, count: int) -> str:
        """What is wrong with so many names; empty if nothing is."""
        if self.least <= count and (self.most is None or count <= self.most):
            return ""
        if self.most is None:
            wanted = " ".join([self.metavar] * self.least)
            return f"say which: kconsole get {table} {wanted} ..."
        wanted = " ".join([self.metavar] * self.most)
        return f"say exactly {self.most}: kconsole get {table} {wanted}"


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """One table. `about` is a sentence, `more` says what its columns do not, as sentences.

    `key` gives the name that a row is asked for by; None where names choose no rows. `options` are
    those of `console.scripting.get` that it has beside the usual ones. `empty` is what no row
    means, where that is good to know. `grows`: rows are only ever added, the newest first.
    `needs_watch`: it tells what happens while it is watched. `over_time` are columns that compare
    readings, so that the first one cannot tell them, except where `at_once` says, a clause.
    `in_report` is False where somebody has to choose what it is about, or few clusters tell it.
    """

    name: str
    about: str
    named: Named
    source: OfSnapshot[RowT] | Asked[RowT]
    fields: tuple[Field[RowT], ...]
    key: Callable[[RowT], str] | None = None
    more: str = ""
    options: tuple[str, ...] = ()
    empty: str = ""
    grows: bool = False
    needs_watch: bool = False
    over_time: tuple[str, ...] = ()
    at_once: str = ""
    in_report: bool = True

    def chosen(self, rows: Iterable[RowT], names: frozenset[str]) -> tuple[RowT, ...]:
        """The rows of these names; of none, all."""
        key = self.key
        return tuple(row for row in rows if key is None or not names or key(row) in names)
