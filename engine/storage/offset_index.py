"""The sparse index from offsets to byte positions of one segment, in Kafka's file format.

An entry is (last offset of a batch relative to the segment's base, position where it starts), two
big-endian int32; both grow strictly. Its answer is where to start walking: a batch at or before the
one looked for. Derived data: `decode` accepts only what can be an index, and whoever uses an entry
of a loaded index checks the batch it points at. Source: Kafka's `OffsetIndex`.
"""

import struct
import sys
from array import array
from bisect import bisect_right

from engine.kernel.ids import Position

ENTRY_SIZE = 8
_ENTRY = struct.Struct(">II")
RELATIVE_OFFSET_MAX = 2**31 - 1
"""The largest distance of an offset from its segment's base offset."""


class OffsetIndex:
    """Entries in memory, appended in order. Relative offsets throughout."""

    __slots__ = ("offsets", "positions")

    def __init__(self) -> None:
        self.offsets = array("I")
        self.positions = array("I")

    def __len__(self) -> int:
        return len(self.offsets)

    def append(self, relative_offset: int, position: Position) -> None:
        """Add an entry behind all others."""
        self.offsets.append(relative_offset)
        self.positions.append(position)

    @property
    def last_position(self) -> Position:
        """The position of the last entry; 0 without any."""
        return self.positions[-1] if self.positions else 0

    def floor(self, relative_offset: int) -> tuple[int, Position] | None:
        """The last entry at or before an offset."""
        at = bisect_right(self.offsets, relative_offset) - 1
        return None if at < 0 else (self.offsets[at], self.positions[at])

    def floor_position(self, position: Position) -> tuple[int, Position] | None:
        """The last entry at or before a position."""
        at = bisect_right(self.positions, position) - 1
        return None if at < 0 else (self.offsets[at], self.positions[at])

    def position_above(self, position: Position) -> Position | None:
        """The position of the first entry behind a position."""
        at = bisect_right(self.positions, position)
        return None if at == len(self.positions) else self.positions[at]

    def cut(self, position: Position) -> None:
        """Drop the entries of batches that start at or behind a position."""
        at = bisect_right(self.positions, position - 1) if position else 0
        del self.offsets[at:]
        del self.positions[at:]

    def encode(self, first_entry: int = 0) -> bytes:
        """The file's bytes from an entry on."""
        entries = array("I", bytes(ENTRY_SIZE * (len(self.offsets) - first_entry)))
        entries[0::2] = self.offsets[first_entry:]
        entries[1::2] = self.positions[first_entry:]
        if sys.byteorder == "little":
            entries.byteswap()
        return entries.tobytes()

    @classmethod
    def decode(cls, content: bytes, size_bytes: int) -> "OffsetIndex | None":
        """The index in a file for a segment of `size_bytes`; None when it cannot be one.

        An entry that was only half written at the end is left out.
        """
        index = cls.decode_prefix(content, size_bytes)
        return index if len(index) == len(content) // ENTRY_SIZE else None

    @classmethod
    def decode_prefix(cls, content: bytes, size_bytes: int) -> "OffsetIndex":
        """The longest beginning of a file that can be an index for a segment of `size_bytes`."""
        index = cls()
        entries = array("I")
        entries.frombytes(content[: len(content) // ENTRY_SIZE * ENTRY_SIZE])
        if sys.byteorder == "little":
            entries.byteswap()
        index.offsets = entries[0::2]
        index.positions = entries[1::2]
        sound = min(_growing_count(index.offsets), _growing_count(index.positions))
        while sound and (
            index.positions[sound - 1] >= size_bytes
            or index.offsets[sound - 1] > RELATIVE_OFFSET_MAX
        ):
            sound -= 1
        del index.offsets[sound:]
        del index.positions[sound:]
        return index


def decode_entry(content: bytes) -> tuple[int, Position]:
    """The relative offset and the position in the bytes of one entry."""
    relative_offset, position = _ENTRY.unpack(content)
    return relative_offset, position


def _growing_count(values: "array[int]") -> int:
    """How many values from the first on grow strictly.

    For an array that grows throughout, sorting it and making a set is quicker than a loop.
    """
    as_list = values.tolist()
    if len(set(as_list)) == len(as_list) and sorted(as_list) == as_list:
        return len(as_list)
    return next(at for at in range(1, len(as_list)) if as_list[at] <= as_list[at - 1])
