"""What a scan reads: of each partition a range of offsets, fixed before it begins.

Because the ends are fixed, a scan always ends, however fast the topic grows. Bounds outside what
the log holds are moved to its edge. A partition whose leader cannot be asked is told in `failures`
and the others are planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from console.messages.seek import FROM_BEGINNING, FROM_END, Seek, sought_offsets
from console.model.names import TopicPartition
from console.port.cluster import Offsets
from console.port.errors import ClusterError


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
    """The ranges to read, by partition."""

    order: Order
    spans: Mapping[TopicPartition, Span]
    failures: Mapping[TopicPartition, ClusterError] = field(default_factory=dict)

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
    keys = [TopicPartition(query.topic, index) for index in query.partitions]
    firsts = await cluster.start_offsets(keys)
    ends = await cluster.end_offsets(keys)
    lower: Mapping[TopicPartition, int | ClusterError] = firsts
    upper: Mapping[TopicPartition, int | ClusterError] = ends
    if query.start != FROM_BEGINNING:
        lower = await sought_offsets(cluster, keys, query.start)
    if query.end != FROM_END:
        upper = await sought_offsets(cluster, keys, query.end)
    spans: dict[TopicPartition, Span] = {}
    failures: dict[TopicPartition, ClusterError] = {}
    for key in keys:
        if key in lower and key in upper:
            span = _span(firsts[key], ends[key], lower[key], upper[key])
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


def _span(*answers: int | ClusterError) -> Span | ClusterError:
    """The range of a partition from its first offset, its end and the two bounds asked for."""
    known: list[int] = []
    for answer in answers:
        if isinstance(answer, ClusterError):
            return answer
        known.append(answer)
    first, end, lower, upper = known
    start = min(max(lower, first), end)
    return Span(start, max(start, min(upper, end)))
