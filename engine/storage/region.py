"""A stretch of whole batches in a segment file, on its way to a reader without a copy."""

from engine.kernel.ids import Offset, Position
from engine.storage.filesystem import File


class Region:
    """`length` bytes from `position` of a file that stays open until the region is released.

    Deleting the segment does not disturb it. `next_offset` is the offset behind the last batch in
    it. Any thread may read it.
    """

    __slots__ = ("_file", "_length", "next_offset", "position")

    def __init__(self, file: File, position: Position, length: int, next_offset: Offset) -> None:
        self._file: File | None = file
        self._length = length
        self.position = position
        self.next_offset = next_offset

    def __len__(self) -> int:
        return self._length

    def fileno(self) -> int:
        """The descriptor for sendfile; valid until `release` or the end of this object."""
        assert self._file is not None, "the region was released"
        return self._file.fileno()

    def read(self) -> bytes:
        """The bytes, by pread. Blocks when they are not in the page cache."""
        assert self._file is not None, "the region was released"
        return self._file.read(self._length, self.position)

    def release(self) -> None:
        """Let go of the file; the region is not used afterwards."""
        self._file = None
