"""The data directory: which partitions it holds, their open logs, and how it starts and ends.

It belongs to one process at a time. The marker of a clean end is removed, and that is on disk,
before anything is written; it is put back last, after every log is on disk. Opening the directory
reads three small files and the names in it; a log is opened, and recovered if need be, when
somebody asks for it. The layout is Kafka's. Loop thread only, but for what deletions, openings and
checkpoints do in their `run` and `unlink`.
"""

from collections.abc import Callable, Iterable

from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy
from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.cleaned_offsets import CleanedOffsets
from engine.storage.directory_checkpoint import CheckpointJob, DirectoryCheckpoint
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.directory_lock import DirectoryLock
from engine.storage.errors import (
    CheckpointFailed,
    PartitionExists,
    StorageDamaged,
    UnknownPartition,
    change_failure,
)
from engine.storage.file_names import (
    DELETED_DIRECTORY,
    PARTITION_METADATA,
    deleted_directory,
    partition_of,
    stray_directory,
)
from engine.storage.filesystem import DiskSpace, FileSystem
from engine.storage.known_offsets import KnownOffsets
from engine.storage.last_run import LastRun, leave_marker, take_over
from engine.storage.log_config import LogConfig
from engine.storage.log_glance import LogGlance, glance_at
from engine.storage.log_opening import LogOpening, Report, topic_id_at
from engine.storage.meta_properties import DirectoryIdentity, identity_of
from engine.storage.open_files import OPEN_FILES_MAX, OpenFiles
from engine.storage.partition_directory import make_directory, unmake_directory
from engine.storage.partition_log import PartitionLog
from engine.storage.segments import Segments
from engine.storage.spare_room import SpareRoom
from engine.storage.trusted_time import TrustedTime


class LogDirectory:
    """All partitions under one path, which exists. Made by `open`, ended by `close`."""

    def __init__(
        self,
        path: str,
        filesystem: FileSystem,
        clock: Clock,
        entropy: Entropy,
        *,
        lock: DirectoryLock,
        identity: DirectoryIdentity,
        last_run: LastRun,
        open_files_max: int,
    ) -> None:
        self.path = path
        self.last_run = last_run
        self.identity = identity
        self._filesystem = filesystem
        self._clock = clock
        self._entropy = entropy
        self._lock = lock
        self.open_files_max = open_files_max
        self._open_files = OpenFiles(filesystem, open_files_max)
        self._offsets = KnownOffsets(filesystem, path)
        self.cleaned = CleanedOffsets(filesystem, path)
        """Where the clean parts of compacted logs end."""
        self.trusted_time = TrustedTime(filesystem, path)
        self.spare_room = SpareRoom(filesystem, path)
        self.on_progress: Report | None = None
        """Is told of a long recovery, in the thread that does it."""
        self.running: DirectoryCheckpoint | None = None
        """The checkpoint that is under way."""
        self._partitions: dict[TopicPartition, PartitionLog | None] = {}
        self._created: set[TopicPartition] = set()
        self.leftovers: list[DirectoryDeletion] = []
        """Directories that the last process had deleted but not yet removed."""
        for name in filesystem.list_directory(path):
            topic_partition = partition_of(name)
            if name.endswith(DELETED_DIRECTORY):
                self.leftovers.append(DirectoryDeletion(filesystem, f"{path}/{name}"))
            elif topic_partition is not None:
                self._partitions[topic_partition] = None
        if not self.cleaned.is_readable:
            for each in self._partitions:
                self.cleaned.note(each, 0)
        self.was_clean = last_run.was_clean or not self._partitions
        """The last process ended in order, so no log lost anything, or there are no logs yet."""

    @classmethod
    def open(
        cls,
        path: str,
        filesystem: FileSystem,
        clock: Clock,
        entropy: Entropy,
        *,
        pid: int,
        node_id: int = 1,
        open_files_max: int = OPEN_FILES_MAX,
    ) -> "LogDirectory":
        """Take over a data directory, new or old.

        `pid` is told to others who want it. `open_files_max` bounds descriptors held for logs.
        Raises DirectoryInUse, OtherNode, MalformedFile, OSError.
        """
        lock = DirectoryLock(filesystem, path, pid)
        try:
            identity = identity_of(filesystem, path, entropy, node_id)
            return cls(
                path,
                filesystem,
                clock,
                entropy,
                lock=lock,
                identity=identity,
                last_run=take_over(filesystem, path),
                open_files_max=open_files_max,
            )
        except BaseException:
            lock.release()
            raise

    def tell_address(self, address: str, metrics: str = "") -> None:
        """Let a process that finds the directory in use know where clients and metrics are."""
        self._lock.tell_address(address, metrics)

    @property
    def unreadable_files(self) -> list[str]:
        """Checkpoint files that were lost or damaged: logs go by what each has saved."""
        return self._offsets.unreadable

    def partitions(self) -> list[TopicPartition]:
        """Every partition that has a directory."""
        return list(self._partitions)

    def holds(self, topic_partition: TopicPartition) -> bool:
        """Whether a partition has a directory."""
        return topic_partition in self._partitions

    def open_logs(self) -> list[PartitionLog]:
        """The logs that are open."""
        return [log for log in self._partitions.values() if log is not None]

    def size_bytes(self, topic_partition: TopicPartition) -> int:
        """Bytes of the log files of a partition, which need not be open. 0 when unknown."""
        log = self._partitions.get(topic_partition)
        return self.glance(topic_partition).size_bytes if log is None else log.size_bytes

    def glance(self, topic_partition: TopicPartition) -> LogGlance:
        """What can be told of a log that is not open. Raises OSError."""
        log_start_offset = self._offsets.of(topic_partition).log_start_offset
        if topic_partition not in self._partitions:
            return LogGlance((), log_start_offset)
        directory = self._directory_of(topic_partition)
        return glance_at(self._filesystem, directory, log_start_offset)

    def space(self) -> DiskSpace:
        """Room on the file system. Raises OSError."""
        return self._filesystem.space(self.path)

    def topic_id(self, topic_partition: TopicPartition) -> TopicId | None:
        """The topic that a partition's directory belongs to; None when it does not say."""
        path = f"{self._directory_of(topic_partition)}/{PARTITION_METADATA}"
        return topic_id_at(self._filesystem, path)

    def free_names(self, topic_partitions: Iterable[TopicPartition]) -> None:
        """Take what the checkpoint files say of older partitions of these names out of them.

        None of them may be there. Any thread; blocks for syncs if a name was in use not long ago.
        Raises StorageFull, ChangeFailed.
        """
        names = list(topic_partitions)
        try:
            self._offsets.withdraw(names)
            self.cleaned.withdraw(names)
        except OSError as error:
            raise change_failure(f"{names[0]} cannot be created", error) from error

    def create_partitions(
        self,
        topic_partitions: Iterable[TopicPartition],
        topic: TopicId,
        *,
        are_names_free: bool = False,
    ) -> None:
        """Make the directories of new partitions: all of them, or none.

        They reach the disk with the first sync of each log; until then the caller's own record of
        them is what survives a crash. Blocks as `free_names` does, unless that was done before.
        Raises PartitionExists, StorageFull, ChangeFailed.
        """
        wanted = list(topic_partitions)
        made: list[TopicPartition] = []
        if not are_names_free:
            self.free_names([each for each in wanted if each not in self._partitions])
        try:
            for topic_partition in wanted:
                if topic_partition in self._partitions:
                    raise PartitionExists(str(topic_partition))
                try:
                    make_directory(self._filesystem, self._directory_of(topic_partition), topic)
                except FileExistsError:
                    raise PartitionExists(f"{topic_partition}, which nobody knows of") from None
                made.append(topic_partition)
        except (OSError, PartitionExists) as error:
            for topic_partition in made:
                unmake_directory(self._filesystem, self._directory_of(topic_partition))
            if isinstance(error, OSError):
                raise change_failure(f"{wanted[0]} cannot be created", error) from error
            raise
        self._partitions.update(dict.fromkeys(made))
        self._created.update(made)

    def begin_opening(
        self, topic_partition: TopicPartition, topic_id: TopicId, config: LogConfig
    ) -> LogOpening:
        """Begin to open a log that is not open; one opening of a log at a time.

        A directory that a crash kept from reaching the disk is made again; one that was lost is
        not. Raises StorageDamaged, OSError.
        """
        assert self._partitions.get(topic_partition) is None, f"{topic_partition} is open"
        known = self._offsets.of(topic_partition)
        is_new = topic_partition not in self._partitions
        if is_new:
            if known.recovery_point:
                raise StorageDamaged(
                    topic_partition,
                    known.log_start_offset,
                    known.recovery_point,
                    "are lost: their directory is missing",
                )
            make_directory(self._filesystem, self._directory_of(topic_partition), topic_id)
            self._partitions[topic_partition] = None
        segments = Segments(
            self._directory_of(topic_partition),
            self._filesystem,
            self._open_files,
            config.index_interval_bytes,
        )
        segments.was_cleaned = self.cleaned.knows(topic_partition)
        return LogOpening(
            topic_partition,
            topic_id,
            config,
            segments=segments,
            clock=self._clock,
            known=known,
            is_new=is_new or topic_partition in self._created,
            report=self.on_progress,
        )

    def end_opening(self, opening: LogOpening) -> PartitionLog:
        """The opening ran: its log is one of the directory's from here on."""
        assert opening.log is not None, "the opening did not run to its end"
        assert self._partitions[opening.topic_partition] is None, "it is open already"
        self._partitions[opening.topic_partition] = opening.log
        return opening.log

    def open_partition(
        self, topic_partition: TopicPartition, topic_id: TopicId, config: LogConfig
    ) -> PartitionLog:
        """The log of a partition, opened and recovered when it is not open yet. Blocks.

        Raises TopicIdMismatch, StorageDamaged, StorageError, OSError.
        """
        log = self._partitions.get(topic_partition)
        if log is not None:
            return log
        opening = self.begin_opening(topic_partition, topic_id, config)
        opening.run()
        return self.end_opening(opening)

    def withdraw(self, topic_partitions: Iterable[TopicPartition]) -> None:
        """Have a checkpoint that is under way save no more of partitions that are to be deleted.

        Any thread; blocks while one of them is being saved.
        """
        running = self.running
        for log in map(self._partitions.get, topic_partitions):
            if running is not None and log is not None:
                running.withdraw(log)

    def delete_partitions(
        self, topic_partitions: Iterable[TopicPartition], *, is_synced: bool = True
    ) -> list[DirectoryDeletion]:
        """Take partitions out of the directory: on disk when this returns. Blocks for one sync.

        Who lets that be with `is_synced` runs `sync_names` before a partition gets an old name.
        Their logs are closed; `unlink` of what is returned frees the bytes. Raises
        UnknownPartition, OSError.
        """
        targets = self._rename_away(topic_partitions, deleted_directory)
        if targets and is_synced:
            self.sync_names()
        return [DirectoryDeletion(self._filesystem, target) for target in targets]

    def sync_names(self) -> None:
        """Put on disk which partitions there are. Any thread; blocks. Raises OSError."""
        self._filesystem.sync_directory(self.path)

    def set_aside(self, topic_partitions: Iterable[TopicPartition]) -> list[str]:
        """Take partitions of unknown topics out of the directory with everything in them.

        Their new paths. On disk when this returns; blocks for one sync. Raises UnknownPartition,
        OSError.
        """
        targets = self._rename_away(topic_partitions, stray_directory)
        if targets:
            self.sync_names()
        return targets

    def _rename_away(
        self,
        topic_partitions: Iterable[TopicPartition],
        new_name: Callable[[TopicPartition, str], str],
    ) -> list[str]:
        targets, names = [], list(topic_partitions)
        self.withdraw(names)
        for topic_partition in names:
            if topic_partition not in self._partitions:
                raise UnknownPartition(str(topic_partition))
            log = self._partitions.pop(topic_partition)
            if log is not None:
                log.close()
                log.release_files()
            self._open_files.forget_directory(self._directory_of(topic_partition))
            self._offsets.forget(topic_partition)
            self._created.discard(topic_partition)
            self.cleaned.forget(topic_partition)
            unique = self._entropy.uuid_bytes().hex()
            target = f"{self.path}/{new_name(topic_partition, unique)}"
            self._filesystem.rename(self._directory_of(topic_partition), target)
            targets.append(target)
        return targets

    def begin_checkpoint(self, logs: Iterable[PartitionLog] | None = None) -> DirectoryCheckpoint:
        """What to save of all open logs, or of some. One checkpoint at a time."""
        jobs = []
        for log in self.open_logs() if logs is None else logs:
            if self._partitions.get(log.topic_partition) is not log:
                continue
            if (begun := log.begin_checkpoint()) is not None:
                jobs.append(CheckpointJob(log, begun))
            if log.log_start_offset:
                self._offsets.log_starts[log.topic_partition] = log.log_start_offset
        self.running = DirectoryCheckpoint(
            self._filesystem, self.path, self._offsets, jobs, *self._offsets.begin_publishing()
        )
        return self.running

    def end_checkpoint(self, checkpoint: DirectoryCheckpoint) -> None:
        """The checkpoint ran. Raises CheckpointFailed when its files could not be published."""
        self.running = None
        for log, recovery_point in checkpoint.end():
            if self._partitions.get(log.topic_partition) is log:
                self._offsets.recovery_points[log.topic_partition] = recovery_point
        if checkpoint.error is not None:
            raise CheckpointFailed(f"{self.path}: {checkpoint.error}") from checkpoint.error

    def close(self, last: DirectoryCheckpoint | None = None) -> bool:
        """Put every log on disk, leave the marker of a clean end, let go of the directory. Blocks.

        `last` is a checkpoint that has run since nothing is appended any more; without it one runs
        here. Whether the end was clean: without room, with a fenced log or one that is not saved it
        is not, and the next start recovers. Nothing is raised, the directory is released in any
        case.
        """
        is_clean = self._save_all(last)
        for log in self.open_logs():
            log.close()
            log.release_files()
        self._partitions.clear()
        self._open_files.forget_all()
        self._lock.release()
        return is_clean

    def _save_all(self, last: DirectoryCheckpoint | None) -> bool:
        try:
            if last is None:
                last = self.begin_checkpoint()
                last.run()
            self.end_checkpoint(last)
            if any(log.is_fenced or not log.is_saved for log in self.open_logs()):
                return False
            leave_marker(self._filesystem, self.path)
        except (OSError, CheckpointFailed):
            return False
        return True

    def _directory_of(self, topic_partition: TopicPartition) -> str:
        return f"{self.path}/{topic_partition}"
