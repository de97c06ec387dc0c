"""Checks one segment: every batch with its CRC and records, and both indexes against the batches.

Indexes are derived data: whatever is wrong with them is rebuilt at the next start, so it is only a
notice. Bytes that are no batch are damage when they lie before the recovery point, since that much
was known to be on disk; behind it they are the torn tail that recovery cuts away. Memory is that of
the index entries, whatever the size of the segment.
"""

from collections.abc import Iterator

from engine.inspection.finding import Finding, damage, notice
from engine.kernel.ids import Offset, Position
from engine.records.batch import BatchHeader
from engine.records.errors import InvalidBatch
from engine.records.record import iterate_facts
from engine.storage.batch_walk import BatchAt, find_batch_behind, walk_verified
from engine.storage.file_names import LOG, OFFSET_INDEX, TIME_INDEX, segment_file
from engine.storage.filesystem import File
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.offset_index import OffsetIndex
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.time_index import TimeIndex

INFLATED_BYTES_MAX = 256 * 1024 * 1024
"""What one compressed batch may inflate to while it is checked."""
FAR_OFFSET: Offset = 2**63 - 1


class SegmentCheck:
    """One check of one segment of a partition. Blocks on the disk; used once.

    `offset_index` and `time_index` are the bytes of the index files, which may end in the zeros
    with which Kafka makes them. `end_offset`, `batches` and `records` are of what was found sound.
    """

    def __init__(
        self,
        file: File,
        directory: str,
        base_offset: Offset,
        *,
        offset_index: bytes = b"",
        time_index: bytes = b"",
        next_base: Offset = FAR_OFFSET,
        recovery_point: Offset = 0,
    ) -> None:
        self._file = file
        self._directory = directory
        self._base_offset = base_offset
        self._size_bytes = file.size()
        self._next_base = next_base
        self._recovery_point = recovery_point
        self._offset_entries = _OffsetEntries(offset_index, base_offset, self._size_bytes)
        self._time_entries = _TimeEntries(time_index, base_offset)
        self.end_offset = base_offset
        self.batches = 0
        self.records = 0

    def run(self) -> Iterator[Finding]:
        """Walk the log file; everything that is not as it should be."""
        path = self._path(LOG)
        position, size = 0, self._size_bytes
        while position < size:
            for batch in walk_verified(self._file, position, size):
                yield from self._batch(path, batch)
                position = batch.end_position
            if position < size:
                gap = self._gap(path, position)
                yield gap[0]
                position = gap[1]
        yield from self._index_findings(OFFSET_INDEX, self._offset_entries.faults())
        yield from self._index_findings(TIME_INDEX, self._time_entries.faults())

    def _batch(self, path: str, batch: BatchAt) -> Iterator[Finding]:
        header = batch.header
        if header.base_offset < self.end_offset:
            what = f"a batch begins at offset {header.base_offset}, before {self.end_offset}"
            yield damage(path, f"byte {batch.position}: {what}")
        if header.last_offset >= self._next_base:
            what = f"a batch ends at offset {header.last_offset}, in the next segment"
            yield damage(path, f"byte {batch.position}: {what}")
        last = header.base_offset - 1
        try:
            for fact in iterate_facts(batch.content, INFLATED_BYTES_MAX):
                if not last < fact.offset <= header.last_offset:
                    raise InvalidBatch(f"a record has the offset {fact.offset} behind {last}")
                last = fact.offset
                self.records += 1
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
        is_last = behind is None and self._next_base == FAR_OFFSET
        if is_last and self.end_offset >= self._recovery_point:
            return notice(path, f"a torn tail of {end - position} bytes at byte {position}"), end
        next_offset = self._next_base if behind is None else behind.header.base_offset
        lost = "" if next_offset == FAR_OFFSET else f" to {next_offset - 1}"
        what = f"bytes {position} to {end - 1} are no batch: offsets from {self.end_offset}{lost}"
        return damage(path, what), end

    def _index_findings(self, suffix: str, faults: list[str]) -> Iterator[Finding]:
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            yield notice(self._path(suffix), f"{faults[0]}{more}; rebuilt at the next start")

    def _path(self, suffix: str) -> str:
        return f"{self._directory}/{segment_file(self._base_offset, suffix)}"


class _OffsetEntries:
    """The offset index: each entry names a batch by its last offset and its position."""

    def __init__(self, content: bytes, base_offset: Offset, size_bytes: int) -> None:
        index = OffsetIndex.decode_prefix(content, size_bytes)
        self._base_offset = base_offset
        self._unseen = dict(zip(index.positions, index.offsets, strict=True))
        self._faults = _tail_fault(content, len(index) * OFFSET_ENTRY_SIZE)

    def see(self, position: Position, header: BatchHeader) -> None:
        """A batch stands at a position."""
        relative = self._unseen.get(position)
        if relative is not None and self._base_offset + relative == header.last_offset:
            del self._unseen[position]

    def faults(self) -> list[str]:
        """What is wrong, after the walk."""
        return self._faults + [
            f"no batch at byte {position} ends at offset {self._base_offset + relative}"
            for position, relative in self._unseen.items()
        ]


class _TimeEntries:
    """The time index: an entry tells the latest time of all batches up to the one of its offset."""

    def __init__(self, content: bytes, base_offset: Offset) -> None:
        index = TimeIndex.decode_prefix(content)
        self._base_offset = base_offset
        self._timestamps = index.timestamps
        self._offsets = index.offsets
        self._next = 0
        self._latest_ms = -1
        self._faults = _tail_fault(content, len(index) * TIME_ENTRY_SIZE)

    def see(self, header: BatchHeader) -> None:
        """A batch, in the order of the log."""
        self._latest_ms = max(self._latest_ms, header.max_timestamp_ms)
        relative = header.last_offset - self._base_offset
        while self._next < len(self._offsets) and self._offsets[self._next] <= relative:
            told_ms = self._timestamps[self._next]
            if told_ms != self._latest_ms:
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
