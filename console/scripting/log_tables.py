"""The tables of a topic's log: its segments, and what another retention would do to it."""

from dataclasses import dataclass

from console.forms.what_if_text import Line
from console.forms.what_if_text import told as told_lines
from console.model.figures import Unknown
from console.model.group import Group
from console.model.retention_cut import cut_moment
from console.model.segments import SegmentKind, SegmentRow, Stamp, segments_of
from console.model.text import plain
from console.model.what_if import what_if
from console.sampling.needs import View
from console.sampling.topic_logs import TopicLogs
from console.scripting.fields import flag, moment, number, size, text
from console.scripting.parts import topics_named
from console.scripting.reading import SnapshotReader, refuse_missing, told
from console.scripting.table import Asked, Follow, Place, Read, Reading, Table


@dataclass(frozen=True, slots=True)
class SegmentOf:
    """One segment of a topic's log. `is_told` by the cluster, and not guessed."""

    topic: str
    row: SegmentRow
    is_told: bool


def _segments(place: Place) -> Read[SegmentOf]:
    async def read() -> Reading[SegmentOf]:
        rows: list[SegmentOf] = []
        remarks: list[str] = []
        for logs in await _logs(place):
            await logs.read()
            policy = logs.policy(place.wish.policy)
            for index, log in sorted(logs.logs.items()):
                if isinstance(log, Unknown):
                    remarks.append(f"partition {index} of {plain(logs.topic)}: {log.reason}")
                else:
                    rows += (
                        SegmentOf(logs.topic, row, log.value.are_told)
                        for row in segments_of(log.value, policy, logs.now_ms)
                    )
        return Reading(tuple(rows), "; ".join(remarks))

    return read


async def _logs(place: Place) -> list[TopicLogs]:
    """The logs of the topics that were named, not read yet."""
    layout = await place.cluster.layout()
    counts = {topic.name: len(topic.partitions) for topic in layout.topics}
    refuse_missing("TOPIC", place.names - counts.keys())
    now_ms = place.clock.wall_ms()
    return [TopicLogs(place.cluster, name, counts[name], now_ms) for name in sorted(place.names)]


def _what_if(place: Place) -> Read[Line]:
    reader = SnapshotReader(place, frozenset({View.TOPICS, View.GROUPS}), Follow.ALL)

    async def read() -> Reading[Line]:
        (logs,) = await _logs(place)
        await logs.read()
        policy = logs.policy(place.wish.policy)
        moment_ms = cut_moment(policy, logs.now_ms)
        if moment_ms is not None:
            await logs.look_up(moment_ms)
        _, section = await reader.read(lambda picture: picture.groups)
        every, remark = told(section)
        groups = _readers(every, logs.topic)
        what = what_if(logs.logs, groups, logs.topic, policy, logs.rolling, logs.now_ms)
        return Reading(tuple(told_lines(what, groups, logs.topic)), remark)

    return read


def _readers(groups: tuple[Group, ...], topic: str) -> list[Group]:
    """The groups that read a topic, or may."""
    return [group for group in groups if not group.is_enriched or topic in group.topics]


def _at_ms(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.at_ms


SEGMENTS: Table[SegmentOf] = Table(
    "segments",
    "Segments of topics' logs: offsets, size, times, when retention takes them and by what.",
    topics_named(1),
    Asked(_segments),
    (
        text("topic", lambda each: each.topic),
        number("partition", lambda each: each.row.partition),
        number("base_offset", lambda each: each.row.base_offset),
        number("end_offset", lambda each: each.row.end_offset),
        number("records", lambda each: each.row.records),
        size("size", lambda each: each.row.size_bytes),
        moment("oldest", lambda each: _at_ms(each.row.first)),
        moment("newest", lambda each: _at_ms(each.row.last)),
        flag("active", lambda each: each.row.kind is SegmentKind.ACTIVE),
        moment("goes", lambda each: each.row.goes_ms),
        text("by", lambda each: each.row.cause.value if each.row.cause else None),
        flag("told", lambda each: each.is_told),
    ),
    lambda each: each.topic,
    more="Where the cluster does not tell its segments (`told` is false) they are guessed from "
    "size, age and configuration. `goes` goes on from the mean pace of so far.",
    in_report=False,
)
WHAT_IF: Table[Line] = Table(
    "what-if",
    "What the retention of a topic does, or another one would: what goes, when, from whom.",
    topics_named(1, 1),
    Asked(_what_if),
    (
        text("about", lambda line: line.label),
        text("what", lambda line: line.text),
        text("severity", lambda line: line.severity.name.lower()),
    ),
    more="Nothing is changed. `~` marks what is an estimate.",
    options=("policy",),
    in_report=False,
)
