"""The segments of a topic as people look at them: from when, until when, how large, gone when.

When one goes is told by `retention_plan` alone. Where the cluster does not tell the segments of a
log, the whole log stands for them: what is guessed is good for a sum, not for a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from console.model.partition_log import PartitionLog, Rolling, Segment
from console.model.retention import RetentionPolicy
from console.model.retention_plan import Cause, Going, schedule_of


class SegmentKind(Enum):
    """What a row stands for."""

    CLOSED = "closed"
    ACTIVE = "active"
    WHOLE_LOG = "whole log"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time, and whether it was told: otherwise it is drawn between two that were."""

    at_ms: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of a partition, from `base_offset` up to `end_offset`, which is not part of it.

    `first` and `last` are the times of its records, None where nothing tells them. `goes_ms` is
    None where it is not in sight, as of what is written to; of a whole log it is that of its oldest
    records.
    """

    partition: int
    base_offset: int
    end_offset: int
    size_bytes: int | None
    first: Stamp | None
    last: Stamp | None
    kind: SegmentKind
    goes_ms: int | None = None
    cause: Cause | None = None

    @property
    def records(self) -> int:
        """Offsets in it: records at most, fewer when compacted."""
        return self.end_offset - self.base_offset


@dataclass(frozen=True, slots=True)
class TopicSegments:
    """The segments of a topic, by partition, oldest first, and what they go by.

    `untold` says by partition why nothing of it is known.
    """

    rows: tuple[SegmentRow, ...]
    policy: RetentionPolicy
    rolling: Rolling
    untold: Mapping[int, str]

    @property
    def whole_logs(self) -> int:
        """How many partitions do not tell their segments."""
        return sum(row.kind is SegmentKind.WHOLE_LOG for row in self.rows)


def segments_of(log: PartitionLog, policy: RetentionPolicy, now_ms: int) -> list[SegmentRow]:
    """The segments of a log, told or guessed; the last is the one that is written to."""
    plan = {each.base_offset: each for each in schedule_of(log, policy, now_ms)}
    return [_row(log, segment, plan.get(segment.base_offset)) for segment in log.segments]


def shown_rows(log: PartitionLog, policy: RetentionPolicy, now_ms: int) -> list[SegmentRow]:
    """What a list shows of a log: its segments, or the whole of it where they are not told.

    A log without records has one segment all the same: the one that will be written to.
    """
    if log.are_told:
        empty = Segment(log.start, log.end, log.size_bytes)
        return segments_of(log, policy, now_ms) or [_row(log, empty, None)]
    first = next(iter(schedule_of(log, policy, now_ms)), None)
    whole = Segment(log.start, log.end, log.size_bytes)
    return [_row(log, whole, first, kind=SegmentKind.WHOLE_LOG)]


def _row(
    log: PartitionLog, segment: Segment, going: Going | None, *, kind: SegmentKind | None = None
) -> SegmentRow:
    is_last = segment.end_offset == log.end
    first = last = None
    if segment.records:
        first = _stamp(log, segment.base_offset + 1)
        last = _stamp(log, segment.end_offset)
    return SegmentRow(
        log.partition,
        segment.base_offset,
        segment.end_offset,
        segment.size_bytes,
        first,
        last,
        kind or (SegmentKind.ACTIVE if is_last else SegmentKind.CLOSED),
        None if going is None else going.goes_ms,
        None if going is None else going.cause,
    )


def _stamp(log: PartitionLog, end_offset: int) -> Stamp | None:
    newest = log.times.newest_before(end_offset)
    return None if newest is None else Stamp(round(newest), log.times.is_told(end_offset))
