"""Keeps what is sound of a segment's saved indexes: recovery then need not scan from its start.

Entries up to the recovery point were synced before it was published. The last such entry is checked
against its batch, and so is the last entry of the time index; if either disagrees, or others of the
time index cannot be read, both indexes start afresh.
"""

from engine.kernel.ids import Offset, Position
from engine.storage.batch_walk import BatchAt, read_batch, walk_headers
from engine.storage.file_names import OFFSET_INDEX, TIME_INDEX
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.offset_index import OffsetIndex
from engine.storage.segment import Segment
from engine.storage.segments import Segments
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.time_index import TimeIndex
from engine.storage.whole_file import read_if_there


def resume_indexes(
    segments: Segments, segment: Segment, recovery_point: Offset
) -> tuple[Position, Offset]:
    """Load a segment's indexes up to the recovery point; from where to scan, and its offset.

    The position is 0 when nothing could be kept. Bytes before it are not trusted yet.
    """
    size = segment.size_bytes
    relative = recovery_point - 1 - segment.base_offset
    content = read_if_there(segments.filesystem, segment.path(OFFSET_INDEX))
    offsets = OffsetIndex.decode_prefix(content, size)
    floor = offsets.floor(relative) if relative >= 0 else None
    if floor is not None:
        batch = read_batch(segments.file(segment), floor[1], size)
        if batch is not None and batch.header.last_offset == segment.base_offset + floor[0]:
            times_content = read_if_there(segments.filesystem, segment.path(TIME_INDEX))
            times = _times_up_to(times_content, floor[0])
            if times is not None and _is_true(segments, segment, offsets, times, batch):
                _keep(segment, offsets, times, batch)
                if len(content) == len(offsets) * OFFSET_ENTRY_SIZE:
                    segment.saved_offset_entries = len(offsets)
                if len(times_content) == len(times) * TIME_ENTRY_SIZE:
                    segment.saved_time_entries = len(times)
                return batch.end_position, batch.header.last_offset + 1
    segment.start_indexes()
    segment.trusted_from = 0
    return 0, segment.base_offset


def _times_up_to(content: bytes, relative: int) -> TimeIndex | None:
    """The entries of a time index up to an offset; None when some of them may be unreadable."""
    times = TimeIndex.decode_prefix(content)
    is_whole = len(times) == len(content) // TIME_ENTRY_SIZE
    goes_on = times.cut(relative + 1)
    return times if is_whole or goes_on else None


def _is_true(
    segments: Segments, segment: Segment, offsets: OffsetIndex, times: TimeIndex, end: BatchAt
) -> bool:
    """Whether the time index's last entry up to a batch is true: of its own batch and of that."""
    last = times.last()
    if last is None or end.header.latest_record_ms > last[0]:
        return False
    floor = offsets.floor(last[1])
    file = segments.file(segment)
    for batch in walk_headers(file, floor[1] if floor else 0, end.end_position):
        relative = batch.header.last_offset - segment.base_offset
        if relative >= last[1]:
            return relative == last[1] and batch.header.latest_record_ms == last[0]
    return False


def _keep(segment: Segment, offsets: OffsetIndex, times: TimeIndex, batch: BatchAt) -> None:
    offsets.cut(batch.end_position)
    segment.start_indexes()
    segment.offset_index, segment.time_index = offsets, times
    last = times.last()
    if last is not None:
        segment.max_timestamp_ms = last[0]
        segment.max_timestamp_offset = segment.base_offset + last[1]
    segment.bytes_since_entry = batch.header.size_bytes
    segment.trusted_from = batch.end_position
