"""Rewrites the segments of a compacted log without what is outdated: one cleaning of one log.

First the headers are walked for aborted transactions, then the dirty segments are read for the
latest offset of each key, until they are through or memory is full. Then group after group is read
and written into one `.cleaned` segment, which `SegmentSwap` puts in its place.

All work is done by generators that yield the bytes they have read and written since they last did,
at least every few dozen records, so that whoever drives them can pause, slow down or give up. They
touch nothing but files, so any thread may drive them; a walk that meets unsound bytes raises
StorageDamaged, and nothing has happened. Source: Kafka's `Cleaner`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.kernel.ids import Offset, Position, TopicPartition
from engine.records.batch import read_header
from engine.records.crc import Buffer
from engine.storage.batch_filter import (
    RECORDS_PER_STEP,
    BatchFilter,
    FilterCounts,
    LastBatch,
    Steps,
    control_type_of,
    placed_records,
)
from engine.storage.batch_walk import (
    HEADER_WINDOW_BYTES,
    BatchAt,
    read_batch,
    walk_headers,
    walk_verified,
)
from engine.storage.cleanable import grouped
from engine.storage.cleaned_transactions import AbortedTransactions, CleanedTransactions
from engine.storage.errors import StorageDamaged
from engine.storage.file_names import CLEANED, OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX
from engine.storage.filesystem import File, FileSystem
from engine.storage.key_offsets import KeyOffsets
from engine.storage.log_config import LogConfig
from engine.storage.segment import SEGMENT_BYTES_MAX, Segment
from engine.storage.segment_swap import SegmentSwap
from engine.storage.transaction_index import TransactionEntry, decode_entries, encode_entries
from engine.storage.whole_file import read_file, write_all, write_file

READ_BYTES = 128 * 1024
"""Bytes read at a time: a slow cleaning holds them for minutes."""

WRITE_BYTES = 256 * 1024
"""Bytes gathered before they are written."""

SYNC_BYTES = 8 * 1024 * 1024
"""Bytes written before they are synced, so that the disk is never handed much at once."""


class SourceSegment(NamedTuple):
    """A segment as it was when the cleaning began."""

    segment: Segment
    """For the log that it belongs to; the cleaner only asks it for paths."""
    base_offset: Offset
    end_offset: Offset
    size_bytes: int
    modified_ms: int
    latest_ms: int
    """The largest timestamp where retention goes by it, otherwise the time of the last append."""


@dataclass(frozen=True, slots=True)
class CleaningPlan:
    """What to clean, taken from an open log by its own thread."""

    topic_partition: TopicPartition
    directory: str
    filesystem: FileSystem
    config: LogConfig
    first_dirty_offset: Offset
    first_uncleanable_offset: Offset
    sources: tuple[SourceSegment, ...]
    """The closed segments below the first uncleanable offset, in order."""
    later: tuple[SourceSegment, ...]
    """What follows: markers there may end transactions that began before."""
    last_batches: Mapping[int, LastBatch]


@dataclass(frozen=True, slots=True)
class CleanedSegment:
    """A group that was rewritten. Its files are on disk under names that do not count yet."""

    segment: Segment
    sources: tuple[SourceSegment, ...]
    swap: SegmentSwap
    file: File
    is_changed: bool
    """Not just a copy of one segment."""


class Cleaner:
    """One cleaning of one log; `index` first, then `rewrite` for each group in order."""

    def __init__(self, plan: CleaningPlan, key_bytes: int, now_ms: int | None) -> None:
        """`key_bytes` bounds the memory for keys; `now_ms` is None if the clock must not decide."""
        self._plan = plan
        self._keys = KeyOffsets(key_bytes, plan.first_dirty_offset)
        self._now_ms = now_ms
        self._filter: BatchFilter | None = None
        self._aborted = AbortedTransactions()

    @property
    def end_offset(self) -> Offset:
        """Where the clean part of the log ends once all groups were rewritten."""
        return self._keys.end_offset

    @property
    def counts(self) -> FilterCounts:
        """What went through the filter so far."""
        return self._filter.counts if self._filter is not None else FilterCounts()

    def index(self) -> Steps[None]:
        """Learn which records are the latest of their keys. Raises StorageDamaged, OSError."""
        plan = self._plan
        yield from self._find_aborted()
        dirty = [s for s in plan.sources if s.end_offset > plan.first_dirty_offset]
        begin = dirty[0].base_offset if dirty else plan.first_dirty_offset
        # One that ended before would never end in this walk, which does not meet its marker.
        transactions = CleanedTransactions(
            each for each in self._aborted.found if each.last_offset >= begin
        )
        for source in dirty:
            for batch in self._batches(source):
                if not (yield from self._index_batch(batch, transactions)):
                    return
                yield batch.header.size_bytes
            self._keys.end_offset = max(self._keys.end_offset, source.end_offset)

    def groups(self) -> list[tuple[SourceSegment, ...]]:
        """What to rewrite, in order: each group becomes one segment. After `index`."""
        self._filter = BatchFilter(
            self._keys,
            CleanedTransactions(self._aborted.found),
            self._plan.last_batches,
            self._plan.config,
            self._now_ms,
        )
        sources = [s for s in self._plan.sources if s.base_offset < self._keys.end_offset]
        groups = map(tuple, grouped(sources, self._plan.config))
        return [group for group in groups if any(source.size_bytes for source in group)]

    def rewrite(self, group: tuple[SourceSegment, ...]) -> Steps[CleanedSegment]:
        """Write a group's segment and put it on disk. Raises StorageDamaged, OSError."""
        assert self._filter is not None, "groups comes first"
        plan, base_offset = self._plan, group[0].base_offset
        output = _Output(plan, base_offset)
        last_source = [source for source in group if source.size_bytes][-1]
        is_changed = len(group) > 1
        for source in group:
            for batch in self._batches(source):
                is_last = source is last_source and batch.end_position == source.size_bytes
                stays = yield from self._filter.stay_of(
                    batch.header, batch.content, is_last=is_last
                )
                is_changed = is_changed or stays is not batch.content
                yield batch.header.size_bytes + (0 if stays is None else output.add(stays))
        output.segment.modified_ms = group[-1].modified_ms
        output.finish(self._transactions_kept(group))
        output.segment.end_offset = group[-1].end_offset
        bases = tuple(source.base_offset for source in group)
        swap = SegmentSwap(plan.filesystem, plan.directory, base_offset, bases)
        return CleanedSegment(output.segment, group, swap, output.file, is_changed)

    def _index_batch(self, batch: BatchAt, transactions: CleanedTransactions) -> Steps[bool]:
        """Take the keys of a batch; False when there is no room for them.

        The first batch gets in whatever its size, so that each cleaning comes further.
        """
        header, first_dirty = batch.header, self._plan.first_dirty_offset
        if header.is_control:
            transactions.is_marker_of_nothing(header, control_type_of(batch.content))
        elif header.last_offset >= first_dirty and not transactions.is_aborted(header):
            if len(self._keys) and not self._keys.has_room(header.record_count):
                return False
            placed = yield from placed_records(header, batch.content)
            for count, record in enumerate(placed.records if placed is not None else ()):
                if record.key is not None and record.offset >= first_dirty:
                    self._keys.put(record.key, record.offset)
                if count % RECORDS_PER_STEP == 0:
                    yield 0
        self._keys.end_offset = max(self._keys.end_offset, header.last_offset + 1)
        return True

    def _transactions_kept(self, group: tuple[SourceSegment, ...]) -> bytes | None:
        """The transaction index of a group; None when none of its segments has one."""
        assert self._filter is not None
        kept = {(each.producer_id, each.last_offset) for each in self._filter.transactions.kept}
        entries: list[TransactionEntry] = []
        is_there = False
        for source in group:
            path = source.segment.path(TRANSACTION_INDEX)
            try:
                content = read_file(self._plan.filesystem, path)
            except FileNotFoundError:
                continue
            is_there = True
            entries += [
                entry
                for entry in decode_entries(content, path)
                if (entry.producer_id, entry.last_offset) in kept
            ]
        return encode_entries(entries) if is_there else None

    def _find_aborted(self) -> Steps[None]:
        """Walk the headers up to where every transaction has ended that began in the sources."""
        plan = self._plan
        for source in plan.sources:
            yield from self._find_aborted_in(source)
        for source in plan.later:
            if not self._aborted.has_open:
                return
            yield from self._find_aborted_in(source)

    def _find_aborted_in(self, source: SourceSegment) -> Steps[None]:
        file = self._plan.filesystem.open(source.segment.path())
        position = 0
        for batch in walk_headers(file, 0, source.size_bytes):
            position = batch.end_position
            if not batch.header.is_control:
                self._aborted.see_batch(batch.header)
            else:
                whole = read_batch(file, batch.position, source.size_bytes)
                if whole is None:
                    raise self._damage(source, batch.position)
                self._aborted.see_marker(batch.header, control_type_of(whole.content))
            yield min(batch.header.size_bytes, HEADER_WINDOW_BYTES)
        if position < source.size_bytes:
            raise self._damage(source, position)

    def _batches(self, source: SourceSegment) -> Iterator[BatchAt]:
        """Every batch of a source, each checked, its place among the others too."""
        file = self._plan.filesystem.open(source.segment.path())
        position, expected = 0, source.base_offset
        for batch in walk_verified(file, 0, source.size_bytes, READ_BYTES):
            if (
                not expected
                <= batch.header.base_offset
                <= batch.header.last_offset
                < source.end_offset
            ):
                break
            yield batch
            position, expected = batch.end_position, batch.header.last_offset + 1
        if position < source.size_bytes:
            raise self._damage(source, position)

    def _damage(self, source: SourceSegment, position: Position) -> StorageDamaged:
        what = f"cannot be cleaned: byte {position} of {source.segment.path()} is no batch"
        return StorageDamaged(
            self._plan.topic_partition, source.base_offset, source.end_offset, what
        )


class _Output:
    """A segment that is being written, and its indexes."""

    def __init__(self, plan: CleaningPlan, base_offset: Offset) -> None:
        self._plan = plan
        self._buffers: list[Buffer] = []
        self._gathered = self._unsynced = 0
        self.segment = Segment(plan.directory, base_offset)
        self.segment.start_indexes()
        self.segment.trusted_from = 0
        path = self.segment.path() + CLEANED
        self.file = plan.filesystem.open(path, writable=True, create=True)
        if self.file.size():
            self.file.truncate(0)

    def add(self, batch: Buffer) -> int:
        """Take a batch behind the others; its size."""
        header, segment = read_header(batch), self.segment
        segment.note_batch(
            segment.size_bytes,
            header.last_offset,
            header.latest_record_ms,
            header.size_bytes,
            self._plan.config.index_interval_bytes,
        )
        segment.size_bytes += header.size_bytes
        if segment.size_bytes > SEGMENT_BYTES_MAX:
            raise StorageDamaged(
                self._plan.topic_partition,
                segment.base_offset,
                segment.end_offset,
                "are too many bytes for one segment",
            )
        # A copy, so that a small batch does not keep the large window that it was read into.
        self._buffers.append(bytes(batch))
        self._gathered += header.size_bytes
        if self._gathered >= WRITE_BYTES:
            self._write()
        return header.size_bytes

    def finish(self, transactions: bytes | None) -> None:
        """Put the segment with its indexes on disk, and their names."""
        self._write()
        segment, filesystem = self.segment, self._plan.filesystem
        filesystem.set_modified(segment.path() + CLEANED, segment.modified_ms)
        self.file.datasync()
        segment.close_indexes()
        assert segment.offset_index is not None
        assert segment.time_index is not None
        indexes = {
            OFFSET_INDEX: segment.offset_index.encode(),
            TIME_INDEX: segment.time_index.encode(),
        }
        if transactions is not None:
            indexes[TRANSACTION_INDEX] = transactions
        for suffix, content in indexes.items():
            write_file(filesystem, segment.path(suffix) + CLEANED, content, is_synced=True)
        filesystem.sync_directory(self._plan.directory)
        segment.saved_offset_entries = len(segment.offset_index)
        segment.saved_time_entries = len(segment.time_index)

    def _write(self) -> None:
        write_all(self.file, self._buffers)
        self._buffers = []
        self._unsynced += self._gathered
        self._gathered = 0
        if self._unsynced >= SYNC_BYTES:
            self.file.datasync()
            self._unsynced = 0
