"""Readings of a table: of snapshots through the sampler that the screens are made from, or asked.

A name that is not there, a cluster that cannot be had and one that refuses raise; figures that are
old are given with a remark, so that nobody takes them for new ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Generic, TypeVar

from console.model import units
from console.model.section import Loading, Ready, Refused, Section, Stale, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.port.errors import ClusterError, NotFound, Unreachable
from console.sampling.needs import Needs, View
from console.sampling.sampler import Sampler
from console.scripting.fields import RowT
from console.scripting.table import Asked, Follow, OfSnapshot, Place, Read, Reading, Table
from console.scripting.tries import Tries

NAMES_TOLD = 5

LOOKS_APART_S = 1.0
"""Between two pictures of which only the second tells everything."""

ValueT = TypeVar("ValueT")


class SnapshotReader:
    """Pictures of one cluster, each with all that a table needs of it: rates from the second on."""

    def __init__(
        self, place: Place, views: frozenset[View], follows: Follow, *, opens_topics: bool = False
    ) -> None:
        self._pause = place.pause
        self._sampler = Sampler(place.cluster, place.clock, name="")
        self._sampler.need(
            Needs(
                views,
                topics=place.names if opens_topics else frozenset(),
                groups=place.names if follows is Follow.NAMED else frozenset(),
                is_whole=follows is not Follow.NONE,
            )
        )

    async def read(
        self, wanted: Callable[[Snapshot], Section[ValueT]]
    ) -> tuple[Snapshot, Section[ValueT]]:
        """The picture of this moment and what is wanted of it, asked for several times if need be.

        What cannot be had says so in its section.
        """
        tries = Tries(self._pause)
        while True:
            snapshot = await self._sampler.tick()
            section = wanted(snapshot)
            if not isinstance(section, Loading) or not await tries.has_another():
                return snapshot, section
            self._sampler.refresh()


class TableReader(Generic[RowT]):
    """Reads one table, once or again and again."""

    def __init__(self, place: Place, table: Table[RowT]) -> None:
        self._table = table
        self._names = place.names
        source = table.source
        self._read = (
            source.open(place) if isinstance(source, Asked) else _read_of(source, table, place)
        )

    async def read(self) -> Reading[RowT]:
        """The rows at this moment.

        Raises ClusterError: when the cluster cannot be had or refuses, or has none of a name.
        """
        reading = await self._read()
        return replace(reading, rows=self._table.chosen(reading.rows, self._names))


def _unread(snapshot: Snapshot, names: frozenset[str]) -> Iterator[str]:
    """Which groups could not be read anew, or may not even be listed, and why; safe to show.

    Of these names, or of all where there are none.
    """
    groups = content(snapshot.groups) or ()
    unread = [each for each in groups if each.problem and (not names or each.name in names)]
    if unread:
        more = f" and {len(unread) - 1:,} more" if len(unread) > 1 else ""
        yield f"group {plain(unread[0].name)}{more} cannot be read: {plain(unread[0].problem)}"
    silence = _silence(snapshot)
    if silence and not names:
        yield f"{silence}; groups that it coordinates may be missing"


def _silence(snapshot: Snapshot) -> str:
    """Which broker does not answer, and why; the first of them. Empty when all do."""
    cluster = content(snapshot.cluster)
    return "" if cluster is None else plain(cluster.silence)


def _read_of(source: OfSnapshot[RowT], table: Table[RowT], place: Place) -> Read[RowT]:
    names = place.names
    reader = SnapshotReader(place, source.views, source.follows, opens_topics=source.opens_topics)
    was_read = False

    async def read() -> Reading[RowT]:
        nonlocal was_read
        snapshot, section = await reader.read(lambda picture: source.rows(picture, names))
        if not was_read and source.looks_again(snapshot):
            await place.pause(LOOKS_APART_S)
            snapshot, section = await reader.read(lambda picture: source.rows(picture, names))
        was_read = True
        follows = source.follows
        if names and table.named.there is not None:
            there, _ = told(table.named.there(snapshot))
            silence = _silence(snapshot) if follows is Follow.NAMED else ""
            refuse_missing(table.named.metavar, names - there, silence)
        rows, remark = told(section)
        of_groups = names if follows is Follow.NAMED else frozenset[str]()
        unread = () if follows is Follow.NONE else _unread(snapshot, of_groups)
        whole = "; ".join(filter(None, (remark, *unread)))
        return Reading(rows, whole, tuple(source.untold(snapshot)))

    return read


def refuse_missing(metavar: str, missing: frozenset[str], silence: str = "") -> None:
    """Raise NotFound for names that are not there.

    Unreachable where `silence` says why that is not known.
    """
    if missing:
        shown = [plain(each) for each in sorted(missing)[:NAMES_TOLD]]
        more = len(missing) - len(shown)
        shown += [f"{more} more"] if more else []
        said = f"{metavar.lower()} {', '.join(shown)}"
        if silence:
            raise Unreachable(f"{said} cannot be found, and {silence}")
        raise NotFound(f"there is no {said}")


def told(section: Section[ValueT]) -> tuple[ValueT, str]:
    """What a section holds, and since when it is old and why, if so. Raises ClusterError."""
    match section:
        case Ready(value=value):
            return value, ""
        case Stale(value=value, at_ms=at_ms, reason=reason):
            return value, f"as of {units.clock(at_ms)} UTC: {plain(reason)}"
        case Refused(reason=reason):
            raise ClusterError(reason)
        case Loading(problem=problem):
            raise Unreachable(problem or "no answer came")
