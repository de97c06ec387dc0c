"""The tables of a topic's log: its segments, and what another retention would do to it."""

from dataclasses import dataclass

from console.forms.what_if_text import Line
from console.forms.what_if_text import told as told_lines
from console.model.figures import Unknown
from console.model.group import Group
from console.model.partition_log import PartitionLog, Segment
from console.model.retention import RetentionPolicy, policy_from
from console.model.retention_cut import cut_moment
from console.model.retention_plan import schedule_of
from console.model.text import plain
from console.model.what_if import what_if
from console.port.errors import ClusterError
from console.sampling.needs import View
from console.sampling.topic_logs import TopicLogs
from console.scripting.fields import flag, moment, number, size, text
from console.scripting.parts import topics_named
from console.scripting.reading import SnapshotReader, refuse_missing, told
from console.scripting.table import Asked, Follow, Place, Read, Reading, Table


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of a partition; `newest_ms` and `goes_ms` are None where nothing tells them."""

    topic: str
    log: PartitionLog
    segment: Segment
    newest_ms: int | None
    goes_ms: int | None


def _segments(place: Place) -> Read[SegmentRow]:
    async def read() -> Reading[SegmentRow]:
        rows: list[SegmentRow] = []
        remarks: list[str] = []
        for logs in await _logs(place):
            await logs.read()
            policy = _policy(logs, place)
            for index, log in sorted(logs.logs.items()):
                if isinstance(log, Unknown):
                    remarks.append(f"partition {index} of {plain(logs.topic)}: {log.reason}")
                else:
                    rows += _rows(logs.topic, log.value, policy, logs.now_ms)
        return Reading(tuple(rows), "; ".join(remarks))

    return read


async def _logs(place: Place) -> list[TopicLogs]:
    """The logs of the topics that were named, not read yet."""
    layout = await place.cluster.layout()
    counts = {topic.name: len(topic.partitions) for topic in layout.topics}
    refuse_missing("TOPIC", place.names - counts.keys())
    now_ms = place.clock.wall_ms()
    return [TopicLogs(place.cluster, name, counts[name], now_ms) for name in sorted(place.names)]


def _policy(logs: TopicLogs, place: Place) -> RetentionPolicy:
    """The topic's policy with what was wished. Raises ClusterError if it is none."""
    told = {key: entry.value for key, entry in logs.configs.items() if entry.value is not None}
    try:
        return policy_from({**told, **place.wish.policy})
    except ValueError as error:
        raise ClusterError(f"the configuration is not readable: {error}") from error


def _rows(topic: str, log: PartitionLog, policy: RetentionPolicy, now_ms: int) -> list[SegmentRow]:
    goes = {each.base_offset: each.goes_ms for each in schedule_of(log, policy, now_ms)}
    rows = []
    for segment in log.segments:
        newest = log.times.newest_before(segment.end_offset)
        rows.append(
            SegmentRow(
                topic,
                log,
                segment,
                None if newest is None else round(newest),
                goes.get(segment.base_offset),
            )
        )
    return rows


def _what_if(place: Place) -> Read[Line]:
    reader = SnapshotReader(place, frozenset({View.TOPICS, View.GROUPS}), Follow.ALL)

    async def read() -> Reading[Line]:
        (logs,) = await _logs(place)
        await logs.read()
        policy = _policy(logs, place)
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


SEGMENTS: Table[SegmentRow] = Table(
    "segments",
    "Segments of topics' logs: offsets, size, newest record, when retention takes them.",
    topics_named(1),
    Asked(_segments),
    (
        text("topic", lambda row: row.topic),
        number("partition", lambda row: row.log.partition),
        number("base_offset", lambda row: row.segment.base_offset),
        number("end_offset", lambda row: row.segment.end_offset),
        number("records", lambda row: row.segment.records),
        size("size", lambda row: row.segment.size_bytes),
        moment("newest", lambda row: row.newest_ms),
        moment("goes", lambda row: row.goes_ms),
        flag("told", lambda row: row.log.are_told),
    ),
    lambda row: row.topic,
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
