"""Which segments may go: a pure decision over what is known of each. Source: `UnifiedLog`.

Segments go oldest first and whole, only when all their records are committed. By time a segment
goes when its largest timestamp is old enough; by size while what remains is still as large as the
bound.

Differs from Kafka: a largest timestamp that lies far in the future is not believed, the time of the
last append counts instead, so that one wrong record cannot keep its segment for ever.
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
    count = 0
    for segment in segments:
        is_empty_active = segment is segments[-1] and not segment.size_bytes
        if segment.end_offset > high_watermark or is_empty_active:
            break
        is_excess = (
            config.deletes_segments
            and config.retention_bytes != UNBOUNDED
            and excess >= segment.size_bytes
        )
        is_deleted = segment.end_offset <= log_start_offset
        if not (is_excess or is_deleted or _is_expired(segment, config, now_ms)):
            break
        excess -= segment.size_bytes
        count += 1
    return count


def age_stamp_ms(segment: SegmentInfo, now_ms: int) -> int:
    """The time from which a segment's age counts."""
    if 0 <= segment.max_timestamp_ms <= now_ms + FUTURE_MS_MAX:
        return segment.max_timestamp_ms
    return segment.modified_ms


def _is_expired(segment: SegmentInfo, config: LogConfig, now_ms: int | None) -> bool:
    if now_ms is None or not config.deletes_segments or config.retention_ms == UNBOUNDED:
        return False
    return now_ms - age_stamp_ms(segment, now_ms) > config.retention_ms
