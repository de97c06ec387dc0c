"""Finds and repairs the damaged logs of a data directory that no broker serves.

Without `write` nothing is changed: it tells what a repair would cost. What a start mends by itself,
such as a torn tail, is left to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.inspection.batch_content import METADATA_TOPIC
from engine.inspection.directory_check import NoDataDirectory
from engine.inspection.log_repair import LogRepair, NotRepairable
from engine.inspection.lost_ranges import LostRange, LostRanges
from engine.kernel.ids import TopicPartition
from engine.storage.cleaned_offsets import CleanedOffsets
from engine.storage.directory_lock import take_lock
from engine.storage.file_names import LOG, SWAP, partition_of, segment_file
from engine.storage.filesystem import FileSystem
from engine.storage.known_offsets import KnownOffsets
from engine.storage.log_files import saved_offset
from engine.storage.meta_properties import FILE_NAME as META_PROPERTIES

COMPACTED_TOPICS = frozenset({"__consumer_offsets", "__transaction_state"})
"""Topics whose logs may miss offsets, whether or not a cleaning was noted."""


@dataclass(frozen=True, slots=True)
class DamagedLog:
    """A log with ranges that cannot be read."""

    topic_partition: TopicPartition
    lost: Sequence[LostRange]

    def told(self) -> Iterator[str]:
        """What is lost, a line for each range, and what that means."""
        for base_offset, damage, _ in self.lost:
            begin, end, start_position, end_position = damage
            yield (
                f"{self.topic_partition}: offsets {begin} to {end - 1} cannot be read: bytes "
                f"{start_position} to {end_position} of {segment_file(base_offset, LOG)}"
            )
        yield f"{self.topic_partition}: {self._cost}"

    @property
    def _cost(self) -> str:
        """What it means that they are lost, in one sentence."""
        topic = self.topic_partition.topic
        if topic == METADATA_TOPIC:
            return (
                "changes of topics, configurations and quotas that were made there are lost; "
                "records of a topic that nothing tells of any more are set aside at the next start"
            )
        if topic in COMPACTED_TOPICS:
            return (
                "what groups of this partition committed there is lost: what they committed before "
                "counts again, and without that their auto.offset.reset"
            )
        return "consumers step over them"


class DirectoryRepair:
    """One data directory. Blocks on the disk; closed by `close`."""

    def __init__(self, filesystem: FileSystem, path: str) -> None:
        """Keep brokers off the directory. Raises NoDataDirectory, DirectoryInUse, OSError."""
        self._filesystem = filesystem
        self._path = path
        try:
            self._names = sorted(filesystem.list_directory(path))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoDataDirectory(f"{path}: {error.strerror}") from error
        if META_PROPERTIES not in self._names:
            raise NoDataDirectory(f"{path} has no {META_PROPERTIES}: not a data directory")
        self._lock = take_lock(filesystem, path)
        try:
            self._offsets = KnownOffsets(filesystem, path)
            self._cleaned = CleanedOffsets(filesystem, path)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Let brokers have the directory."""
        self._lock.release()

    def missing(self) -> list[TopicPartition]:
        """Partitions that had records on disk and whose directory is gone: no repair helps."""
        present = {partition_of(name) for name in self._names}
        return sorted(
            name
            for name, offset in self._offsets.recovery_points.items()
            if offset and name not in present
        )

    def damaged(self) -> Iterator[DamagedLog]:
        """Every log with ranges that cannot be read. Raises OSError."""
        for name in self._names:
            topic_partition = partition_of(name)
            if topic_partition is not None:
                lost = list(self._lost(topic_partition))
                if lost:
                    yield DamagedLog(topic_partition, lost)

    def write(self, log: DamagedLog) -> str:
        """Repair one log; where the bytes are kept as they were.

        Raises OSError, and NotRepairable: with nothing changed, unless damage is left.
        """
        name = str(log.topic_partition)
        directory = f"{self._path}/{name}"
        if any(each.endswith(SWAP) for each in self._filesystem.list_directory(directory)):
            raise NotRepairable(
                f"{name}: a compaction was under way, which a start of the broker finishes; "
                "start and stop it, then repair"
            )
        aside = LogRepair(self._filesystem, directory).write(log.lost)
        left = list(self._lost(log.topic_partition))
        if left:
            raise NotRepairable(f"{name}: {len(left)} ranges are still damaged")
        return aside

    def _lost(self, topic_partition: TopicPartition) -> Iterator[LostRange]:
        directory = f"{self._path}/{topic_partition}"
        recovery_point, log_start_offset = self._offsets.of(topic_partition)
        may_have_gaps = (
            not self._cleaned.is_readable
            or self._cleaned.knows(topic_partition)
            or topic_partition.topic in COMPACTED_TOPICS
        )
        return LostRanges(
            self._filesystem,
            directory,
            recovery_point=recovery_point or saved_offset(self._filesystem, directory),
            log_start_offset=log_start_offset,
            topic=topic_partition.topic,
            gaps_are_damage=not may_have_gaps,
        ).find()
