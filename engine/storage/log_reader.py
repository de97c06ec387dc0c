"""Finding and reading whole batches of a log by offset.

A position comes from a hint (where the last read or sync ended: what a consumer that follows the
log asks for next), else from the sparse index and a short walk. Bytes that this process did not
write are checked by CRC the first time they are read: what was damaged on disk is never handed out,
it is reported as a range, and everything before and behind it stays readable.
"""

from engine.kernel.ids import Offset, Position, TopicPartition
from engine.storage.batch_walk import BatchAt, read_batch
from engine.storage.errors import StorageDamaged
from engine.storage.region import Region
from engine.storage.segment import Damage, Segment
from engine.storage.segments import Segments

HINTS_MAX = 16
"""Remembered positions of one log: about as many readers follow it without a look-up."""


class LogReader:
    """Reads of one log. The writer's thread only; the regions may go to any thread."""

    __slots__ = ("_hints", "_segments", "gaps_are_damage", "topic_partition")

    def __init__(
        self, topic_partition: TopicPartition, segments: Segments, *, gaps_are_damage: bool
    ) -> None:
        self.topic_partition = topic_partition
        self.gaps_are_damage = gaps_are_damage
        """Offsets missing at the end of a closed segment were lost, not compacted away."""
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
        Raises StorageDamaged when the first is damaged, and OSError.
        """
        place = self.locate(offset)
        if place is None:
            return None
        segment, start = place
        end, next_offset = self._limit(segment, end_offset)
        if end <= start:
            return None
        if end - start > max_bytes:
            end, next_offset = self._trim(segment, start, max_bytes, end, at_least_one_batch)
            if end == start:
                return None
        if next_offset < 0 or not self._segments.is_trusted(segment, start, end):
            end, next_offset = self._segments.verify(segment, start, end)
            if end == start:
                raise self._damaged(self._segments.damage_at(segment, start, offset))
        self.remember(next_offset, segment, end)
        return Region(self._segments.file(segment), start, end - start, next_offset)

    def locate(self, offset: Offset) -> tuple[Segment, Position] | None:
        """Segment and position of the first batch that ends at or behind an offset.

        None behind the last batch. Raises StorageDamaged when the offset lies in a damaged range.
        """
        hint = self._hints.get(offset)
        if hint is not None and hint[1] < hint[0].size_bytes:
            return hint
        segment = self._segments.floor(offset) or self._segments.first
        while True:
            if offset < segment.end_offset:
                position = self._locate_in(segment, offset)
                if position is not None:
                    return segment, position
            newer = self._segments.after(segment)
            if newer is None:
                return None
            segment = newer

    def batch_of(self, offset: Offset) -> BatchAt | None:
        """The sound batch that holds an offset or is the next behind it, with its content."""
        place = self.locate(offset)
        if place is None:
            return None
        segment, position = place
        batch = read_batch(self._segments.file(segment), position, segment.size_bytes)
        if batch is None:
            raise self._damaged(self._segments.damage_at(segment, position, offset))
        return batch

    def damages(self) -> tuple[Damage, ...]:
        """The damaged ranges found so far, in offset order."""
        return tuple(damage for segment in self._segments for damage in segment.damages)

    def _locate_in(self, segment: Segment, offset: Offset) -> Position | None:
        position = self._start_of_walk(segment, offset)
        expected = segment.base_offset
        while position < segment.size_bytes:
            for batch in self._segments.walk(segment, position, segment.size_bytes):
                if batch.header.base_offset < expected:
                    break
                if batch.header.last_offset >= offset:
                    return batch.position
                position = batch.end_position
                expected = batch.header.last_offset + 1
            if position >= segment.size_bytes:
                break
            damage = self._segments.damage_at(segment, position, expected)
            if offset < damage.end_offset:
                raise self._damaged(damage)
            position, expected = damage.end_position, damage.end_offset
        is_closed = segment is not self._segments.active
        if self.gaps_are_damage and is_closed and expected < segment.end_offset:
            raise StorageDamaged(self.topic_partition, expected, segment.end_offset)
        return None

    def _start_of_walk(self, segment: Segment, offset: Offset) -> Position:
        """The indexed position to walk from; an index that lies is rebuilt."""
        relative = offset - segment.base_offset
        entry = self._segments.offset_index(segment).floor(relative)
        if entry is not None and entry[1] < segment.trusted_from:
            batch = next(self._segments.walk(segment, entry[1], segment.size_bytes), None)
            if batch is None or batch.header.last_offset != segment.base_offset + entry[0]:
                self._segments.rebuild(segment)
                entry = self._segments.offset_index(segment).floor(relative)
        return 0 if entry is None else entry[1]

    def _limit(self, segment: Segment, end_offset: Offset) -> tuple[Position, Offset]:
        """Where the batches below an offset end in a segment, and the offset behind them."""
        if end_offset >= segment.end_offset:
            return segment.size_bytes, segment.end_offset
        hint = self._hints.get(end_offset)
        if hint is not None and hint[0] is segment:
            return hint[1], end_offset
        try:
            position = self._locate_in(segment, end_offset)
        except StorageDamaged as damage:
            for known in segment.damages:
                if known.start_offset == damage.start_offset:
                    return known.start_position, damage.start_offset
            raise
        if position is None:
            return segment.size_bytes, segment.end_offset
        self.remember(end_offset, segment, position)
        return position, end_offset

    def _trim(
        self,
        segment: Segment,
        start: Position,
        max_bytes: int,
        end: Position,
        at_least_one_batch: bool,
    ) -> tuple[Position, Offset]:
        """The end of the last batch that fits and the offset behind it; -1 if not known."""
        budget_end = start + max_bytes
        entry = self._segments.offset_index(segment).floor_position(budget_end)
        position = start if entry is None else max(start, entry[1])
        walk_start, next_offset = position, -1
        for batch in self._segments.walk(segment, walk_start, end):
            if batch.end_position > budget_end:
                if position > start or not at_least_one_batch:
                    if next_offset < 0:
                        next_offset = batch.header.base_offset
                    break
                return batch.end_position, batch.header.last_offset + 1
            position = batch.end_position
            next_offset = batch.header.last_offset + 1
        return position, next_offset

    def _damaged(self, damage: Damage) -> StorageDamaged:
        return StorageDamaged(self.topic_partition, damage.start_offset, damage.end_offset)
