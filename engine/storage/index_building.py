"""Making both indexes of a segment from its batches, which takes as long as reading them does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.kernel.ids import Offset
from engine.storage.batch_walk import walk_verified
from engine.storage.position_ranges import PositionRanges
from engine.storage.segment import Segment

if TYPE_CHECKING:
    # Segments make what they lack; what they are is all that is needed of them here.
    from engine.storage.segments import Segments

Pause = Callable[[], None]
"""Is called after each batch: rests, or raises to give it up."""


def build_indexes(segments: "Segments", segment: Segment, pause: Pause | None = None) -> Offset:
    """Make both indexes anew, stepping over damage; the offset behind the last batch.

    What is missing at the end of a segment that others follow is noted. Blocks on the disk. Raises
    OSError.
    """
    segment.start_indexes()
    segment.verified = segment.verified or PositionRanges()
    position, expected, end_offset = 0, segment.base_offset, segment.end_offset
    while position < segment.size_bytes:
        start = position
        for batch in walk_verified(segments.file(segment), position, segment.size_bytes):
            header = batch.header
            segment.end_offset = end_offset
            if not segments.is_in_place(segment, header, expected):
                break
            segment.note_batch(
                position,
                header.last_offset,
                header.latest_record_ms,
                header.size_bytes,
                segments.index_interval_bytes,
            )
            position, expected = batch.end_position, header.last_offset + 1
            if pause is not None:
                pause()
        segment.verified.add(start, position)
        if position < segment.size_bytes:
            segment.end_offset = end_offset
            damage = segments.damage_at(segment, position, expected)
            position, expected = damage.end_position, damage.end_offset
    segment.end_offset = end_offset
    segments.gap_at_end(segment, expected)
    segment.close_indexes()
    return expected
