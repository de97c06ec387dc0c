"""Checks a data directory of this broker, or of Apache Kafka, that nobody has open.

Every segment of every partition is read whole. Nothing is changed, not even a lock file is made;
a directory that a live broker serves is refused, since its files change under the check.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.inspection.finding import Finding, damage, notice
from engine.inspection.segment_check import SegmentCheck
from engine.inspection.segment_files import SegmentFiles, segment_files
from engine.kernel.errors import EngineError
from engine.kernel.ids import OFFSET_MAX, Offset, TopicPartition
from engine.storage.cleaned_offsets import FILE_NAME as CLEANED_OFFSETS
from engine.storage.directory_lock import FILE_NAME as LOCK
from engine.storage.directory_lock import take_lock
from engine.storage.errors import MalformedFile
from engine.storage.file_names import (
    DELETED_DIRECTORY,
    LEADER_EPOCHS,
    PARTITION_METADATA,
    SNAPSHOT,
    STRAY_DIRECTORY,
    base_offset_of,
    partition_of,
)
from engine.storage.filesystem import FileSystem
from engine.storage.last_run import CLEAN_SHUTDOWN
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.log_files import saved_offset
from engine.storage.meta_properties import FILE_NAME as META_PROPERTIES
from engine.storage.meta_properties import decode_properties
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, decode_offsets
from engine.storage.partition_metadata import decode_metadata
from engine.storage.producer_snapshot import decode_snapshot
from engine.storage.whole_file import read_file, read_if_there


class NoDataDirectory(EngineError):
    """The path is no data directory of a broker."""


@dataclass(slots=True)
class CheckTotals:
    """What was read."""

    partitions: int = 0
    segments: int = 0
    batches: int = 0
    records: int = 0
    size_bytes: int = 0


@dataclass(slots=True)
class _Known:
    """The checkpoints of the directory."""

    recovery_points: dict[TopicPartition, Offset] = field(default_factory=dict)
    log_starts: dict[TopicPartition, Offset] = field(default_factory=dict)
    cleaned: dict[TopicPartition, Offset] = field(default_factory=dict)
    """Where the clean parts of logs end from which records may have been left out."""
    tells_cleaned: bool = True
    """Whether `cleaned` could be read."""


class DirectoryCheck:
    """One check of one directory. Blocks on the disk."""

    def __init__(self, filesystem: FileSystem, path: str) -> None:
        self._filesystem = filesystem
        self._path = path
        self._known = _Known()
        self.totals = CheckTotals()

    def run(self) -> Iterator[Finding]:
        """Every finding, partition by partition; `totals` grows meanwhile.

        Raises NoDataDirectory, DirectoryInUse, OSError.
        """
        names = self._names()
        lock = take_lock(self._filesystem, self._path) if LOCK in names else None
        try:
            yield from self._small_files(names)
            for name in names:
                topic_partition = partition_of(name)
                if name.endswith(STRAY_DIRECTORY):
                    yield notice(name, "was set aside: its topic is not in the metadata")
                elif topic_partition is not None and not name.endswith(DELETED_DIRECTORY):
                    self.totals.partitions += 1
                    yield from self._partition(topic_partition, name)
        finally:
            if lock is not None:
                lock.release()

    def _names(self) -> list[str]:
        try:
            names = sorted(self._filesystem.list_directory(self._path))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoDataDirectory(f"{self._path}: {error.strerror}") from error
        if META_PROPERTIES not in names:
            raise NoDataDirectory(f"{self._path} has no {META_PROPERTIES}: not a data directory")
        return names

    def _small_files(self, names: list[str]) -> Iterator[Finding]:
        yield from self._readable(META_PROPERTIES, decode_properties)
        if CLEAN_SHUTDOWN not in names:
            yield notice("", "the last broker did not end in order; the next start recovers")
        for name, offsets in (
            (RECOVERY_POINTS, self._known.recovery_points),
            (LOG_STARTS, self._known.log_starts),
        ):
            if name in names:
                path = f"{self._path}/{name}"
                try:
                    offsets.update(decode_offsets(read_file(self._filesystem, path), path))
                except MalformedFile as error:
                    yield notice(
                        name, f"{error.reason}; the next start goes by what each log has saved"
                    )
        if CLEANED_OFFSETS in names:
            path = f"{self._path}/{CLEANED_OFFSETS}"
            try:
                self._known.cleaned = decode_offsets(read_file(self._filesystem, path), path)
            except MalformedFile as error:
                self._known.tells_cleaned = False
                what = "offsets that are missing cannot be told from those compacted away"
                yield notice(CLEANED_OFFSETS, f"{error.reason}; {what}")

    def _readable(self, name: str, decode: Callable[[bytes, str], object]) -> Iterator[Finding]:
        try:
            decode(read_file(self._filesystem, f"{self._path}/{name}"), name)
        except FileNotFoundError:
            yield notice(name, "is missing")
        except MalformedFile as error:
            yield damage(name, error.reason)

    def _partition(self, topic_partition: TopicPartition, name: str) -> Iterator[Finding]:
        files = self._filesystem.list_directory(f"{self._path}/{name}")
        yield from self._readable(f"{name}/{PARTITION_METADATA}", decode_metadata)
        if LEADER_EPOCHS in files:
            yield from self._derived(f"{name}/{LEADER_EPOCHS}", LeaderEpochs.decode)
        for file in sorted(files):
            if base_offset_of(file, SNAPSHOT) is not None:
                yield from self._derived(f"{name}/{file}", decode_snapshot)
        segments = segment_files(self._filesystem, f"{self._path}/{name}", files)
        bases = [segment.base_offset for segment in segments]
        end_offset: Offset | None = None
        for segment, next_base in zip(segments, [*bases[1:], OFFSET_MAX], strict=False):
            if segment.is_swap:
                what = "a compaction was under way; the next start finishes it"
                yield notice(f"{name}/{segment.log}", what)
            check = self._segment_check(topic_partition, name, segment, next_base)
            yield from check.run()
            end_offset = check.end_offset
            self._count(check)
        yield from self._ends(topic_partition, name, end_offset)

    def _segment_check(
        self, topic_partition: TopicPartition, name: str, files: SegmentFiles, next_base: Offset
    ) -> SegmentCheck:
        directory = f"{self._path}/{name}"
        file = self._filesystem.open(f"{directory}/{files.log}")
        self.totals.size_bytes += file.size()
        known = self._known
        return SegmentCheck(
            file,
            name,
            files,
            offset_index=read_if_there(self._filesystem, f"{directory}/{files.offset_index}"),
            time_index=read_if_there(self._filesystem, f"{directory}/{files.time_index}"),
            next_base=next_base,
            recovery_point=self._recovery_point(topic_partition, name),
            gaps_are_damage=known.tells_cleaned and topic_partition not in known.cleaned,
        )

    def _recovery_point(self, topic_partition: TopicPartition, name: str) -> Offset:
        known = self._known.recovery_points.get(topic_partition, 0)
        return known or saved_offset(self._filesystem, f"{self._path}/{name}")

    def _count(self, check: SegmentCheck) -> None:
        self.totals.segments += 1
        self.totals.batches += check.batches
        self.totals.records += check.records

    def _derived(self, name: str, decode: Callable[[bytes, str], object]) -> Iterator[Finding]:
        try:
            decode(read_file(self._filesystem, f"{self._path}/{name}"), name)
        except MalformedFile as error:
            yield notice(name, f"{error.reason}; rebuilt from the log at the next start")

    def _ends(
        self, topic_partition: TopicPartition, name: str, end_offset: Offset | None
    ) -> Iterator[Finding]:
        """Whether the log reaches as far as the checkpoints say it did."""
        recovery_point = self._recovery_point(topic_partition, name)
        reached = 0 if end_offset is None else end_offset
        if reached < recovery_point:
            yield damage(
                name, f"offsets from {reached} to {recovery_point - 1} were on disk and are gone"
            )
        log_start = self._known.log_starts.get(topic_partition, 0)
        if end_offset is not None and log_start > max(reached, recovery_point):
            yield damage(name, f"the log starts at {log_start} and ends at {reached}")
