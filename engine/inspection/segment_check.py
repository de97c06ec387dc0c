"""Checks one segment: every batch with its CRC and records, and both indexes against the batches.

Indexes are derived data: whatever is wrong with them is rebuilt at the next start, so it is only a
notice. Bytes that are no batch are damage when they lie before the recovery point, since that much
was known to be on disk; behind it they are the torn tail that recovery cuts away. Memory is that of
the index entries, whatever the size of the segment.
"""

from collections.abc import Iterator

from engine.inspection.batch_content import count_records
from engine.inspection.finding import Finding, damage, notice
from engine.inspection.segment_files import SegmentFiles
from engine.kernel.ids import OFFSET_MAX, Offset, Position
from engine.records.batch import BatchHeader
from engine.records.errors import InvalidBatch
from engine.storage.batch_walk import BatchAt, find_batch_behind, walk_verified
from engine.storage.file_names import partition_of
from engine.storage.filesystem import File
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.offset_index import OffsetIndex
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.time_index import TimeIndex


class SegmentCheck:
    """One check of one segment of a partition. Blocks on the disk; used once.

    `offset_index` and `time_index` are the bytes of the index files, which may end in the zeros
    with which Kafka makes them. `end_offset`, `batches` and `records` are of what was found sound.
    """

    def __init__(
        self,
        file: File,
        directory: str,
        files: SegmentFiles,
        *,
        offset_index: bytes = b"",
        time_index: bytes = b"",
        next_base: Offset = OFFSET_MAX,
        recovery_point: Offset = 0,
        gaps_are_damage: bool = False,
    ) -> None:
        """`gaps_are_damage` says that no record was ever left out of the log."""
        base_offset = files.base_offset
        self._file = file
        self._directory = directory
        partition = partition_of(directory)
        self._topic = "" if partition is None else partition.topic
        self._files = files
        self._size_bytes = file.size()
        self._next_base = next_base
        self._recovery_point = recovery_point
        self._gaps_are_damage = gaps_are_damage
        self._offset_entries = _OffsetEntries(offset_index, base_offset, self._size_bytes)
        self._time_entries = _TimeEntries(time_index, base_offset)
        self.end_offset = base_offset
        self.batches = 0
        self.records = 0

    def run(self) -> Iterator[Finding]:
        """Walk the log file; everything that is not as it should be."""
        path = self._path(self._files.log)
        position, size, is_whole = 0, self._size_bytes, True
        while position < size:
            for batch in walk_verified(self._file, position, size):
                yield from self._batch(path, batch)
                position = batch.end_position
            if position < size:
                finding, position = self._gap(path, position)
                is_whole = position < size
                yield finding
        if is_whole and self._next_base != OFFSET_MAX:
            yield from self._missing(path, self._next_base)
        yield from self._index_findings(self._files.offset_index, self._offset_entries.faults())
        yield from self._index_findings(self._files.time_index, self._time_entries.faults())

    def _batch(self, path: str, batch: BatchAt) -> Iterator[Finding]:
        header = batch.header
        if header.base_offset < self.end_offset:
            what = f"a batch begins at offset {header.base_offset}, before {self.end_offset}"
            yield damage(path, f"byte {batch.position}: {what}")
        yield from self._missing(path, header.base_offset)
        if header.last_offset >= self._next_base:
            what = f"a batch ends at offset {header.last_offset}, in the next segment"
            yield damage(path, f"byte {batch.position}: {what}")
        try:
            self.records += count_records(self._topic, batch)
        except InvalidBatch as error:
            yield damage(path, f"the batch at offset {header.base_offset}: {error}")
        self.batches += 1
        self.end_offset = max(self.end_offset, header.last_offset + 1)
        self._offset_entries.see(batch.position, header)
        self._time_entries.see(header)

    def _gap(self, path: str, position: Position) -> tuple[Finding, Position]:
        """What bytes mean that are no batch, and where they end."""
        behind = find_batch_behind(
            self._file, position, self._size_bytes, self.end_offset, self._next_base
        )
        end = self._size_bytes if behind is None else behind.position
        is_last = behind is None and self._next_base == OFFSET_MAX
        if is_last and self.end_offset >= self._recovery_point:
            return notice(path, f"a torn tail of {end - position} bytes at byte {position}"), end
        next_offset = self._next_base if behind is None else behind.header.base_offset
        begin, self.end_offset = self.end_offset, self.end_offset if behind is None else next_offset
        lost = "" if next_offset == OFFSET_MAX else f" to {next_offset - 1}"
        what = f"bytes {position} to {end - 1} are no batch: offsets from {begin}{lost}"
        return damage(path, what), end

    def _missing(self, path: str, next_offset: Offset) -> Iterator[Finding]:
        """Offsets that should come before one and do not, in a log that has every one."""
        if self._gaps_are_damage and self.end_offset < next_offset:
            yield damage(path, f"offsets from {self.end_offset} to {next_offset - 1} are missing")

    def _index_findings(self, name: str, faults: list[str]) -> Iterator[Finding]:
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            yield notice(self._path(name), f"{faults[0]}{more}; rebuilt at the next start")

    def _path(self, name: str) -> str:
        return f"{self._directory}/{name}"


class _OffsetEntries:
    """The offset index: each entry names a batch by its position, and by its last offset.

    Older versions of Kafka name the first of some batches that were appended in one go by the last
    offset of them all.
    """

    def __init__(self, content: bytes, base_offset: Offset, size_bytes: int) -> None:
        index = OffsetIndex.decode_prefix(content, size_bytes)
        self._base_offset = base_offset
        self._unseen = dict(zip(index.positions, index.offsets, strict=True))
        self._begun_at: Position = -1
        """The entry whose first batch was seen and whose last was not."""
        self._faults = _tail_fault(content, len(index) * OFFSET_ENTRY_SIZE)

    def see(self, position: Position, header: BatchHeader) -> None:
        """A batch stands at a position."""
        if position in self._unseen:
            self._begun_at = position
        relative = self._unseen.get(self._begun_at)
        if relative is not None and self._base_offset + relative == header.last_offset:
            del self._unseen[self._begun_at]

    def faults(self) -> list[str]:
        """What is wrong, after the walk."""
        return self._faults + [
            f"no batch at byte {position} ends at offset {self._base_offset + relative}"
            for position, relative in self._unseen.items()
        ]


class _TimeEntries:
    """The time index: an entry tells the latest time of all batches up to the one of its offset.

    A batch that compaction left empty counts in Kafka and does not here; both are true.
    """

    def __init__(self, content: bytes, base_offset: Offset) -> None:
        index = TimeIndex.decode_prefix(content)
        self._base_offset = base_offset
        self._timestamps = index.timestamps
        self._offsets = index.offsets
        self._next = 0
        self._latest_ms = -1
        self._latest_record_ms = -1
        self._faults = _tail_fault(content, len(index) * TIME_ENTRY_SIZE)

    def see(self, header: BatchHeader) -> None:
        """A batch, in the order of the log."""
        self._latest_ms = max(self._latest_ms, header.max_timestamp_ms)
        self._latest_record_ms = max(self._latest_record_ms, header.latest_record_ms)
        relative = header.last_offset - self._base_offset
        while self._next < len(self._offsets) and self._offsets[self._next] <= relative:
            told_ms = self._timestamps[self._next]
            if told_ms not in (self._latest_ms, self._latest_record_ms):
                offset = self._base_offset + self._offsets[self._next]
                what = f"the latest up to offset {offset} is {self._latest_ms}, not {told_ms}"
                self._faults.append(what)
            self._next += 1

    def faults(self) -> list[str]:
        """What is wrong, after the walk."""
        return self._faults + [
            f"no batch has the offset {self._base_offset + relative}"
            for relative in self._offsets[self._next :]
        ]


def _tail_fault(content: bytes, sound_bytes: int) -> list[str]:
    """Whether an index has bytes behind its sound entries that are not padding."""
    if sound_bytes < len(content.rstrip(b"\0")):
        return [f"entries from byte {sound_bytes} on cannot be right"]
    return []
