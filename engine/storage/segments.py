"""The segments of one log in offset order, with their files and indexes.

Indexes of closed segments are loaded on demand, checked, and rebuilt from the batches when they
cannot be right; only the few used last stay in memory. Rebuilding steps over damage, which reading
then reports. Source: Kafka's `LogSegments`.
"""

import errno
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from engine.kernel.ids import Offset, Position
from engine.records.batch import BatchHeader
from engine.storage.batch_walk import (
    BatchAt,
    find_batch_behind,
    read_batch,
    walk_headers,
    walk_verified,
)
from engine.storage.filesystem import File, FileSystem
from engine.storage.index_building import build_indexes
from engine.storage.leader_epochs import UNKNOWN_EPOCH, LeaderEpochs
from engine.storage.offset_index import OffsetIndex
from engine.storage.open_files import OpenFiles
from engine.storage.position_ranges import PositionRanges
from engine.storage.saved_indexes import glance_latest, load_saved
from engine.storage.segment import NO_TIMESTAMP, UNKNOWN_TIMESTAMP, Damage, Segment
from engine.storage.time_index import TimeIndex

ANY_OFFSET = -1
"""The batch that is looked at may have any offset."""

LOADED_CLOSED_MAX = 4
"""Closed segments of one log whose indexes stay in memory once they are saved."""

REBUILT_AT_ONCE_BYTES_MAX = 4 * 1024 * 1024
"""The largest segment whose indexes are made anew while others wait: some tens of milliseconds."""

LOOKUP_WINDOW_BYTES = 64 * 1024
"""Bytes read at a time where a look-up walks batches that were not checked yet."""


class Segments:
    """Segments by base offset, at least one once the log is open; the last one is active."""

    __slots__ = (
        "_bases",
        "_list",
        "_loaded",
        "directory",
        "epochs",
        "filesystem",
        "index_interval_bytes",
        "is_compacted",
        "on_missing",
        "open_files",
        "was_cleaned",
    )

    def __init__(
        self,
        directory: str,
        filesystem: FileSystem,
        open_files: OpenFiles,
        index_interval_bytes: int,
    ) -> None:
        self.directory = directory
        self.filesystem = filesystem
        self.open_files = open_files
        self.index_interval_bytes = index_interval_bytes
        self.is_compacted = False
        """Records are left out of the log as the configuration stands."""
        self.was_cleaned = False
        """Records may have been left out of it at some time, whatever the configuration says."""
        self.on_missing: Callable[[Segments, Segment], None] | None = None
        """Is told of a segment whose indexes are to be made anew elsewhere; without it that is done
        at once, however long it takes. It holds nothing of the log, so that one that is let go is
        gone at once."""
        self.epochs = LeaderEpochs()
        """What the batches' leader epochs must agree with, as far as it is known."""
        self._bases: list[Offset] = []
        self._list: list[Segment] = []
        self._loaded: list[Segment] = []

    def __len__(self) -> int:
        return len(self._list)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._list)

    @property
    def active(self) -> Segment:
        return self._list[-1]

    @property
    def first(self) -> Segment:
        return self._list[0]

    @property
    def gaps_are_damage(self) -> bool:
        """Offsets that are missing were lost, not compacted away."""
        return not (self.is_compacted or self.was_cleaned)

    @property
    def size_bytes(self) -> int:
        return sum(segment.size_bytes for segment in self._list)

    def add(self, segment: Segment) -> None:
        """Add a segment behind all others."""
        assert not self._bases or segment.base_offset > self._bases[-1]
        self._bases.append(segment.base_offset)
        self._list.append(segment)

    def drop_first(self, count: int) -> list[Segment]:
        """Take the oldest segments out of the log."""
        dropped = self._list[:count]
        del self._list[:count]
        del self._bases[:count]
        self._forget(dropped)
        return dropped

    def drop_last(self) -> Segment:
        """Take the newest segment out of the log."""
        self._bases.pop()
        segment = self._list.pop()
        self._forget([segment])
        return segment

    def replace(self, old: Sequence[Segment], new: Segment) -> None:
        """Put a segment in the place of some neighbours, the first of which has its base offset."""
        at = bisect_right(self._bases, new.base_offset) - 1
        assert self._list[at : at + len(old)] == list(old)
        self._list[at : at + len(old)] = [new]
        self._bases[at : at + len(old)] = [new.base_offset]
        self._forget(list(old))

    def floor(self, offset: Offset) -> Segment | None:
        """The segment with the largest base offset not above an offset."""
        at = bisect_right(self._bases, offset) - 1
        return None if at < 0 else self._list[at]

    def after(self, segment: Segment) -> Segment | None:
        """The next newer segment."""
        at = bisect_right(self._bases, segment.base_offset)
        return None if at == len(self._list) else self._list[at]

    def note_closed(self, segment: Segment) -> None:
        """The indexes of a segment are in memory, which takes no more appends."""
        if segment not in self._loaded:
            self._loaded.append(segment)
        self.trim_loaded()

    def trim_loaded(self) -> None:
        """Let go of indexes that their files hold, but for those of a few segments."""
        for segment in self._loaded[:-LOADED_CLOSED_MAX]:
            if segment is not self.active and self._is_saved(segment):
                self._loaded.remove(segment)
                segment.offset_index = None
                segment.time_index = None

    def has_unsaved(self) -> bool:
        """Whether indexes of closed segments are in memory only."""
        return any(not self._is_saved(segment) for segment in self._loaded)

    def contains(self, segment: Segment) -> bool:
        """Whether the segment is still part of the log."""
        return self.floor(segment.base_offset) is segment

    def file(self, segment: Segment) -> File:
        """The open log file of a segment. Raises OSError."""
        if segment.held is not None:
            return segment.held
        return self.open_files.get(segment.path())

    def release_files(self) -> None:
        """Let go of all log files."""
        for segment in self._list:
            segment.held = None
            self.open_files.forget(segment.path())

    def offset_index(self, segment: Segment) -> OffsetIndex:
        """The offset index of a segment, loaded or rebuilt if need be."""
        if segment.offset_index is None:
            self._load(segment)
        assert segment.offset_index is not None
        return segment.offset_index

    def time_index(self, segment: Segment) -> TimeIndex:
        """The time index of a segment, loaded or rebuilt if need be."""
        if segment.time_index is None:
            self._load(segment)
        assert segment.time_index is not None
        return segment.time_index

    def max_timestamp_ms(self, segment: Segment) -> int:
        """The largest timestamp in a segment; -1 when no record has one. Reads little."""
        if segment.max_timestamp_ms == UNKNOWN_TIMESTAMP and not glance_latest(self, segment):
            self._load(segment)
        return segment.max_timestamp_ms

    def first_timestamp_ms(self, segment: Segment) -> int:
        """The largest timestamp of the first batch; -1 when it has none, or no sound header."""
        if segment.first_timestamp_ms == UNKNOWN_TIMESTAMP:
            first = next(walk_headers(self.file(segment), 0, segment.size_bytes), None)
            stamp_ms = NO_TIMESTAMP if first is None else first.header.latest_record_ms
            segment.first_timestamp_ms = stamp_ms
        return segment.first_timestamp_ms

    def walk(
        self, segment: Segment, start: Position, end: Position, expected: Offset = ANY_OFFSET
    ) -> Iterator[BatchAt]:
        """The batches in a stretch up to the first unsound one; checked where not trusted.

        `expected` is the offset at which the first one should start, when that is known.
        """
        file = self.file(segment)
        if self.is_trusted(segment, start, end):
            yield from walk_headers(file, start, end)
            return
        for batch in walk_verified(file, start, end, LOOKUP_WINDOW_BYTES):
            if not self.is_in_place(segment, batch.header, expected):
                return
            yield batch
            expected = batch.header.last_offset + 1

    def is_in_place(self, segment: Segment, header: BatchHeader, expected: Offset) -> bool:
        """Whether a batch belongs where it lies: what its CRC does not cover, or not tell.

        A batch from elsewhere has a valid CRC too, and the CRC leaves out offset and epoch.
        """
        base_offset = header.base_offset
        if expected != ANY_OFFSET and (
            base_offset < expected or (base_offset > expected and self.gaps_are_damage)
        ):
            return False
        epochs = (header.leader_epoch, self.epochs.epoch_of(base_offset))
        is_of_its_time = epochs[0] == epochs[1] or UNKNOWN_EPOCH in epochs
        return header.last_offset < segment.end_offset and is_of_its_time

    def is_overtaken(self, segment: Segment, batch: BatchAt) -> bool:
        """Whether a batch with earlier offsets follows, so that this one says wrong ones."""
        behind = walk_verified(self.file(segment), batch.end_position, segment.size_bytes)
        follower = next(behind, None)
        return follower is not None and follower.header.base_offset <= batch.header.last_offset

    def is_trusted(self, segment: Segment, start: Position, end: Position) -> bool:
        """Whether this process wrote or checked all bytes of a stretch, and found none damaged."""
        if any(each.start_position < end and start < each.end_position for each in segment.damages):
            return False
        if start >= segment.trusted_from:
            return True
        checked_end = min(end, segment.trusted_from)
        return segment.verified is not None and segment.verified.covers(start, checked_end)

    def verify(
        self, segment: Segment, start: Position, end: Position, expected: Offset
    ) -> tuple[Position, Offset]:
        """Check the batches of a stretch, the first of which should start at an offset.

        Where the sound ones end, and the offset behind them; -1 when not even the first is sound.
        """
        position, next_offset = start, -1
        for batch in walk_verified(self.file(segment), start, end):
            if not self.is_in_place(segment, batch.header, expected):
                break
            position = batch.end_position
            next_offset = expected = batch.header.last_offset + 1
        if segment.verified is None:
            segment.verified = PositionRanges()
        segment.verified.add(start, position)
        if position == segment.size_bytes:
            self.gap_at_end(segment, next_offset)
        return position, next_offset

    def damage_at(self, segment: Segment, position: Position, expected: Offset) -> Damage:
        """The damaged range that starts at a position where the batch of an offset should be."""
        for known in segment.damages:
            if known.start_position == position:
                return known
        file = self.file(segment)
        end = segment.size_bytes
        anchor = self._sound_anchor(segment, position, expected)
        scan_end = end if anchor is None else anchor.position
        found = find_batch_behind(file, position, scan_end, expected, segment.end_offset) or anchor
        damage = (
            Damage(expected, segment.end_offset, position, end)
            if found is None
            else Damage(expected, found.header.base_offset, position, found.position)
        )
        segment.damages = tuple(sorted((*segment.damages, damage)))
        return damage

    def gap_at_end(self, segment: Segment, expected: Offset) -> Damage | None:
        """The range of offsets lost at the end of a segment whose last batch ends at an offset."""
        size = segment.size_bytes
        for known in segment.damages:
            if known.start_position == size:
                return known
        if not self.gaps_are_damage or segment is self.active or expected >= segment.end_offset:
            return None
        return self.note_gap(segment, expected)

    def note_gap(self, segment: Segment, expected: Offset) -> Damage:
        """Offsets from one on, up to the end of a segment, are not in its file: they were lost."""
        size = segment.size_bytes
        gap = Damage(expected, segment.end_offset, size, size)
        segment.damages = tuple(sorted((*segment.damages, gap)))
        return gap

    def rebuild(self, segment: Segment) -> None:
        """Make both indexes anew from the batches, stepping over damage.

        Raises OSError; with EAGAIN if that would take long, and somebody does it elsewhere.
        """
        is_long = segment is not self.active and segment.size_bytes > REBUILT_AT_ONCE_BYTES_MAX
        if is_long and self.on_missing is not None:
            self.on_missing(self, segment)
            raise OSError(errno.EAGAIN, "the index is being made anew", segment.path())
        build_indexes(self, segment)

    def alone(self, segment: Segment) -> "Segments":
        """A log that holds a copy of one segment, without indexes, for another thread."""
        copy = Segment(self.directory, segment.base_offset, size_bytes=segment.size_bytes)
        copy.end_offset = segment.end_offset
        copy.damages = segment.damages
        other = Segments(
            self.directory, self.filesystem, self.open_files, self.index_interval_bytes
        )
        other.is_compacted, other.was_cleaned = self.is_compacted, self.was_cleaned
        other.epochs = self.epochs.copy()
        other.add(copy)
        return other

    def _load(self, segment: Segment) -> None:
        if not load_saved(self, segment):
            self.rebuild(segment)
        self.note_closed(segment)

    def _sound_anchor(
        self, segment: Segment, position: Position, expected: Offset
    ) -> BatchAt | None:
        """The first batch behind a position that the index names and that is sound."""
        index = segment.offset_index
        at = None if index is None else index.position_above(position)
        while index is not None and at is not None:
            batch = read_batch(self.file(segment), at, segment.size_bytes)
            if batch is not None and batch.header.base_offset >= expected:
                return batch
            at = index.position_above(at)
        return None

    def _forget(self, segments: list[Segment]) -> None:
        for segment in segments:
            self.open_files.forget(segment.path())
            if segment in self._loaded:
                self._loaded.remove(segment)

    def _is_saved(self, segment: Segment) -> bool:
        """Whether the files hold the indexes of a segment in full."""
        return (
            segment.offset_index is not None
            and segment.time_index is not None
            and segment.saved_offset_entries == len(segment.offset_index)
            and segment.saved_time_entries == len(segment.time_index)
        )
