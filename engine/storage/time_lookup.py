"""Finding records by timestamp: the time index says where to start, then batches are opened.

The answer is a record, not a batch: the batch that may hold it is opened, as clients expect.
"""

from collections.abc import Callable
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.records.batch import BatchHeader
from engine.records.record import RecordFacts, iterate_facts
from engine.storage.batch_walk import read_batch
from engine.storage.log_config import INFLATED_BYTES_MAX
from engine.storage.log_reader import LogReader, Place
from engine.storage.segment import Segment
from engine.storage.segments import Segments


class TimestampedOffset(NamedTuple):
    """A record's offset, its timestamp and the epoch of the leader that appended it."""

    offset: Offset
    timestamp_ms: int
    leader_epoch: int


def first_at_or_after(
    segments: Segments, reader: LogReader, timestamp_ms: int, start_offset: Offset
) -> TimestampedOffset | None:
    """The first record from an offset on whose timestamp is not before the target.

    Raises StorageDamaged when a damaged range that may have held it lies before it, and OSError.
    """
    for segment in segments:
        if segment.end_offset <= start_offset or segments.max_timestamp_ms(segment) < timestamp_ms:
            continue
        relative = _checked_start(segments, segment, timestamp_ms)
        from_offset = max(start_offset, segment.base_offset + relative + 1)
        place = reader.locate(from_offset)
        if place is None or place.segment is not segment:
            continue
        found = _search(
            segments,
            reader,
            place,
            lambda header: header.latest_record_ms >= timestamp_ms,
            lambda facts: facts.timestamp_ms >= timestamp_ms and facts.offset >= start_offset,
        )
        if found is not None:
            return found
    return None


def latest(segments: Segments, reader: LogReader) -> TimestampedOffset | None:
    """The first of the records with the largest timestamp in the log (KIP-734)."""
    best: Segment | None = None
    for segment in segments:
        if best is None or segments.max_timestamp_ms(segment) > segments.max_timestamp_ms(best):
            best = segment
    if best is None or segments.max_timestamp_ms(best) < 0:
        return None
    maximum = segments.max_timestamp_ms(best)
    place = reader.locate(best.max_timestamp_offset)
    if place is None:
        return None
    return _search(
        segments,
        reader,
        place,
        lambda header: header.latest_record_ms >= maximum,
        lambda facts: facts.timestamp_ms >= maximum,
    )


def _checked_start(segments: Segments, segment: Segment, timestamp_ms: int) -> int:
    """Where the time index says to start, if the batch that it names agrees."""
    index = segments.time_index(segment)
    entry_ms, relative = index.floor(timestamp_ms)
    if relative < 0:
        return -1
    floor = segments.offset_index(segment).floor(relative)
    position = floor[1] if floor else 0
    if position >= segment.trusted_from:
        return relative
    for batch in segments.walk(segment, position, segment.size_bytes):
        last_relative = batch.header.last_offset - segment.base_offset
        if last_relative >= relative:
            if last_relative == relative and batch.header.latest_record_ms == entry_ms:
                return relative
            break
    segments.rebuild(segment)
    return segments.time_index(segment).floor(timestamp_ms)[1]


def _search(
    segments: Segments,
    reader: LogReader,
    place: Place,
    may_hold: Callable[[BatchHeader], bool],
    is_wanted: Callable[[RecordFacts], bool],
) -> TimestampedOffset | None:
    """The first wanted record of the rest of a segment. Damage on the way may have held it."""
    segment, position, expected = place
    file = segments.file(segment)
    for batch in segments.walk(segment, position, segment.size_bytes, expected):
        if may_hold(batch.header):
            whole = read_batch(file, batch.position, segment.size_bytes)
            if whole is None:
                break
            for facts in iterate_facts(whole.content, INFLATED_BYTES_MAX):
                if is_wanted(facts):
                    epoch = batch.header.leader_epoch
                    return TimestampedOffset(facts.offset, facts.timestamp_ms, epoch)
        position, expected = batch.end_position, batch.header.last_offset + 1
    damaged = reader.damaged_at(segment, position, expected)
    if damaged is not None:
        raise damaged
    return None
