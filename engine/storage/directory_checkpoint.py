"""One checkpoint over open logs of a data directory: all of them, some, or none.

Made and ended on the loop thread, run by one other or by several: each log is synced and what is
derived of it is saved; then the recovery points and log starts are published in two small files.
Many logs are saved in parts, none of which publishes, and then one of no log does. A log that could
not be saved, or was not when the checkpoint was given up, keeps its old recovery point; one whose
sync failed is fenced when the checkpoint ends.

A partition that is deleted meanwhile is withdrawn first: another may get its directory's name, and
must not find files of the old one there.
"""

import threading
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.filesystem import FileSystem
from engine.storage.known_offsets import KnownOffsets
from engine.storage.log_checkpoint import LogCheckpoint
from engine.storage.partition_log import PartitionLog
from engine.storage.sync_ticket import SyncTicket


@dataclass(slots=True)
class CheckpointJob:
    """One log's part, and what became of it."""

    log: PartitionLog
    checkpoint: LogCheckpoint
    is_saved: bool = False
    is_withdrawn: bool = False
    is_synced: bool = False
    sync_error: OSError | None = None
    saving: threading.Lock = field(default_factory=threading.Lock)
    """Held while files of the partition are written."""


class DirectoryCheckpoint:
    """What to save; `run` does, or `save_logs` in any number of threads and then `publish`."""

    def __init__(
        self,
        filesystem: FileSystem,
        path: str,
        offsets: KnownOffsets,
        jobs: Sequence[CheckpointJob],
        recovery_points: dict[TopicPartition, Offset],
        log_starts: dict[TopicPartition, Offset],
    ) -> None:
        """`path` is that of the data directory, all of whose present names the jobs rely on."""
        self._filesystem = filesystem
        self._path = path
        self._offsets = offsets
        self._jobs = {job.log: job for job in jobs}
        self._todo = deque(jobs)
        self._recovery_points = recovery_points
        self._log_starts = log_starts
        self._names_turn = threading.Lock()
        self._are_names_synced = False
        self.error: OSError | None = None
        """Tells that a log could not be saved, or the files not be published."""

    def __len__(self) -> int:
        """How many logs have something to save."""
        return len(self._jobs)

    @property
    def unsaved_count(self) -> int:
        """Logs that have not been saved, and were not deleted either."""
        return sum(not (each.is_saved or each.is_withdrawn) for each in self._jobs.values())

    def withdraw(self, log: PartitionLog) -> None:
        """Save nothing more of a log that is being deleted. Blocks while it is being saved."""
        job = self._jobs.get(log)
        if job is not None:
            with job.saving:
                job.is_withdrawn = True

    def give_up(self) -> None:
        """Begin with no further log; what is saved by then is published. Any thread."""
        self._todo.clear()

    def run(self) -> None:
        """Save everything. Any thread; blocks. Raises nothing: see `error` and what `end` does."""
        self.save_logs()
        self.publish()

    def save_logs(self) -> None:
        """Save one log after the other until none is left. Any threads; blocks. Raises nothing."""
        while True:
            try:
                job = self._todo.popleft()
            except IndexError:
                return
            self._run(job)

    def publish(self) -> None:
        """Publish the recovery points of what was saved. Any thread; blocks. Raises nothing."""
        try:
            self._offsets.publish(self._recovery_points, self._log_starts)
        except OSError as error:
            self.error = error

    def end(self) -> list[tuple[PartitionLog, Offset]]:
        """Let the logs know what became of their parts; those saved, with their recovery points."""
        saved = []
        for job in self._jobs.values():
            if job.sync_error is not None:
                job.log.fail_sync(job.sync_error)
            elif job.is_saved:
                job.log.end_checkpoint(job.checkpoint)
                saved.append((job.log, job.checkpoint.offset))
            elif job.is_synced and not job.is_withdrawn:
                job.log.end_sync(job.checkpoint.sync)
        return saved

    def _run(self, job: CheckpointJob) -> None:
        if job.is_withdrawn:
            return
        ticket = job.checkpoint.sync
        try:
            ticket.run(self._synced_names(ticket))
        except OSError as error:
            job.sync_error = error
            return
        job.is_synced = True
        with job.saving:
            if not job.is_withdrawn:
                self._save(job)

    def _synced_names(self, ticket: SyncTicket) -> Collection[str]:
        """The data directory if new partitions need it synced: once is enough for all of them."""
        if self._path not in ticket.directories:
            return ()
        with self._names_turn:
            if not self._are_names_synced:
                self._filesystem.sync_directory(self._path)
                self._are_names_synced = True
        return (self._path,)

    def _save(self, job: CheckpointJob) -> None:
        try:
            job.checkpoint.save()
        except OSError as error:
            self.error = error
        else:
            job.is_saved = True
            self._recovery_points[job.log.topic_partition] = job.checkpoint.offset
