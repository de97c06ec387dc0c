"""Where the clean part of each compacted log ends, and Kafka's file of it.

An entry, even of 0, tells that records may have been left out: it is on disk before the first one
is, so that offsets which are missing are not taken for damage when the topic is compacted no more.
Where a lost entry said that the clean part ends, a cleaning goes through more than it need. As with
`KnownOffsets`, an entry must not speak of an older partition of the same name: `withdraw` takes it
out of the file before a new one is made. Source: Kafka's `LogCleanerManager`.
"""

import threading
from collections.abc import Iterable

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.errors import MalformedFile
from engine.storage.filesystem import FileSystem
from engine.storage.offset_checkpoint import decode_offsets, encode_offsets
from engine.storage.whole_file import read_file, replace_file

FILE_NAME = "cleaner-offset-checkpoint"


class CleanedOffsets:
    """The ends of the clean parts of logs. The loop thread, but for `publish` and `withdraw`."""

    __slots__ = ("_filesystem", "_offsets", "_path", "_published", "_publishing", "is_readable")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        """What the file says; nothing when it cannot be read, for which see `is_readable`."""
        self._filesystem = filesystem
        self._path = f"{directory}/{FILE_NAME}"
        self._offsets: dict[TopicPartition, Offset] = {}
        self.is_readable = True
        """Logs without an entry were never cleaned."""
        try:
            self._offsets = decode_offsets(read_file(filesystem, self._path), self._path)
        except FileNotFoundError:
            pass
        except MalformedFile:
            self.is_readable = False
        self._published = set(self._offsets)
        """Names of which the file may hold an entry."""
        self._publishing = threading.Lock()

    def of(self, topic_partition: TopicPartition) -> Offset:
        """Where the clean part ends; 0 for a log that was never cleaned."""
        return self._offsets.get(topic_partition, 0)

    def knows(self, topic_partition: TopicPartition) -> bool:
        """Whether records may have been left out of a log."""
        return topic_partition in self._offsets

    def note(self, topic_partition: TopicPartition, end_offset: Offset) -> None:
        """A log was cleaned up to an offset; on disk with the next `publish`."""
        self._offsets[topic_partition] = end_offset

    def forget(self, topic_partition: TopicPartition) -> None:
        """The partition is gone; its entry leaves the file when that is published again."""
        self._offsets.pop(topic_partition, None)

    def withdraw(self, topic_partitions: Iterable[TopicPartition]) -> None:
        """Take old entries out of the file, so that new partitions may have these names.

        Any thread, as long as nobody makes them meanwhile; blocks for two syncs, if there are any.
        Raises OSError.
        """
        names = set(topic_partitions)
        for name in names:
            self.forget(name)
        if not names.isdisjoint(self._published):
            self.publish()

    def publish(self) -> None:
        """Put on disk what is known. Any thread; blocks. Raises OSError."""
        with self._publishing:
            # A copy, which is made in one step: the loop thread may change the original meanwhile.
            offsets = self._offsets.copy()
            self._published |= offsets.keys()
            replace_file(self._filesystem, self._path, encode_offsets(offsets))
            self._published = set(offsets)
