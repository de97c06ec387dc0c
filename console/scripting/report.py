"""`kconsole report`: one picture of everything that the screens show, as a page in a file.

Rates need two readings, so the cluster is looked at for some seconds. Details of topics are read
some hundred topics at a time, so that no answer of a large cluster becomes too large.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from console.model.section import Loading, Ready, Refused, Section, Stale, content
from console.model.snapshot import Snapshot
from console.model.topic import TopicDetail
from console.port.errors import ClusterError, Unreachable
from console.sampling.needs import Needs, View
from console.sampling.sampler import Sampler
from console.scripting.fields import RowT
from console.scripting.reading import TableReader
from console.scripting.record_tables import MESSAGES_OF_TOPICS
from console.scripting.report_page import Chapter, page
from console.scripting.table import OfSnapshot, Place, Table
from console.scripting.tables import TABLES
from console.scripting.tries import Tries
from engine.config.load import ConfigError

TOPICS_AT_ONCE = 500
VIEWS = frozenset(View)


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page is made of: the cluster, and every table of it."""

    snapshot: Snapshot
    chapters: tuple[Chapter[Any], ...]


async def whole_picture(
    place: Place,
    name: str,
    *,
    watch_s: float,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Picture:
    """Everything, read until rates and ages are known. Raises ClusterError.

    The names of the place are topics whose newest messages are wanted.
    """
    snapshot = await _snapshot(place, name, watch_s, pause)
    topics = sorted(topic.name for topic in content(snapshot.topics) or ())
    everywhere = replace(place, names=frozenset())
    chapters: list[Chapter[Any]] = []
    for table in TABLES.values():
        if table.in_report:
            source = table.source
            if not isinstance(source, OfSnapshot):
                chapters.append(await _asked(everywhere, table))
            elif source.opens_topics:
                chapters.append(_of_topics(table, source, snapshot, topics))
            else:
                chapters.append(chapter_of(table, source.rows(snapshot, frozenset())))
    if place.names:
        chapters.append(await _asked(place, MESSAGES_OF_TOPICS))
    return Picture(snapshot, tuple(chapters))


def write_page(path: Path, picture: Picture, version: str) -> None:
    """Put the page in the place of the file, whole or not at all. Blocks. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("w", encoding="utf-8") as file:
            for line in page(picture.snapshot, picture.chapters, version):
                file.write(line + "\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def chapter_of(table: Table[RowT], section: Section[tuple[RowT, ...]]) -> Chapter[RowT]:
    """The rows of a table, or why there are none, or that they are old."""
    match section:
        case Ready(value=rows):
            return Chapter(table, rows)
        case Stale(value=rows, reason=reason):
            return Chapter(table, rows, f"This is old: {reason}")
        case Refused(reason=reason):
            return Chapter(table, None, f"This may not be seen: {reason}")
        case Loading(problem=problem):
            return Chapter(table, None, f"This was not read: {problem or 'no answer came'}")


async def _snapshot(
    place: Place, name: str, watch_s: float, pause: Callable[[float], Awaitable[None]]
) -> Snapshot:
    """The picture of the whole cluster, with the details of every topic."""
    sampler = Sampler(place.cluster, place.clock, name=name)
    sampler.need(Needs(VIEWS, is_whole=True))
    tries = Tries(place.pause)
    snapshot = await sampler.tick()
    while isinstance(snapshot.topics, Loading) and await tries.has_another():
        sampler.refresh()
        snapshot = await sampler.tick()
    if isinstance(snapshot.topics, Loading):
        raise Unreachable(snapshot.topics.problem or "no answer came")
    parts = list(_parts(sorted(topic.name for topic in content(snapshot.topics) or ())))
    sampler.need(Needs(VIEWS, topics=parts[0], is_whole=True))
    sampler.refresh()
    if watch_s:
        await pause(watch_s)
    snapshot = await sampler.tick()
    details: dict[str, TopicDetail] = dict(snapshot.topic_details)
    for part in parts[1:]:
        sampler.need(Needs(VIEWS, topics=part, is_whole=True))
        details |= (await sampler.tick()).topic_details
    return replace(snapshot, topic_details=details)


def _parts(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for at in range(0, max(1, len(names)), TOPICS_AT_ONCE):
        yield frozenset(names[at : at + TOPICS_AT_ONCE])


async def _asked(place: Place, table: Table[RowT]) -> Chapter[RowT]:
    try:
        reading = await TableReader(place, table).read()
    except (ClusterError, ConfigError) as error:
        return Chapter(table, None, f"This was not read: {error}")
    remark = f"This is not whole: {reading.remark}" if reading.remark else ""
    is_usual = table.source.is_usual
    if is_usual is None:
        return Chapter(table, reading.rows, remark)
    rows = tuple(row for row in reading.rows if not is_usual(row))
    return Chapter(table, rows, remark, _left_out(table, len(reading.rows) - len(rows)))


def _of_topics(
    table: Table[RowT], source: OfSnapshot[RowT], snapshot: Snapshot, topics: Sequence[str]
) -> Chapter[RowT]:
    """The rows of every topic: one that cannot be read takes nothing from the others."""
    rows: list[RowT] = []
    lacking: dict[str, str] = {}
    usual = 0
    for topic in topics:
        found = chapter_of(table, source.rows(snapshot, frozenset({topic})))
        if found.remark:
            lacking[topic] = found.remark
        for row in found.rows or ():
            if source.is_usual is not None and source.is_usual(row):
                usual += 1
            else:
                rows.append(row)
    return Chapter(table, tuple(rows), _lack(lacking), _left_out(table, usual))


def _left_out(table: Table[RowT], usual: int) -> tuple[str, ...]:
    """That rows which say nothing of their own are left out, if there are any."""
    if not usual:
        return ()
    name = f" {table.named.metavar}" if table.named.least else ""
    said = (
        f"{usual:,} rows at their defaults are left out to keep the page small: "
        f"kconsole get {table.name}{name} prints them."
    )
    return (said,)


def _lack(lacking: Mapping[str, str]) -> str:
    if not lacking:
        return ""
    first, reason = next(iter(lacking.items()))
    more = f" and {len(lacking) - 1:,} more topics" if len(lacking) > 1 else ""
    return f"This is not whole: {first}{more}: {reason}"
