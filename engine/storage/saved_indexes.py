"""What the index files of a closed segment tell, where its batches agree.

The last entry of the time index must be true of the batch that it names, and no batch behind the
last one of the offset index may be later. Who only needs the largest timestamp looks at these two
places of the files: to read and check a million entries takes a tenth of a second, and a log may
have thousands of segments.
"""

from typing import TYPE_CHECKING, Protocol

from engine.kernel.ids import Position
from engine.storage.file_names import OFFSET_INDEX, TIME_INDEX
from engine.storage.filesystem import File
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.offset_index import OffsetIndex, decode_entry
from engine.storage.segment import Segment
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.time_index import TimeIndex
from engine.storage.whole_file import read_file

if TYPE_CHECKING:
    # Segments look here for what they lack; what they are is all that is needed of them.
    from engine.storage.segments import Segments


class _Offsets(Protocol):
    """An offset index, in memory or in its file."""

    def floor(self, relative_offset: int) -> tuple[int, Position] | None:
        """The last entry at or before an offset."""
        ...

    @property
    def last_position(self) -> Position:
        """The position of the last entry; 0 without any."""
        ...


def load_saved(segments: "Segments", segment: Segment) -> bool:
    """Take both indexes from their files when they can be right. Raises OSError."""
    try:
        offsets_content = read_file(segments.filesystem, segment.path(OFFSET_INDEX))
        times_content = read_file(segments.filesystem, segment.path(TIME_INDEX))
    except FileNotFoundError:
        return False
    offsets = OffsetIndex.decode(offsets_content, segment.size_bytes)
    times = TimeIndex.decode(times_content)
    if offsets is None or times is None:
        return False
    last = times.last()
    if last is None:
        return False
    segment.offset_index, segment.time_index = offsets, times
    if not _agree(segments, segment, offsets, last):
        segment.offset_index, segment.time_index = None, None
        return False
    segment.saved_offset_entries, segment.saved_time_entries = len(offsets), len(times)
    _note_latest(segment, last)
    return True


def glance_latest(segments: "Segments", segment: Segment) -> bool:
    """Learn the largest timestamp without loading indexes, if their files can be right.

    Raises OSError.
    """
    try:
        offsets = _OffsetsInFile(segments.filesystem.open(segment.path(OFFSET_INDEX)))
        times = segments.filesystem.open(segment.path(TIME_INDEX))
    except FileNotFoundError:
        return False
    size = times.size()
    if not size or size % TIME_ENTRY_SIZE or offsets.last_position >= segment.size_bytes:
        return False
    last = TimeIndex.decode_prefix(times.read(TIME_ENTRY_SIZE, size - TIME_ENTRY_SIZE)).last()
    floor = None if last is None else offsets.floor(last[1])
    if last is None or (floor is not None and floor[1] >= segment.size_bytes):
        return False
    if not _agree(segments, segment, offsets, last):
        return False
    _note_latest(segment, last)
    return True


class _OffsetsInFile:
    """Looks entries up in the file of an offset index, reading no others."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._count = file.size() // OFFSET_ENTRY_SIZE

    def floor(self, relative_offset: int) -> tuple[int, Position] | None:
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._entry(middle)[0] <= relative_offset:
                low = middle + 1
            else:
                high = middle
        return self._entry(low - 1) if low else None

    @property
    def last_position(self) -> Position:
        return self._entry(self._count - 1)[1] if self._count else 0

    def _entry(self, at: int) -> tuple[int, Position]:
        return decode_entry(self._file.read(OFFSET_ENTRY_SIZE, at * OFFSET_ENTRY_SIZE))


def _note_latest(segment: Segment, last: tuple[int, int]) -> None:
    segment.max_timestamp_ms = last[0]
    segment.max_timestamp_offset = segment.base_offset + last[1]


def _agree(
    segments: "Segments", segment: Segment, offsets: _Offsets, last: tuple[int, int]
) -> bool:
    """Whether the time index's last entry agrees with the batch that it names, and the end of the
    segment with both indexes: no batch behind the last indexed one is later.
    """
    timestamp_ms, relative = last
    floor = offsets.floor(relative)
    for batch in segments.walk(segment, floor[1] if floor else 0, segment.size_bytes):
        last_relative = batch.header.last_offset - segment.base_offset
        if last_relative >= relative:
            if last_relative != relative or batch.header.latest_record_ms != timestamp_ms:
                return False
            break
    position = offsets.last_position
    for batch in segments.walk(segment, position, segment.size_bytes):
        if batch.header.latest_record_ms > timestamp_ms:
            return False
        position = batch.end_position
    return position == segment.size_bytes
