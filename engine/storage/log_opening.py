"""One opening of one log: begun by the data directory, run wherever it may take its time.

What must be seen as it is on the loop thread is collected when the opening begins; `run` reads,
checks, cuts and syncs, and touches nothing that others change but the set of open files. It may be
given up between two batches: what it leaves is what a process that died there would leave.
"""

from collections.abc import Callable
from functools import partial

from engine.kernel.clock import Clock
from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.errors import MalformedFile, TopicIdMismatch
from engine.storage.file_names import PARTITION_METADATA
from engine.storage.filesystem import FileSystem
from engine.storage.index_rebuild import IndexRebuild
from engine.storage.known_offsets import LogOffsets
from engine.storage.log_config import LogConfig
from engine.storage.log_files import saved_offset
from engine.storage.partition_log import PartitionLog
from engine.storage.partition_metadata import decode_metadata, encode_metadata
from engine.storage.segment import Segment
from engine.storage.segments import Segments
from engine.storage.whole_file import read_file, write_file

PROGRESS_BYTES = 256 * 1024 * 1024
"""Bytes that are checked between two reports: some tenths of a second."""

Report = Callable[[TopicPartition, int, int], None]
"""Is told of a log how many bytes were checked, and of how many. Any thread."""

Pause = Callable[[], None]
"""Is called after each batch: rests, or raises to give the opening up."""


class LogOpening:
    """A log on its way to being open. `run` once, in any thread; the rest on the loop thread."""

    def __init__(
        self,
        topic_partition: TopicPartition,
        topic_id: TopicId,
        config: LogConfig,
        *,
        segments: Segments,
        clock: Clock,
        known: LogOffsets,
        is_new: bool,
        report: Report | None,
        progress_bytes: int = PROGRESS_BYTES,
    ) -> None:
        """`known` is what the checkpoints tell; `is_new` that this process made the directory."""
        self.topic_partition = topic_partition
        self.is_new = is_new
        """There is nothing to read, so that opening takes no time."""
        self._topic_id = topic_id
        self._config = config
        self._segments = segments
        self._clock = clock
        self._known = known
        self._report = report
        self._progress_bytes = progress_bytes
        self._reported = 0
        self._pause: Pause | None = None
        self.log: PartitionLog | None = None
        """The log, once it is open."""

    def run(self, pause: Pause | None = None) -> None:
        """Open and recover the log. Blocks.

        Raises TopicIdMismatch, StorageError, OSError, and whatever `pause` raises.
        """
        self._pause = pause
        filesystem, directory = self._segments.filesystem, self._segments.directory
        path = f"{directory}/{PARTITION_METADATA}"
        found = topic_id_at(filesystem, path)
        if found is None:
            write_file(filesystem, path, encode_metadata(self._topic_id), is_synced=False)
            self.is_new = True
        elif found != self._topic_id:
            raise TopicIdMismatch(self.topic_partition, self._topic_id, found)
        recovery_point = self._known.recovery_point or saved_offset(filesystem, directory)
        self.log = PartitionLog(
            self.topic_partition,
            self._topic_id,
            self._config,
            segments=self._segments,
            clock=self._clock,
            recovery_point=recovery_point,
            log_start_offset=self._known.log_start_offset,
            is_new=self.is_new or not recovery_point,
            progress=self._checked,
        )

    def rebuild_elsewhere(self, begin: Callable[[IndexRebuild], None]) -> None:
        """Have `begin` called with what would take long when an index of the log is missing.

        The writer's thread, after `run`. Who needs the index is put off meanwhile.
        """
        self._segments.on_missing = partial(_begin_rebuild, begin, self.topic_partition)

    def _checked(self, checked_bytes: int, of_bytes: int) -> None:
        reports = checked_bytes // self._progress_bytes
        if self._report is not None and reports > self._reported:
            self._reported = reports
            self._report(self.topic_partition, checked_bytes, of_bytes)
        if self._pause is not None:
            self._pause()


def _begin_rebuild(
    begin: Callable[[IndexRebuild], None],
    topic_partition: TopicPartition,
    segments: Segments,
    segment: Segment,
) -> None:
    begin(IndexRebuild(topic_partition, segments, segment))


def topic_id_at(filesystem: FileSystem, path: str) -> TopicId | None:
    """The topic that a `partition.metadata` names; None when it is missing or says nothing."""
    try:
        return decode_metadata(read_file(filesystem, path), path)
    except (FileNotFoundError, MalformedFile):
        return None
