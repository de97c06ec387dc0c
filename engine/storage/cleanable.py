"""Which part of a compacted log can be cleaned, whether it is time to, and how segments are merged.

    log start      first dirty            first uncleanable      log end
        |--- clean ---|------- dirty ------------|------ not yet ----|

Clean is what earlier rounds went through; dirty segments may hold records that later ones made
outdated. The active segment, what is not stable yet and what is younger than
`min.compaction.lag.ms` wait. Pure decisions over what is known of each segment. Sources: Kafka's
`LogCleanerManager.cleanableOffsets`, `LogToClean`, `Cleaner.groupSegmentsBySize`.

Differs from Kafka: the age of a segment whose largest timestamp lies far in the future counts from
its last append, so that one wrong record cannot keep the log from being cleaned for ever. And where
retention removes segments too, only those are merged whose latest records lie within `segment.ms`:
in Kafka a table that fits in one segment keeps old records for as long as it gets new ones.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from engine.kernel.ids import Offset
from engine.storage.log_config import LogConfig
from engine.storage.offset_index import ENTRY_SIZE, RELATIVE_OFFSET_MAX
from engine.storage.retention import age_stamps_ms
from engine.storage.segment import SegmentInfo

SOURCES_MAX = 50
"""Segments that are merged into one: their names change in one go, while nobody else is served."""


class Cleanable(NamedTuple):
    """What there is to clean. Offsets are where dirty and uncleanable begin."""

    first_dirty_offset: Offset
    first_uncleanable_offset: Offset
    clean_bytes: int
    dirty_bytes: int
    is_overdue: bool = False
    """Something dirty has waited for `max.compaction.lag.ms`."""

    @property
    def dirty_ratio(self) -> float:
        """The dirty share of what a round would go through, 0 to 1."""
        total = self.clean_bytes + self.dirty_bytes
        return self.dirty_bytes / total if total else 0.0

    def is_due(self, config: LogConfig) -> bool:
        """Whether it is worth a round."""
        if not self.dirty_bytes:
            return False
        return self.is_overdue or self.dirty_ratio > config.min_cleanable_dirty_ratio


def cleanable(
    segments: Sequence[SegmentInfo],
    config: LogConfig,
    *,
    cleaned_end_offset: Offset,
    log_start_offset: Offset,
    stable_offset: Offset,
    now_ms: int | None,
) -> Cleanable:
    """What can be cleaned; `segments` are all, the active one last.

    `cleaned_end_offset` is where the last round ended; one that cannot be right counts as none.
    `now_ms` is None while the clock must not decide: a lag has not passed then.
    """
    active = segments[-1]
    first_dirty = cleaned_end_offset
    if not log_start_offset <= first_dirty <= active.end_offset:
        first_dirty = log_start_offset
    limit = min(stable_offset, active.base_offset)
    if config.min_compaction_lag_ms > 0:
        limit = min(limit, _first_too_young(segments, config, first_dirty, now_ms))
    first_uncleanable = max(
        (segment.base_offset for segment in segments if segment.base_offset <= limit), default=0
    )
    return Cleanable(
        first_dirty,
        max(first_dirty, first_uncleanable),
        clean_bytes=sum(
            segment.size_bytes
            for segment in segments[:-1]
            if segment.end_offset <= min(first_dirty, first_uncleanable)
        ),
        dirty_bytes=sum(
            segment.size_bytes
            for segment in segments[:-1]
            if segment.end_offset > first_dirty and segment.base_offset < first_uncleanable
        ),
    )


def _first_too_young(
    segments: Sequence[SegmentInfo], config: LogConfig, first_dirty: Offset, now_ms: int | None
) -> Offset:
    """The base of the first dirty segment that is too young, or of the active one."""
    if now_ms is None:
        return first_dirty
    stamps = age_stamps_ms(segments, now_ms)
    for segment, stamp_ms in zip(segments[:-1], stamps, strict=False):
        is_dirty = segment.end_offset > first_dirty
        if is_dirty and stamp_ms > now_ms - config.min_compaction_lag_ms:
            return segment.base_offset
    return segments[-1].base_offset


class Source(Protocol):
    """What merging asks of a segment."""

    @property
    def base_offset(self) -> Offset: ...

    @property
    def end_offset(self) -> Offset: ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def latest_ms(self) -> int: ...


SourceT = TypeVar("SourceT", bound=Source)


def grouped(segments: Sequence[SourceT], config: LogConfig) -> list[list[SourceT]]:
    """Neighbours that become one segment when cleaned, in order.

    A group is as large as a segment may be, should nothing in it be outdated; a larger segment is
    a group of its own.
    """
    groups: list[_Group[SourceT]] = []
    for segment in segments:
        if not groups or not groups[-1].takes(segment, config):
            groups.append(_Group())
        groups[-1].add(segment, config)
    return [group.segments for group in groups]


class _Group(Generic[SourceT]):
    """Segments that become one, and what is known of it."""

    def __init__(self) -> None:
        self.segments: list[SourceT] = []
        self._size_bytes = self._index_bytes = 0
        self._stamps_ms: list[int] = []

    def takes(self, segment: SourceT, config: LogConfig) -> bool:
        """Whether a segment that follows may join."""
        return (
            self._size_bytes + segment.size_bytes <= config.segment_bytes
            and self._index_bytes + _index_most(segment, config) <= config.segment_index_bytes
            and segment.end_offset - 1 - self.segments[0].base_offset <= RELATIVE_OFFSET_MAX
            and len(self.segments) < SOURCES_MAX
            and not (config.deletes_segments and self._spans_too_much(segment, config))
        )

    def add(self, segment: SourceT, config: LogConfig) -> None:
        """Take a segment."""
        self.segments.append(segment)
        self._size_bytes += segment.size_bytes
        self._index_bytes += _index_most(segment, config)
        if segment.size_bytes:
            self._stamps_ms.append(segment.latest_ms)

    def _spans_too_much(self, segment: SourceT, config: LogConfig) -> bool:
        stamps_ms = [*self._stamps_ms, segment.latest_ms] if segment.size_bytes else [0]
        return max(stamps_ms) - min(stamps_ms) > config.segment_ms


def _index_most(segment: Source, config: LogConfig) -> int:
    return (segment.size_bytes // max(1, config.index_interval_bytes) + 1) * ENTRY_SIZE
