"""What a scan reads: of each partition a range of offsets, fixed before it begins.

Because the ends are fixed, a scan always ends, however fast the topic grows. Bounds outside what
the log holds are moved to its edge. A partition whose leader cannot be asked is told in `failures`
and the others are planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from console.messages.bounds import UNBOUNDED, Bounds
from console.messages.seek import FROM_BEGINNING, FROM_END, Seek, sought_offsets
from console.messages.start_position import Start, StartKind
from console.model.names import TopicPartition
from console.port.cluster import Offsets
from console.port.errors import ClusterError

_Found = Mapping[TopicPartition, int | ClusterError]

LATE_RECORDS = 1_000
"""How far behind the first record that is too new older ones are still looked for.

Where producers set the times, a record may lie behind newer ones.
"""


class Order(Enum):
    """In which order records are found."""

    NEWEST_FIRST = "newest first"
    OLDEST_FIRST = "oldest first"


@dataclass(frozen=True, slots=True)
class Query:
    """What of a topic is asked for. `partitions` are those that exist, or the chosen of them.

    `start` and `end` bound the offsets whatever the order: from `start` on, up to before `end`.
    """

    topic: str
    partitions: Sequence[int]
    order: Order = Order.NEWEST_FIRST
    start: Seek = FROM_BEGINNING
    end: Seek = FROM_END
    bounds: Bounds = UNBOUNDED
    """What a filter says of partition, offset and time; it is still asked about each record."""


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets from `start` on, before `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many offsets there are; gaps count as well."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Plan:
    """The ranges to read, by partition. Those of the partitions `first` are read before others."""

    order: Order
    spans: Mapping[TopicPartition, Span]
    failures: Mapping[TopicPartition, ClusterError] = field(default_factory=dict)
    first: frozenset[int] = frozenset()

    @property
    def total_offsets(self) -> int:
        """Offsets of all ranges."""
        return sum(span.size for span in self.spans.values())

    def resumed(self, positions: Mapping[TopicPartition, int]) -> "Plan":
        """What is left to read after a scan had come to these positions.

        A position is where the range that was read ends: its lower end newest first, its upper end
        oldest first. Partitions without one are read whole.
        """

        def rest(key: TopicPartition, span: Span) -> Span:
            at = min(max(positions.get(key, self._first(span)), span.start), span.end)
            if self.order is Order.NEWEST_FIRST:
                return Span(span.start, at)
            return Span(at, span.end)

        return replace(self, spans={key: rest(key, span) for key, span in self.spans.items()})

    def _first(self, span: Span) -> int:
        return span.end if self.order is Order.NEWEST_FIRST else span.start


async def make_plan(cluster: Offsets, query: Query) -> Plan:
    """Ask the leaders for offsets. Raises ClusterError when none could be asked."""
    bounds = query.bounds
    keys = [
        TopicPartition(query.topic, index)
        for index in query.partitions
        if bounds.partitions is None or index in bounds.partitions
    ]
    firsts = await cluster.start_offsets(keys)
    ends = await cluster.end_offsets(keys)
    lowers: list[_Found] = [firsts]
    uppers: list[_Found] = [ends]
    if query.start != FROM_BEGINNING:
        lowers.append(await sought_offsets(cluster, keys, query.start))
    if query.end != FROM_END:
        uppers.append(await sought_offsets(cluster, keys, query.end))
    if bounds.start_offset is not None:
        lowers.append(dict.fromkeys(keys, bounds.start_offset))
    if bounds.end_offset is not None:
        uppers.append(dict.fromkeys(keys, bounds.end_offset))
    if bounds.since_ms is not None:
        lowers.append(await sought_offsets(cluster, keys, _from_time(bounds.since_ms)))
    if bounds.until_ms is not None:
        found = await sought_offsets(cluster, keys, _from_time(bounds.until_ms))
        uppers.append({key: _behind(offset) for key, offset in found.items()})
    spans: dict[TopicPartition, Span] = {}
    failures: dict[TopicPartition, ClusterError] = {}
    for key in keys:
        if all(key in each for each in (*lowers, *uppers)):
            span = _span([each[key] for each in lowers], [each[key] for each in uppers])
            if isinstance(span, Span):
                spans[key] = span
            else:
                failures[key] = span
    return Plan(query.order, spans, failures)


async def onward_plan(cluster: Offsets, plan: Plan) -> Plan:
    """What was written behind a plan's ranges since, oldest first. Raises ClusterError."""
    ends = await cluster.end_offsets(plan.spans)
    spans: dict[TopicPartition, Span] = {}
    failures: dict[TopicPartition, ClusterError] = {}
    for key, span in plan.spans.items():
        end = ends[key]
        if isinstance(end, ClusterError):
            failures[key] = end
        else:
            spans[key] = Span(span.end, max(span.end, end))
    return Plan(Order.OLDEST_FIRST, spans, failures)


def _span(
    lowers: Sequence[int | ClusterError], uppers: Sequence[int | ClusterError]
) -> Span | ClusterError:
    """The range between the highest lower and the lowest upper bound, within the log.

    The first of each are the log's own edges.
    """
    known: list[int] = []
    for answer in (*lowers, *uppers):
        if isinstance(answer, ClusterError):
            return answer
        known.append(answer)
    start = min(max(known[: len(lowers)]), known[len(lowers)])
    return Span(start, max(start, min(known[len(lowers) :])))


def _from_time(timestamp_ms: int) -> Seek:
    return Seek(Start(StartKind.TIME, max(0, timestamp_ms)))


def _behind(offset: int | ClusterError) -> int | ClusterError:
    return offset if isinstance(offset, ClusterError) else offset + LATE_RECORDS
