"""Up to where each log of a data directory is on disk for certain, where it starts, and both files.

The files name partitions, not topics, so an entry may outlive its partition. Before a partition of
the same name is made, `withdraw` takes the old entry out of the files: an entry always speaks of
the partition that has the name, and an entry without a directory tells that the directory was lost.

Differs from Kafka: a third file holds the CRC-32C of both, for a digit that changed could hide
records or make up lost ones. It is replaced first and names their present content as well as the
coming one, so both are believed whenever the process dies.

A checkpoint publishes from another thread, and names may be withdrawn from one; everything else
belongs to the loop thread.
"""

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from engine.kernel.ids import Offset, TopicPartition
from engine.records.crc import crc32c
from engine.storage.errors import MalformedFile
from engine.storage.filesystem import FileSystem
from engine.storage.offset_checkpoint import (
    LOG_STARTS,
    RECOVERY_POINTS,
    decode_offsets,
    encode_offsets,
)
from engine.storage.whole_file import read_file, read_if_there, replace_file

CHECKSUMS = "offset-checkpoint-checksums"
_ABSENT = "absent"
"""In the place of a checksum: there need not be such a file."""

Offsets = Mapping[TopicPartition, Offset]


class LogOffsets(NamedTuple):
    """The offset up to which a log is on disk for certain, and its first one."""

    recovery_point: Offset = 0
    log_start_offset: Offset = 0


class KnownOffsets:
    """Recovery points and log starts as they are known, which may be later than their files."""

    __slots__ = (
        "_checksums",
        "_directory",
        "_filesystem",
        "_forgotten",
        "_is_on_disk",
        "_on_disk",
        "_published",
        "_publishing",
        "log_starts",
        "recovery_points",
        "unreadable",
    )

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        """What the files say; nothing where one cannot be read: all is checked then."""
        self._filesystem = filesystem
        self._directory = directory
        self.unreadable: list[str] = []
        """Paths of files that are lost or do not say what was written."""
        self._is_on_disk = True
        """The files hold `_on_disk` for certain, and no other content would be believed."""
        self._checksums = self._load_checksums()
        """Of the content that each file may have."""
        self.recovery_points = self._load(RECOVERY_POINTS)
        self.log_starts = self._load(LOG_STARTS)
        self._forgotten: set[TopicPartition] = set()
        """Names that a checkpoint under way must not publish any more."""
        self._on_disk: tuple[Offsets, Offsets] = dict(self.recovery_points), dict(self.log_starts)
        """What the files were last known to hold."""
        self._published = {*self.recovery_points, *self.log_starts}
        """Names of which the files may hold an entry."""
        self._publishing = threading.Lock()
        """Held while the files are replaced."""

    def of(self, topic_partition: TopicPartition) -> LogOffsets:
        """What is known of a partition; zeros for a new one."""
        return LogOffsets(
            self.recovery_points.get(topic_partition, 0), self.log_starts.get(topic_partition, 0)
        )

    def forget(self, topic_partition: TopicPartition) -> None:
        """The partition is gone; its entries leave the files when they are published again."""
        self.recovery_points.pop(topic_partition, None)
        self.log_starts.pop(topic_partition, None)
        self._forgotten.add(topic_partition)

    def withdraw(self, topic_partitions: Iterable[TopicPartition]) -> None:
        """Take old entries out of the files, so that new partitions may have these names.

        Any thread, as long as nobody makes them meanwhile; blocks for some syncs, if there are any.
        Raises OSError.
        """
        names = set(topic_partitions)
        for name in names:
            self.forget(name)
        with self._publishing:
            if not names.isdisjoint(self._published):
                self._replace(*(_without(each, names) for each in self._on_disk))

    def begin_publishing(self) -> tuple[dict[TopicPartition, Offset], dict[TopicPartition, Offset]]:
        """Copies of recovery points and log starts for one checkpoint to complete and publish."""
        self._forgotten = set()
        return dict(self.recovery_points), dict(self.log_starts)

    def publish(self, recovery_points: Offsets, log_starts: Offsets) -> None:
        """Put offsets on disk, but for partitions gone meanwhile. Any thread; blocks.

        What the files hold already is written once more, so that only that is believed, and then
        no more. Raises OSError.
        """
        with self._publishing:
            gone = self._forgotten
            wanted = _without(recovery_points, gone), _without(log_starts, gone)
            if not self._is_on_disk or wanted != self._on_disk:
                self._replace(*wanted)

    def _replace(self, recovery_points: Offsets, log_starts: Offsets) -> None:
        names = {*recovery_points, *log_starts}
        self._published |= names
        self._is_on_disk = False
        contents = {
            RECOVERY_POINTS: encode_offsets(recovery_points),
            LOG_STARTS: encode_offsets(log_starts),
        }
        accepted = {
            name: self._checksums[name] | {_checksum(content)} for name, content in contents.items()
        }
        is_unchanged = all(len(each) == 1 for each in accepted.values())
        self._put(CHECKSUMS, _encode_checksums(accepted))
        self._checksums = accepted
        for name, content in contents.items():
            self._put(name, content)
            self._checksums[name] = {_checksum(content)}
        self._published = names
        self._on_disk = recovery_points, log_starts
        self._is_on_disk = is_unchanged

    def _put(self, name: str, content: bytes) -> None:
        replace_file(self._filesystem, f"{self._directory}/{name}", content)

    def _load(self, name: str) -> dict[TopicPartition, Offset]:
        path = f"{self._directory}/{name}"
        try:
            checksum, content = _ABSENT, b""
            with suppress(FileNotFoundError):
                content = read_file(self._filesystem, path)
                checksum = _checksum(content)
            is_told = name in self._checksums or checksum == _ABSENT
            accepted = self._checksums.setdefault(name, {checksum})
            self._is_on_disk = self._is_on_disk and is_told and accepted == {checksum}
            if checksum not in accepted:
                raise MalformedFile(path, "the checksum of the offsets is wrong")
            self._checksums[name] = {checksum}
            return {} if checksum == _ABSENT else decode_offsets(content, path)
        except MalformedFile:
            self.unreadable.append(path)
            self._is_on_disk = False
            return {}

    def _load_checksums(self) -> dict[str, set[str]]:
        """Those of each file; nothing when damaged, for that must not cost files that are sound."""
        content = read_if_there(self._filesystem, f"{self._directory}/{CHECKSUMS}")
        *lines, _ = content.decode("ascii", "replace").splitlines() or [""]
        checksums = {line.split(" ")[0]: set(line.split(" ")[1:]) for line in lines}
        return checksums if content == _encode_checksums(checksums) else {}


def _without(offsets: Offsets, names: set[TopicPartition]) -> Offsets:
    return {name: offset for name, offset in offsets.items() if name not in names}


def _checksum(content: bytes) -> str:
    return f"{crc32c(content):08x}"


def _encode_checksums(checksums: Mapping[str, set[str]]) -> bytes:
    """A line for each file, and one with the checksum of these lines."""
    lines = "".join(f"{' '.join([name, *sorted(each)])}\n" for name, each in checksums.items())
    content = lines.encode("ascii", "replace")
    return content + f"{_checksum(content)}\n".encode("ascii")
