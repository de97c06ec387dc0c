"""One rebuild of the indexes of a closed segment, off the thread that serves its log.

Indexes are derived data: lost or damaged ones are made anew from the batches. Of a large segment
that takes seconds, in which who asks for it is put off and everybody else is served. Begun and
ended on the log's thread; `run` may take its time in any other.
"""

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.index_building import Pause, build_indexes
from engine.storage.segment import NEVER_SAVED, Segment
from engine.storage.segments import Segments


class IndexRebuild:
    """Reads a copy of the segment's state, and gives the segment what it has made."""

    def __init__(
        self, topic_partition: TopicPartition, segments: Segments, segment: Segment
    ) -> None:
        self.topic_partition = topic_partition
        self.base_offset: Offset = segment.base_offset
        self._segments = segments
        self._segment = segment
        self._alone = segments.alone(segment)
        self._end_offset = segment.end_offset

    def run(self, pause: Pause | None = None) -> None:
        """Make the indexes. Blocks. Raises OSError, and whatever `pause` raises."""
        self._end_offset = build_indexes(self._alone, self._alone.active, pause)

    def end(self) -> None:
        """It ran: the segment has its indexes, if it is still part of the log."""
        segment, made = self._segment, self._alone.active
        if not self._segments.contains(segment) or segment.size_bytes != made.size_bytes:
            return
        segment.offset_index, segment.time_index = made.offset_index, made.time_index
        segment.saved_offset_entries = segment.saved_time_entries = NEVER_SAVED
        segment.max_timestamp_ms = made.max_timestamp_ms
        segment.max_timestamp_offset = made.max_timestamp_offset
        segment.bytes_since_entry = made.bytes_since_entry
        segment.verified = made.verified
        segment.damages = made.damages
        # Nothing follows the copy, so that it cannot tell whether its end is missing.
        self._segments.gap_at_end(segment, self._end_offset)
        self._segments.note_closed(segment)
