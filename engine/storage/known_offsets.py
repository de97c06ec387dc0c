"""What the data directory's checkpoint files say of each partition, and whom they may speak of.

The files name partitions, not topics: an entry may be older than the partition that has the name
today. A partition that is made while the files may still hold an entry of its name therefore gets
its directory on disk at once, and has no leader epochs there until its own first checkpoint. So an
entry without a directory is that of a partition whose directory was lost.
"""

from collections.abc import Iterable
from typing import NamedTuple

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.errors import MalformedFile
from engine.storage.filesystem import FileSystem
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, decode_offsets
from engine.storage.whole_file import read_file


class LogOffsets(NamedTuple):
    """The offset up to which a log is on disk for certain, and its first one."""

    recovery_point: Offset = 0
    log_start_offset: Offset = 0


class KnownOffsets:
    """Recovery points and log starts, and the names that their files may hold."""

    __slots__ = ("_published", "log_starts", "recovery_points")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        """What the files say; nothing where one cannot be read: all is checked then."""
        self.recovery_points = _load(filesystem, f"{directory}/{RECOVERY_POINTS}")
        self.log_starts = _load(filesystem, f"{directory}/{LOG_STARTS}")
        self._published = {*self.recovery_points, *self.log_starts}

    def of(self, topic_partition: TopicPartition) -> LogOffsets:
        """What is known of a partition; zeros for a new one."""
        return LogOffsets(
            self.recovery_points.get(topic_partition, 0), self.log_starts.get(topic_partition, 0)
        )

    def forget(self, topic_partition: TopicPartition) -> None:
        """The partition is gone; the files hold its entry until they are published again."""
        self.recovery_points.pop(topic_partition, None)
        self.log_starts.pop(topic_partition, None)

    def may_be_published(self, topic_partition: TopicPartition) -> bool:
        """Whether a file on disk may hold an entry of that name."""
        return topic_partition in self._published

    def publishing(self, names: Iterable[TopicPartition]) -> None:
        """A checkpoint begins that may put entries of these names on disk."""
        self._published.update(names)

    def published(self, names: Iterable[TopicPartition]) -> None:
        """A checkpoint has replaced both files; they hold entries of these names only."""
        self._published = set(names)


def _load(filesystem: FileSystem, path: str) -> dict[TopicPartition, Offset]:
    try:
        return decode_offsets(read_file(filesystem, path), path)
    except (FileNotFoundError, MalformedFile):
        return {}
