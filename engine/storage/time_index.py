"""The sparse index from timestamps to offsets of one segment, in Kafka's file format.

An entry (timestamp int64, relative offset int32, big-endian) says: no batch up to and including the
one that ends at that offset is later than the timestamp. Both grow strictly. Derived data, like the
offset index. Source: Kafka's `TimeIndex`.
"""

import struct
from array import array
from bisect import bisect_left

ENTRY_SIZE = 12
_ENTRY = struct.Struct(">qi")


class TimeIndex:
    """Entries in memory, appended in order. Relative offsets throughout."""

    __slots__ = ("offsets", "timestamps")

    def __init__(self) -> None:
        self.timestamps = array("q")
        self.offsets = array("I")

    def __len__(self) -> int:
        return len(self.timestamps)

    def append_if_later(self, timestamp_ms: int, relative_offset: int) -> None:
        """Add an entry when its timestamp and offset are behind the last one's."""
        if timestamp_ms < 0:
            return
        if self.timestamps and (
            timestamp_ms <= self.timestamps[-1] or relative_offset <= self.offsets[-1]
        ):
            return
        self.timestamps.append(timestamp_ms)
        self.offsets.append(relative_offset)

    def last(self) -> tuple[int, int] | None:
        """The latest timestamp and its offset."""
        return (self.timestamps[-1], self.offsets[-1]) if self.timestamps else None

    def floor(self, timestamp_ms: int) -> tuple[int, int]:
        """The last entry before a time, up to whose offset every batch is earlier; else -1, -1."""
        at = bisect_left(self.timestamps, timestamp_ms) - 1
        return (-1, -1) if at < 0 else (self.timestamps[at], self.offsets[at])

    def cut(self, relative_offset: int) -> bool:
        """Drop the entries of batches that end at or behind an offset; True if there were any."""
        at = bisect_left(self.offsets, relative_offset)
        is_cut = at < len(self.offsets)
        del self.timestamps[at:]
        del self.offsets[at:]
        return is_cut

    def encode(self, first_entry: int = 0) -> bytes:
        """The file's bytes from an entry on."""
        pairs = zip(self.timestamps[first_entry:], self.offsets[first_entry:], strict=True)
        return b"".join(_ENTRY.pack(timestamp, offset) for timestamp, offset in pairs)

    @classmethod
    def decode(cls, content: bytes) -> "TimeIndex | None":
        """The index in a file; None when it cannot be one. A half entry at the end is left out."""
        index = cls.decode_prefix(content)
        return index if len(index) == len(content) // ENTRY_SIZE else None

    @classmethod
    def decode_prefix(cls, content: bytes) -> "TimeIndex":
        """The longest beginning of a file that can be an index."""
        index = cls()
        last_timestamp, last_offset = -1, -1
        whole = content[: len(content) // ENTRY_SIZE * ENTRY_SIZE]
        for timestamp, offset in _ENTRY.iter_unpack(whole):
            if timestamp <= last_timestamp or offset <= last_offset:
                break
            index.timestamps.append(timestamp)
            index.offsets.append(offset)
            last_timestamp, last_offset = timestamp, offset
        return index
