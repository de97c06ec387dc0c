"""One segment of a log: a file of batches, its two indexes, and what is known of both.

The last segment of a log is active: it grows, its indexes are in memory and complete. The others
are closed; their indexes are loaded when somebody looks something up. Positions at or behind
`trusted_from` were written or checked by this process; what lies before is checked when it is first
read. Source: Kafka's `LogSegment`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from engine.kernel.ids import Offset, Position
from engine.records.builder import NO_TIMESTAMP as NO_TIMESTAMP
from engine.storage.file_names import LOG, segment_file
from engine.storage.filesystem import File
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.offset_index import RELATIVE_OFFSET_MAX, OffsetIndex
from engine.storage.position_ranges import PositionRanges
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.time_index import TimeIndex

UNKNOWN_TIMESTAMP = -2
"""A timestamp of a segment whose files were not read for it yet."""

NEVER_SAVED = -1
"""The count of saved entries of an index whose file is missing, or holds something else."""

SEGMENT_BYTES_MAX = 2**31 - 1
"""What a position in the offset index can say."""


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """What the outside sees of a segment. `max_timestamp_ms` is -1 when no record has one."""

    base_offset: Offset
    end_offset: Offset
    size_bytes: int
    max_timestamp_ms: int
    modified_ms: int
    """Wall time of the last append."""


class Damage(NamedTuple):
    """A range of offsets that cannot be read, and the bytes that hold it. Ends are exclusive."""

    start_offset: Offset
    end_offset: Offset
    start_position: Position
    end_position: Position


class Segment:
    """State of one segment. The log's writer only."""

    __slots__ = (
        "base_offset",
        "bytes_since_entry",
        "damages",
        "directory",
        "end_offset",
        "first_append_ms",
        "first_timestamp_ms",
        "held",
        "max_timestamp_ms",
        "max_timestamp_offset",
        "modified_ms",
        "offset_index",
        "saved_offset_entries",
        "saved_time_entries",
        "size_bytes",
        "time_index",
        "trusted_from",
        "verified",
    )

    def __init__(self, directory: str, base_offset: Offset, *, size_bytes: int = 0) -> None:
        self.directory = directory
        self.base_offset = base_offset
        self.end_offset = base_offset
        self.size_bytes = size_bytes
        self.max_timestamp_ms = NO_TIMESTAMP
        self.max_timestamp_offset = base_offset
        """The last offset of the first batch that reaches `max_timestamp_ms`."""
        self.modified_ms = 0
        self.first_timestamp_ms = UNKNOWN_TIMESTAMP
        """The largest timestamp of the first batch, once somebody asked for it."""
        self.first_append_ms = 0
        """When the first batch came, for rolling by time; 0 when that is not known."""
        self.bytes_since_entry = 0
        self.offset_index: OffsetIndex | None = None
        self.time_index: TimeIndex | None = None
        self.saved_offset_entries = NEVER_SAVED
        self.saved_time_entries = NEVER_SAVED
        self.trusted_from: Position = size_bytes
        self.verified: PositionRanges | None = None
        """What was checked of the bytes before `trusted_from`."""
        self.damages: tuple[Damage, ...] = ()
        self.held: File | None = None
        """The file while it must stay open: no sync has covered its bytes, or it is not yet found
        under its name."""

    def age_ms(self, now_ms: int) -> int:
        """How long ago the first batch came, 0 or more.

        A first batch from the future came while the clock was wrong: it counts from now on.
        """
        self.first_append_ms = min(self.first_append_ms, now_ms)
        return now_ms - self.first_append_ms

    def path(self, suffix: str = LOG) -> str:
        """The path of one of the segment's files."""
        return f"{self.directory}/{segment_file(self.base_offset, suffix)}"

    @property
    def sound_end_offset(self) -> Offset:
        """The offset behind the last batch in the file; offsets known to be lost come after it."""
        if self.damages and self.damages[-1].start_position == self.size_bytes:
            return self.damages[-1].start_offset
        return self.end_offset

    def start_indexes(self) -> tuple[OffsetIndex, TimeIndex]:
        """Begin empty indexes, as for a new segment or a rebuild."""
        self.offset_index = OffsetIndex()
        self.time_index = TimeIndex()
        self.saved_offset_entries = NEVER_SAVED
        self.saved_time_entries = NEVER_SAVED
        self.bytes_since_entry = 0
        self.max_timestamp_ms = NO_TIMESTAMP
        self.max_timestamp_offset = self.base_offset
        return self.offset_index, self.time_index

    def note_batch(
        self, position: Position, last_offset: Offset, max_timestamp_ms: int, size: int, every: int
    ) -> None:
        """Take a batch that lies at a position into the indexes, which must be in memory.

        `every` is the index interval in bytes. The caller moves `size_bytes`.
        """
        assert self.offset_index is not None
        assert self.time_index is not None
        relative = last_offset - self.base_offset
        if max_timestamp_ms > self.max_timestamp_ms:
            self.max_timestamp_ms = max_timestamp_ms
            self.max_timestamp_offset = last_offset
        if self.bytes_since_entry > every:
            self.offset_index.append(relative, position)
            self.time_index.append_if_later(
                self.max_timestamp_ms, self.max_timestamp_offset - self.base_offset
            )
            self.bytes_since_entry = 0
        self.bytes_since_entry += size
        self.end_offset = last_offset + 1

    def has_room(
        self, end_position: Position, last_offset: Offset, segment_bytes: int, index_bytes: int
    ) -> bool:
        """Whether a batch that would end at a position may join a segment that is not empty."""
        assert self.offset_index is not None
        assert self.time_index is not None
        return (
            last_offset - self.base_offset <= RELATIVE_OFFSET_MAX
            and end_position <= min(segment_bytes, SEGMENT_BYTES_MAX)
            and len(self.offset_index) < index_bytes // OFFSET_ENTRY_SIZE
            and len(self.time_index) < index_bytes // TIME_ENTRY_SIZE - 1
        )

    def close_indexes(self) -> None:
        """Give the time index its last entry, as Kafka does when a segment becomes inactive."""
        if self.time_index is not None and self.max_timestamp_ms > NO_TIMESTAMP:
            self.time_index.append_if_later(
                self.max_timestamp_ms, self.max_timestamp_offset - self.base_offset
            )

    def info(self) -> SegmentInfo:
        """What the outside sees; the maximal timestamp must be known."""
        return SegmentInfo(
            self.base_offset,
            self.end_offset,
            self.size_bytes,
            self.max_timestamp_ms,
            self.modified_ms,
        )
