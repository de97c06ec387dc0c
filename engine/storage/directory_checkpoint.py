"""One checkpoint over all open logs of a data directory.

Made and ended on the loop thread, run by another: each log is synced and what is derived of it is
saved; then the recovery points and log starts are published in two small files. A log that could
not be saved keeps its old recovery point; one whose sync failed is fenced when the checkpoint ends.
"""

from dataclasses import dataclass, field

from engine.kernel.ids import Offset, TopicPartition
from engine.storage.filesystem import FileSystem
from engine.storage.log_checkpoint import LogCheckpoint
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, encode_offsets
from engine.storage.partition_log import PartitionLog
from engine.storage.whole_file import replace_file


@dataclass(slots=True)
class CheckpointJob:
    """One log's part, and what became of it."""

    log: PartitionLog
    checkpoint: LogCheckpoint
    is_saved: bool = False
    sync_error: OSError | None = None


@dataclass(slots=True)
class DirectoryCheckpoint:
    """What to save; `run` fills in what was. `error` tells that the files were not published."""

    directory: str
    filesystem: FileSystem
    jobs: list[CheckpointJob]
    recovery_points: dict[TopicPartition, Offset]
    log_starts: dict[TopicPartition, Offset]
    error: OSError | None = field(default=None)

    def names(self) -> set[TopicPartition]:
        """The partitions of which its files may hold an entry."""
        jobs = {job.log.topic_partition for job in self.jobs}
        return jobs.union(self.recovery_points, self.log_starts)

    def run(self) -> None:
        """Save everything. Any thread; blocks. Raises nothing: see the fields."""
        for job in self.jobs:
            try:
                job.checkpoint.sync.run()
            except OSError as error:
                job.sync_error = error
                continue
            try:
                job.checkpoint.save()
            except FileNotFoundError:
                continue  # The partition was deleted in the meantime.
            except OSError as error:
                self.error = error
                continue
            job.is_saved = True
            self.recovery_points[job.log.topic_partition] = job.checkpoint.offset
        try:
            self._publish(RECOVERY_POINTS, self.recovery_points)
            self._publish(LOG_STARTS, self.log_starts)
        except OSError as error:
            self.error = error

    def _publish(self, name: str, offsets: dict[TopicPartition, Offset]) -> None:
        replace_file(self.filesystem, f"{self.directory}/{name}", encode_offsets(offsets))
