"""Which segments may go: a pure decision over what is known of each. Source: `UnifiedLog`.

Segments go oldest first and whole, only when all their records are committed. By time a segment
goes when its largest timestamp is old enough; by size while what remains is still as large as the
bound.

Differs from Kafka: a largest timestamp that lies far in the future is not believed, the time of the
last append counts instead, so that one wrong record cannot keep its segment for ever. If that lies
in the future too, since the clock was wrong, the segment is as old as the next one, which was
written after it.
"""

from collections.abc import Sequence

from engine.kernel.ids import Offset
from engine.storage.log_config import UNBOUNDED, LogConfig
from engine.storage.segment import SegmentInfo

FUTURE_MS_MAX = 24 * 60 * 60 * 1000
"""How far ahead of the clock a timestamp is believed."""


def deletable_count(
    segments: Sequence[SegmentInfo],
    config: LogConfig,
    *,
    now_ms: int | None,
    high_watermark: Offset,
    log_start_offset: Offset,
) -> int:
    """How many of the oldest segments may go; `segments` are all, the active one last.

    `now_ms` is None when the clock is not to be trusted: nothing goes by age then.
    """
    excess = sum(segment.size_bytes for segment in segments) - config.retention_bytes
    expired = _expired(segments, config, now_ms)
    count = 0
    for segment, is_expired in zip(segments, expired, strict=True):
        is_empty_active = segment is segments[-1] and not segment.size_bytes
        if segment.end_offset > high_watermark or is_empty_active:
            break
        is_excess = (
            config.deletes_segments
            and config.retention_bytes != UNBOUNDED
            and excess >= segment.size_bytes
        )
        is_deleted = segment.end_offset <= log_start_offset
        if not (is_excess or is_deleted or is_expired):
            break
        excess -= segment.size_bytes
        count += 1
    return count


def _expired(
    segments: Sequence[SegmentInfo], config: LogConfig, now_ms: int | None
) -> Sequence[bool]:
    """Whether the age of each segment is beyond what retention allows."""
    if now_ms is None or not _goes_by_age(config):
        return [False] * len(segments)
    return [now_ms - stamp_ms > config.retention_ms for stamp_ms in age_stamps_ms(segments, now_ms)]


def _goes_by_age(config: LogConfig) -> bool:
    return config.deletes_segments and config.retention_ms != UNBOUNDED


def age_stamps_ms(segments: Sequence[SegmentInfo], now_ms: int) -> list[int]:
    """The times from which the ages of segments count: `now_ms` where nothing tells an age."""
    stamps: list[int] = []
    newer_ms = now_ms
    for segment in reversed(segments):
        known_ms = age_stamp_ms(segment, now_ms)
        newer_ms = newer_ms if known_ms is None else known_ms
        stamps.append(newer_ms)
    stamps.reverse()
    return stamps


def undated_count(segments: Sequence[SegmentInfo], config: LogConfig, now_ms: int | None) -> int:
    """How many of the newest segments should go by age but have none that can be told.

    They are kept until one has. Only a clock that was set far ahead, and back again, leaves such
    segments.
    """
    count = 0
    if now_ms is None or not _goes_by_age(config):
        return count
    for segment in reversed(segments):
        if age_stamp_ms(segment, now_ms) is not None:
            break
        count += segment.size_bytes > 0
    return count


def age_stamp_ms(segment: SegmentInfo, now_ms: int) -> int | None:
    """What a segment itself tells of the time from which its age counts."""
    for stamp_ms in (segment.max_timestamp_ms, segment.modified_ms):
        if segment.size_bytes and 0 <= stamp_ms <= now_ms + FUTURE_MS_MAX:
            return stamp_ms
    return None
