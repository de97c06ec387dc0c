"""What is known of the segments of a log, for those who decide by size and age.

A segment whose largest timestamp lies in the future is as old as its last append, by the time of
its file. That may be wrong too, if the clock was behind when it was written. So before a segment
goes by the time of its file, its batches are asked: none of their times that can be believed may be
later. This reads headers, once in the life of a segment that holds such a record.
"""

from dataclasses import replace

from engine.storage.batch_walk import walk_headers
from engine.storage.log_config import UNBOUNDED, LogConfig
from engine.storage.retention import FUTURE_MS_MAX, age_stamp_ms
from engine.storage.segment import NO_TIMESTAMP, Segment, SegmentInfo
from engine.storage.segments import Segments


def infos_of(segments: Segments) -> list[SegmentInfo]:
    """Every segment, oldest first. May read indexes. Raises OSError."""
    for segment in segments:
        segments.max_timestamp_ms(segment)
    return [segment.info() for segment in segments]


def dated_infos(segments: Segments, config: LogConfig, now_ms: int | None) -> list[SegmentInfo]:
    """The same, with file times that agree with the batches of segments that may be about to go.

    `now_ms` is None while no age decides. Raises OSError.
    """
    infos = infos_of(segments)
    if now_ms is None or not config.deletes_segments or config.retention_ms == UNBOUNDED:
        return infos
    for at, (segment, info) in enumerate(zip(segments, infos, strict=True)):
        is_future = info.max_timestamp_ms > now_ms + FUTURE_MS_MAX
        if is_future and info.size_bytes and now_ms - info.modified_ms > config.retention_ms:
            latest_ms = _latest_believable_ms(segments, segment, now_ms)
            if latest_ms > info.modified_ms:
                segment.modified_ms = latest_ms
                infos[at] = replace(info, modified_ms=latest_ms)
        stamp_ms = age_stamp_ms(infos[at], now_ms)
        if stamp_ms is not None and now_ms - stamp_ms <= config.retention_ms:
            break
    return infos


def _latest_believable_ms(segments: Segments, segment: Segment, now_ms: int) -> int:
    headers = walk_headers(segments.file(segment), 0, segment.size_bytes)
    stamps = (batch.header.latest_record_ms for batch in headers)
    return max((each for each in stamps if each <= now_ms), default=NO_TIMESTAMP)
