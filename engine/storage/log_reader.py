"""Finding and reading whole batches of a log by offset.

A position comes from a hint (where the last read or sync ended: what a consumer that follows the
log asks for next), else from the sparse index and a short walk. Bytes that this process did not
write are checked by CRC the first time they are read: what was damaged on disk is never handed out,
it is reported as a range, and everything before and behind it stays readable.
"""

from typing import NamedTuple

from engine.kernel.ids import Offset, Position, TopicPartition
from engine.records.batch import HEADER_SIZE
from engine.storage.batch_walk import walk_headers
from engine.storage.errors import StorageDamaged
from engine.storage.region import Region
from engine.storage.segment import Damage, Segment
from engine.storage.segments import ANY_OFFSET, Segments

HINTS_MAX = 16
"""Remembered positions of one log: about as many readers follow it without a look-up."""


class Place(NamedTuple):
    """Where a batch lies."""

    segment: Segment
    position: Position
    base_offset: Offset
    """The offset at which the batch should start; it may start behind it in a compacted log."""


class _Found(NamedTuple):
    """Batches of a segment that were found, and the offset behind them."""

    segment: Segment
    start: Position
    end: Position
    next_offset: Offset


class LogReader:
    """Reads of one log. The writer's thread only; the regions may go to any thread."""

    __slots__ = ("_hints", "_segments", "topic_partition")

    def __init__(self, topic_partition: TopicPartition, segments: Segments) -> None:
        self.topic_partition = topic_partition
        self._segments = segments
        self._hints: dict[Offset, tuple[Segment, Position]] = {}

    def remember(self, offset: Offset, segment: Segment, position: Position) -> None:
        """Note where the batch of an offset starts, or will start when it is appended."""
        hints = self._hints
        hints.pop(offset, None)
        if len(hints) >= HINTS_MAX:
            del hints[next(iter(hints))]
        hints[offset] = (segment, position)

    def forget_hints(self) -> None:
        """Positions have changed: segments were removed or cut."""
        self._hints.clear()

    def read(
        self, offset: Offset, max_bytes: int, *, end_offset: Offset, at_least_one_batch: bool
    ) -> Region | None:
        """Whole batches of one segment, from the one that holds `offset`, all below `end_offset`.

        None when there are none, or none fits in `max_bytes` and the first may not be larger.
        Batches without records come only when no others follow: clients that get nothing else may
        take them for a record that is too large. Raises StorageDamaged when the first is damaged,
        and OSError.
        """
        found = self._find(offset, max_bytes, end_offset, at_least_one_batch=at_least_one_batch)
        while found is not None and self._segments.was_cleaned and self._is_empty(found):
            later = self._find_behind(
                found, max_bytes, end_offset, at_least_one_batch=at_least_one_batch
            )
            if later is None:
                break
            found = later
        if found is None:
            return None
        segment, start, end, next_offset = found
        return Region(self._segments.file(segment), start, end - start, next_offset)

    def _is_empty(self, found: _Found) -> bool:
        """Whether there are only batches without records, each of which is but a header."""
        segment, start, end, _ = found
        if (end - start) % HEADER_SIZE:
            return False
        batches = walk_headers(self._segments.file(segment), start, end)
        return not any(batch.header.record_count for batch in batches)

    def _find_behind(
        self, found: _Found, max_bytes: int, end_offset: Offset, *, at_least_one_batch: bool
    ) -> _Found | None:
        """What follows; None when nothing does, or when it is damaged: who asks for it is told."""
        offset = found.next_offset
        if offset >= end_offset:
            return None
        try:
            return self._find(offset, max_bytes, end_offset, at_least_one_batch=at_least_one_batch)
        except StorageDamaged:
            return None

    def _find(
        self, offset: Offset, max_bytes: int, end_offset: Offset, *, at_least_one_batch: bool
    ) -> _Found | None:
        place = self.locate(offset)
        if place is None:
            return None
        segment, start, base_offset = place
        end, next_offset = self._limit(segment, end_offset)
        if end <= start:
            return None
        if end - start > max_bytes:
            end, next_offset = self._trim(place, max_bytes, end)
            if end > start + max_bytes and not at_least_one_batch:
                return None
        if not self._segments.is_trusted(segment, start, end):
            end, next_offset = self._segments.verify(segment, start, end, base_offset)
            if end == start:
                raise self._damaged(self._segments.damage_at(segment, start, base_offset))
        self.remember(next_offset, segment, end)
        return _Found(segment, start, end, next_offset)

    def locate(self, offset: Offset) -> Place | None:
        """Where the first batch lies that ends at or behind an offset.

        None behind the last batch. Raises StorageDamaged when the offset lies in a damaged range.
        """
        hint = self._hints.get(offset)
        if hint is not None and hint[1] < hint[0].size_bytes:
            return Place(*hint, offset)
        segment = self._segments.floor(offset) or self._segments.first
        while True:
            if offset < segment.end_offset:
                place = self._locate_in(segment, offset)
                if place is not None:
                    return place
            newer = self._segments.after(segment)
            if newer is None:
                return None
            segment = newer

    def damaged_at(
        self, segment: Segment, position: Position, expected: Offset
    ) -> StorageDamaged | None:
        """What is wrong where the batch of an offset should be; None at the end of a segment."""
        if position < segment.size_bytes:
            return self._damaged(self._segments.damage_at(segment, position, expected))
        gap = self._segments.gap_at_end(segment, expected)
        return None if gap is None else self._damaged(gap)

    def damages(self) -> tuple[Damage, ...]:
        """The damaged ranges found so far, in offset order."""
        return tuple(damage for segment in self._segments for damage in segment.damages)

    def _locate_in(self, segment: Segment, offset: Offset) -> Place | None:
        position, expected = self._start_of_walk(segment, offset)
        while position < segment.size_bytes:
            for batch in self._segments.walk(segment, position, segment.size_bytes, expected):
                if batch.header.last_offset >= offset:
                    return Place(segment, batch.position, batch.header.base_offset)
                position = batch.end_position
                expected = batch.header.last_offset + 1
            if position >= segment.size_bytes:
                break
            damage = self._segments.damage_at(segment, position, expected)
            if offset < damage.end_offset:
                raise self._damaged(damage)
            position, expected = damage.end_position, damage.end_offset
        gap = self._segments.gap_at_end(segment, expected)
        if gap is not None and offset < gap.end_offset:
            raise self._damaged(gap)
        return None

    def _start_of_walk(self, segment: Segment, offset: Offset) -> tuple[Position, Offset]:
        """The indexed position to walk from, and its offset if known; a false index is rebuilt."""
        relative = offset - segment.base_offset
        entry = self._segments.offset_index(segment).floor(relative)
        if entry is not None and not self._is_true(segment, entry):
            self._segments.rebuild(segment)
            entry = self._segments.offset_index(segment).floor(relative)
        return (0, segment.base_offset) if entry is None else (entry[1], ANY_OFFSET)

    def _is_true(self, segment: Segment, entry: tuple[int, Position]) -> bool:
        """Whether the batch that an index entry names is there. Our own entries need no look."""
        relative, position = entry
        if position >= segment.trusted_from:
            return True
        batch = next(self._segments.walk(segment, position, segment.size_bytes), None)
        return batch is not None and batch.header.last_offset == segment.base_offset + relative

    def _limit(self, segment: Segment, end_offset: Offset) -> tuple[Position, Offset]:
        """Where the batches below an offset end in a segment, and the offset behind them."""
        if end_offset >= segment.end_offset:
            return segment.size_bytes, segment.sound_end_offset
        hint = self._hints.get(end_offset)
        if hint is not None and hint[0] is segment:
            return hint[1], end_offset
        try:
            place = self._locate_in(segment, end_offset)
        except StorageDamaged as damage:
            for known in segment.damages:
                if known.start_offset == damage.start_offset:
                    return known.start_position, damage.start_offset
            raise
        if place is None:
            return segment.size_bytes, segment.sound_end_offset
        self.remember(place.base_offset, segment, place.position)
        return place.position, place.base_offset

    def _trim(self, place: Place, max_bytes: int, end: Position) -> tuple[Position, Offset]:
        """The end of the last batch that fits, or of the first one, and the offset behind it."""
        segment, start, offset = place
        budget_end = start + max_bytes
        entry = self._segments.offset_index(segment).floor_position(budget_end)
        position, next_offset = start, offset
        if entry is not None and entry[1] > start and self._is_true(segment, entry):
            position = entry[1]
        for batch in self._segments.walk(segment, position, end):
            if batch.end_position > budget_end and position > start:
                return position, batch.header.base_offset
            position, next_offset = batch.end_position, batch.header.last_offset + 1
        if position == start:
            raise self._damaged(self._segments.damage_at(segment, start, offset))
        return position, next_offset

    def _damaged(self, damage: Damage) -> StorageDamaged:
        return StorageDamaged(self.topic_partition, damage.start_offset, damage.end_offset)
