"""One checkpoint over all open logs of a data directory.

Made and ended on the loop thread, run by another: each log is synced and what is derived of it is
saved; then the recovery points and log starts are published in two small files. A log that could
not be saved keeps its old recovery point; one whose sync failed is fenced when the checkpoint ends.

A partition that is deleted meanwhile is withdrawn first: another may get its directory's name, and
must not find files of the old one there.
"""

import threading
from dataclasses import dataclass, field

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.known_offsets import KnownOffsets
from engine.storage.log_checkpoint import LogCheckpoint
from engine.storage.partition_log import PartitionLog


@dataclass(slots=True)
class CheckpointJob:
    """One log's part, and what became of it."""

    log: PartitionLog
    checkpoint: LogCheckpoint
    is_saved: bool = False
    is_withdrawn: bool = False
    sync_error: OSError | None = None
    saving: threading.Lock = field(default_factory=threading.Lock)
    """Held while files of the partition are written."""


@dataclass(slots=True)
class DirectoryCheckpoint:
    """What to save; `run` fills in what was. `error` tells that the files were not published."""

    offsets: KnownOffsets
    jobs: list[CheckpointJob]
    recovery_points: dict[TopicPartition, Offset]
    log_starts: dict[TopicPartition, Offset]
    error: OSError | None = field(default=None)

    def withdraw(self, log: PartitionLog) -> None:
        """Save nothing more of a log that is being deleted. Blocks while it is being saved."""
        for job in self.jobs:
            if job.log is log:
                with job.saving:
                    job.is_withdrawn = True

    def run(self) -> None:
        """Save everything. Any thread; blocks. Raises nothing: see the fields."""
        for job in self.jobs:
            if job.is_withdrawn:
                continue
            try:
                job.checkpoint.sync.run()
            except OSError as error:
                job.sync_error = error
                continue
            with job.saving:
                if not job.is_withdrawn:
                    self._save(job)
        try:
            self.offsets.publish(self.recovery_points, self.log_starts)
        except OSError as error:
            self.error = error

    def end(self) -> list[tuple[PartitionLog, Offset]]:
        """Let the logs know what became of their parts; those saved, with their recovery points."""
        saved = []
        for job in self.jobs:
            if job.sync_error is not None:
                job.log.fail_sync(job.sync_error)
            elif job.is_saved:
                job.log.end_checkpoint(job.checkpoint)
                saved.append((job.log, job.checkpoint.offset))
            elif not job.is_withdrawn:
                job.log.end_sync(job.checkpoint.sync)
        return saved

    def _save(self, job: CheckpointJob) -> None:
        try:
            job.checkpoint.save()
        except OSError as error:
            self.error = error
        else:
            job.is_saved = True
            self.recovery_points[job.log.topic_partition] = job.checkpoint.offset
