"""Which offsets of a closed log cannot be read, found as the broker finds them.

A batch is read if its checksum is right, it belongs where it lies, and its records can be read.
Only what lies before the recovery point counts: what comes behind it and is not sound is the torn
tail, which the next start cuts. Nothing is changed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.inspection.batch_content import count_records
from engine.kernel.ids import OFFSET_MAX, Offset, Position
from engine.records.errors import InvalidBatch, PayloadTooLarge
from engine.storage.batch_walk import BatchAt, walk_verified
from engine.storage.epoch_rebuild import rebuilt_epochs
from engine.storage.errors import MalformedFile
from engine.storage.file_names import CHECKSUM, LEADER_EPOCHS, LOG, base_offset_of, segment_file
from engine.storage.filesystem import FileSystem
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.open_files import OpenFiles
from engine.storage.segment import Damage, Segment
from engine.storage.segments import Segments
from engine.storage.whole_file import read_file, read_if_there

_INDEX_INTERVAL_BYTES = 4096


class LostRange(NamedTuple):
    """Offsets that cannot be read, and the bytes of a segment that should hold them."""

    base_offset: Offset
    """That of the segment."""
    damage: Damage
    leader_epoch: int


class LostRanges:
    """One look at one log. Blocks on the disk; used once."""

    def __init__(
        self,
        filesystem: FileSystem,
        directory: str,
        *,
        recovery_point: Offset,
        log_start_offset: Offset,
        topic: str,
        gaps_are_damage: bool,
    ) -> None:
        self._topic = topic
        self._filesystem = filesystem
        self._recovery_point = recovery_point
        self._log_start_offset = log_start_offset
        self._segments = Segments(
            directory, filesystem, OpenFiles(filesystem), _INDEX_INTERVAL_BYTES
        )
        self._segments.was_cleaned = not gaps_are_damage

    def find(self) -> Iterator[LostRange]:
        """Every range, in order. Raises OSError."""
        segments = self._segments
        self._list_segments()
        if not len(segments):
            return
        segments.epochs = self._epochs()
        for segment in segments:
            if segment.base_offset >= self._recovery_point:
                return
            for damage in self._of_segment(segment):
                if damage.end_offset > self._log_start_offset:
                    epoch = segments.epochs.epoch_of(damage.start_offset)
                    yield LostRange(segment.base_offset, damage, epoch)

    def _list_segments(self) -> None:
        directory = self._segments.directory
        names = self._filesystem.list_directory(directory)
        found = (base_offset_of(name, LOG) for name in names)
        bases = sorted(offset for offset in found if offset is not None)
        for base_offset, next_base in zip(bases, [*bases[1:], OFFSET_MAX], strict=False):
            path = f"{directory}/{segment_file(base_offset, LOG)}"
            size_bytes = self._filesystem.status(path).size_bytes
            segment = Segment(directory, base_offset, size_bytes=size_bytes)
            segment.end_offset = next_base
            self._segments.add(segment)

    def _epochs(self) -> LeaderEpochs:
        path = f"{self._segments.directory}/{LEADER_EPOCHS}"
        try:
            content = read_file(self._filesystem, path)
            checksum = read_if_there(self._filesystem, path + CHECKSUM)
            return LeaderEpochs.decode_checked(content, checksum, path)
        except (FileNotFoundError, MalformedFile):
            return rebuilt_epochs(self._segments)

    def _of_segment(self, segment: Segment) -> Iterator[Damage]:
        position, expected = 0, segment.base_offset
        while True:
            position, expected = self._sound_end(segment, position, expected)
            if position >= segment.size_bytes or expected >= self._recovery_point:
                break
            damage = self._segments.damage_at(segment, position, expected)
            yield self._bounded(damage)
            position, expected = damage.end_position, damage.end_offset
        end_offset = min(segment.end_offset, self._recovery_point)
        is_last = segment is self._segments.active
        if expected < end_offset and (is_last or self._segments.gaps_are_damage):
            yield Damage(expected, end_offset, segment.size_bytes, segment.size_bytes)

    def _sound_end(
        self, segment: Segment, position: Position, expected: Offset
    ) -> tuple[Position, Offset]:
        """Where the batches end that belong where they lie, and the offset behind them."""
        file = self._segments.file(segment)
        for batch in walk_verified(file, position, segment.size_bytes):
            if expected >= self._recovery_point or not self._segments.is_in_place(
                segment, batch.header, expected
            ):
                break
            if not self._can_be_opened(batch):
                break
            position, expected = batch.end_position, batch.header.last_offset + 1
        return position, expected

    def _can_be_opened(self, batch: BatchAt) -> bool:
        """Whether the records can be read; of what is only too large to be looked at, they can."""
        try:
            count_records(self._topic, batch)
        except PayloadTooLarge:
            return True
        except InvalidBatch:
            return False
        return True

    def _bounded(self, damage: Damage) -> Damage:
        """Nothing tells where damage at the end of a log ends but the recovery point."""
        if damage.end_offset == OFFSET_MAX:
            return damage._replace(end_offset=self._recovery_point)
        return damage
