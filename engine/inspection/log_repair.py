"""Makes a damaged log readable again by giving up what cannot be read, and nothing else.

In the place of each lost range comes a batch without records that has its offsets: readers step
over it, no other record moves, and the log ends where it ended. The bytes as they were are kept in
a directory beside the partition's, which the broker leaves alone. A repair that dies in the middle
leaves each segment old or new, and can be run again.
"""

from collections.abc import Iterator, Sequence
from itertools import count, groupby

from engine.inspection.lost_ranges import LostRange
from engine.kernel.errors import EngineError
from engine.kernel.ids import Offset, Position
from engine.records.batch import HEADER_SIZE, LOG_OVERHEAD, MAGIC, BatchHeader
from engine.records.builder import NO_TIMESTAMP
from engine.records.thinning import emptied
from engine.storage.file_names import (
    LOG,
    OFFSET_INDEX,
    TEMPORARY,
    TIME_INDEX,
    segment_file,
)
from engine.storage.filesystem import File, FileSystem
from engine.storage.offset_index import RELATIVE_OFFSET_MAX
from engine.storage.whole_file import remove_if_there, write_all

DAMAGED_DIRECTORY = "-damaged"
"""Behind the name of a directory that keeps what a repair has replaced."""

_PIECE_BYTES = 1024 * 1024
_NO_PRODUCER = -1


class NotRepairable(EngineError):
    """Nothing can be kept of a log, or not without a start of the broker first."""


class LogRepair:
    """One repair of one log. Blocks on the disk."""

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        self._filesystem = filesystem
        self._directory = directory

    def write(self, lost: Sequence[LostRange]) -> str:
        """Replace the ranges; the path of the directory that keeps the bytes as they were.

        Raises NotRepairable before anything is changed, and OSError.
        """
        for each in lost:
            if each.damage.end_offset - 1 - each.base_offset > RELATIVE_OFFSET_MAX:
                what = "too many offsets are lost for one batch to stand for"
                raise NotRepairable(f"{self._directory}: {what}; restore it from a backup")
        aside = self._make_aside()
        for base_offset, ranges in groupby(lost, key=lambda each: each.base_offset):
            self._repair_segment(base_offset, list(ranges), aside)
        return aside

    def _make_aside(self) -> str:
        parent = self._directory.rpartition("/")[0]
        for number in count(1):
            path = f"{self._directory}.{number}{DAMAGED_DIRECTORY}"
            try:
                self._filesystem.make_directory(path)
            except FileExistsError:
                continue
            self._filesystem.sync_directory(parent)
            return path
        raise AssertionError("numbers do not end")

    def _repair_segment(self, base_offset: Offset, lost: Sequence[LostRange], aside: str) -> None:
        filesystem, name = self._filesystem, segment_file(base_offset, LOG)
        path = f"{self._directory}/{name}"
        source = filesystem.open(path)
        self._write(f"{aside}/{name}", _pieces(source, 0, source.size()))
        filesystem.sync_directory(aside)
        for suffix in (OFFSET_INDEX, TIME_INDEX):
            remove_if_there(filesystem, f"{self._directory}/{segment_file(base_offset, suffix)}")
        filesystem.sync_directory(self._directory)
        self._write(path + TEMPORARY, _repaired(source, lost))
        filesystem.rename(path + TEMPORARY, path)
        filesystem.sync_directory(self._directory)

    def _write(self, path: str, pieces: Iterator[bytes | bytearray]) -> None:
        remove_if_there(self._filesystem, path)
        file = self._filesystem.open(path, create=True)
        for piece in pieces:
            write_all(file, [piece])
        file.datasync()


def _repaired(source: File, lost: Sequence[LostRange]) -> Iterator[bytes | bytearray]:
    """The content of a segment with its lost ranges replaced."""
    position: Position = 0
    for each in lost:
        damage = each.damage
        yield from _pieces(source, position, damage.start_position)
        if damage.start_offset < damage.end_offset:
            yield _stand_in(each)
        position = damage.end_position
    yield from _pieces(source, position, source.size())


def _pieces(source: File, start: Position, end: Position) -> Iterator[bytes]:
    for position in range(start, end, _PIECE_BYTES):
        yield source.read(min(_PIECE_BYTES, end - position), position)


def _stand_in(lost: LostRange) -> bytearray:
    """A batch without records that has the offsets of a range."""
    start_offset, end_offset, *_ = lost.damage
    return emptied(
        BatchHeader(
            base_offset=start_offset,
            length=HEADER_SIZE - LOG_OVERHEAD,
            leader_epoch=lost.leader_epoch,
            magic=MAGIC,
            crc=0,
            attributes=0,
            last_offset_delta=end_offset - 1 - start_offset,
            base_timestamp_ms=NO_TIMESTAMP,
            max_timestamp_ms=NO_TIMESTAMP,
            producer_id=_NO_PRODUCER,
            producer_epoch=_NO_PRODUCER,
            base_sequence=_NO_PRODUCER,
            record_count=0,
        )
    )
