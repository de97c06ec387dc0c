"""One partition's log: append, read, look up, retain. The face of storage for the broker.

Batches are checked, stamped in place and staged by `append`; `write_staged` puts all that is staged
into the file with one gathered write; a `SyncTicket` makes it durable. Loop thread only, except for
the `run` of tickets and checkpoints and for regions. Nothing here waits except for the disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from engine.kernel.clock import Clock
from engine.kernel.ids import Offset, TopicId, TopicPartition
from engine.records.validation import Origin as Origin
from engine.storage.errors import LogClosed, LogFenced, OffsetOutOfRange, StorageFull, read_failure
from engine.storage.filesystem import NO_DESCRIPTORS
from engine.storage.leader_epochs import NO_EPOCHS
from engine.storage.log_appender import LogAppender
from engine.storage.log_checkpoint import LogCheckpoint, collect_checkpoint
from engine.storage.log_cleaning import LogCleaning
from engine.storage.log_config import LogConfig
from engine.storage.log_reader import LogReader
from engine.storage.log_results import AppendResult, ProducerInfo, RetentionResult, producer_infos
from engine.storage.log_writer import LogWriter
from engine.storage.producer_snapshot import encode_snapshot
from engine.storage.recovery import Progress, Recovery
from engine.storage.region import Region
from engine.storage.retention import deletable_count, undated_count
from engine.storage.segment import Damage, SegmentInfo
from engine.storage.segment_ages import dated_infos, infos_of
from engine.storage.segment_deletion import SegmentDeletion
from engine.storage.segments import Segments
from engine.storage.sync_ticket import SyncTicket as SyncTicket
from engine.storage.time_lookup import TimestampedOffset as TimestampedOffset
from engine.storage.time_lookup import first_at_or_after, latest

SNAPSHOTS_KEPT = 2
"""Producer snapshots of one log: the latest, and one to fall back on should it be damaged."""


class PartitionLog:
    """One open log. Made by `LogDirectory`, or by `open` for a directory of one's own."""

    __slots__ = (
        "_appender",
        "_clock",
        "_config",
        "_reader",
        "_saved_epochs",
        "_segments",
        "_snapshots",
        "_writer",
        "is_closed",
        "log_start_offset",
        "recovered",
        "recovery_point",
        "topic_id",
        "topic_partition",
    )

    def __init__(
        self,
        topic_partition: TopicPartition,
        topic_id: TopicId,
        config: LogConfig,
        *,
        segments: Segments,
        clock: Clock,
        recovery_point: Offset = 0,
        log_start_offset: Offset = 0,
        is_new: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Open the log in the directory of `segments`, recovering it. Blocks; raises OSError.

        `recovery_point` is the offset up to which the log is known to be on disk. `is_new` says
        that the directory itself has never been synced. `progress` is told of a long recovery.
        """
        segments.is_compacted = config.is_compacted
        recovered = Recovery(
            segments,
            recovery_point=recovery_point,
            log_start_offset=log_start_offset,
            now_ms=clock.wall_ms(),
            progress=progress,
        ).run()
        self.topic_partition = topic_partition
        self.topic_id = topic_id
        self.log_start_offset = max(log_start_offset, segments.first.base_offset)
        self.recovery_point = recovery_point
        self.recovered = recovered.work
        self._clock = clock
        self._config = config
        self._segments = segments
        self._snapshots = recovered.snapshot_offsets
        self.is_closed = False
        self._writer = LogWriter(segments, recovered.end_offset, is_new=is_new)
        if recovered.unsynced:
            self._writer.sync_recovered(recovered.unsynced)
        self._appender = LogAppender(
            self._writer, recovered.epochs, recovered.producers, config, clock
        )
        self._saved_epochs = recovered.saved_epochs
        recovered.epochs.cut_start(self.log_start_offset)
        self._reader = LogReader(topic_partition, segments)

    @property
    def config(self) -> LogConfig:
        """The effective configuration; may be replaced at any time."""
        return self._config

    @config.setter
    def config(self, config: LogConfig) -> None:
        self._config = config
        self._appender.configure(config)
        self._segments.is_compacted = config.is_compacted

    @property
    def log_end_offset(self) -> Offset:
        """The offset of the next record, staged ones counted."""
        return self._writer.log_end_offset

    @property
    def written_end_offset(self) -> Offset:
        """The end of what is in the file."""
        return self._writer.written_end_offset

    @property
    def durable_end_offset(self) -> Offset:
        """The end of what is on disk for certain."""
        return self._writer.durable_end_offset

    @property
    def unsynced_files(self) -> int:
        """How many of its files stay open until a sync has covered them."""
        return self._writer.unsynced_files

    @property
    def is_fenced(self) -> bool:
        """The disk failed: no append until a restart."""
        return self._writer.fencing_error is not None

    @property
    def latest_epoch(self) -> int:
        """The leader epoch of the last batch; -1 for an empty log."""
        return self._appender.epochs.latest

    @property
    def size_bytes(self) -> int:
        """Bytes of all log files, without indexes."""
        return self._segments.size_bytes

    @property
    def damages(self) -> tuple[Damage, ...]:
        """The damaged ranges found so far, in offset order."""
        return self._reader.damages()

    def append(
        self, records: memoryview | bytearray, *, leader_epoch: int, origin: Origin = Origin.CLIENT
    ) -> AppendResult:
        """Check one batch, stamp it in place and stage it for `write_staged`.

        The log keeps a reference to writable memory until then; read-only memory is copied. Raises
        the errors of `engine.storage.errors` that name a reaction, LogFenced, LogClosed.
        """
        if self.is_closed or self._writer.fencing_error is not None:
            raise self._refusal()
        return self._appender.append(records, leader_epoch, origin)

    def refuse(self, records: memoryview) -> None:
        """Note that a batch is refused for want of room: its producer may have sent more behind."""
        self._appender.refuse(records)

    def lead(self, leader_epoch: int) -> None:
        """Begin a leader epoch where the log ends, unless it has begun; batches need not follow."""
        self._appender.lead(leader_epoch)

    def write_staged(self, *, may_hold: bool = True) -> None:
        """Write everything staged with one gathered write per segment. Blocks on the file system.

        Raises StorageFull without room, or without a file unless it `may_hold`: what was not
        written is undone, producers included (`written_end_offset` tells). Raises LogFenced when
        its state is not known.
        """
        if staged := self._writer.staged:
            try:
                self._writer.write_staged(self._config, self._clock.wall_ms(), may_hold=may_hold)
            except (StorageFull, LogFenced):
                self._appender.undo_beyond(self._writer.written_end_offset, staged)
                raise
            self._appender.commit()

    def begin_sync(self) -> SyncTicket:
        """A ticket that makes everything written so far durable."""
        return self._writer.begin_sync()

    def end_sync(self, ticket: SyncTicket) -> None:
        """The ticket ran to its end: `durable_end_offset` moves, unless the log was fenced."""
        if self.is_fenced:
            return
        self._writer.end_sync(ticket)
        active = self._segments.active
        if self._writer.durable_end_offset == active.end_offset:
            self._reader.remember(active.end_offset, active, active.size_bytes)

    def fail_sync(self, error: OSError) -> None:
        """A ticket failed: the log is fenced, because what is on disk is not known.

        Without descriptors it is not: begin another sync, for nothing became durable.
        """
        if error.errno not in NO_DESCRIPTORS:
            self._writer.fence(error)

    def read(
        self, offset: Offset, max_bytes: int, *, end_offset: Offset, at_least_one_batch: bool = True
    ) -> Region | None:
        """Whole batches from the one that holds `offset`, below `end_offset`, of one segment.

        None when there is nothing to read; the first batch comes even if larger than `max_bytes`
        when `at_least_one_batch`. Raises OffsetOutOfRange, StorageDamaged, ReadFailed.
        """
        self._check_offset(offset)
        end_offset = min(end_offset, self._writer.written_end_offset)
        if offset >= end_offset:
            return None
        try:
            return self._reader.read(
                offset, max_bytes, end_offset=end_offset, at_least_one_batch=at_least_one_batch
            )
        except OSError as error:
            raise read_failure(self.topic_partition, error) from error

    def offset_for_timestamp(self, timestamp_ms: int) -> TimestampedOffset | None:
        """The first record whose timestamp is not before the target; opens batches to find it.

        Raises StorageDamaged, ReadFailed, InvalidBatch.
        """
        start_offset = self.log_start_offset
        with self._reading():
            return first_at_or_after(self._segments, self._reader, timestamp_ms, start_offset)

    def max_timestamp_offset(self) -> TimestampedOffset | None:
        """The first record with the largest timestamp. Raises as `offset_for_timestamp`."""
        with self._reading():
            return latest(self._segments, self._reader)

    def end_offset_for_epoch(self, epoch: int) -> tuple[int, Offset]:
        """The largest epoch not above `epoch` and where it ends; (-1, -1) when not known."""
        return self._appender.epochs.end_offset_for(epoch, self._writer.log_end_offset)

    def epoch_of(self, offset: Offset) -> int:
        """The leader epoch that wrote an offset; -1 when that is not known."""
        return self._appender.epochs.epoch_of(offset)

    def segments(self) -> list[SegmentInfo]:
        """Every segment, oldest first. May read indexes. Raises ReadFailed."""
        with self._reading():
            return infos_of(self._segments)

    def active_producers(self) -> list[ProducerInfo]:
        """The producers that the log remembers, by id."""
        return producer_infos(self._appender.producers)

    def roll_if_due(self, now_ms: int) -> bool:
        """Start a new segment when the active one is as old as may be. Raises StorageFull."""
        active = self._segments.active
        is_due = active.size_bytes and active.age_ms(now_ms) >= self._config.roll_ms
        if not is_due or not self._is_at_rest():
            return False
        self._roll()
        return True

    def apply_retention(self, now_ms: int | None, high_watermark: Offset) -> RetentionResult:
        """Take expired and excess segments out of the log, and forget producers long idle.

        `now_ms` is None while the clock must not decide: nothing goes by age then. The files go
        with `deletion`, whose methods block. Raises ReadFailed.
        """
        if now_ms is not None:
            self._appender.producers.expire(now_ms, self._config.producer_id_expiration_ms)
        with self._reading():
            infos = dated_infos(self._segments, self._config, now_ms)
        count = deletable_count(
            infos,
            self._config,
            now_ms=now_ms,
            high_watermark=high_watermark,
            log_start_offset=self.log_start_offset,
        )
        if count == len(infos) and not self._has_rolled():
            count -= 1
        undated = undated_count(infos[count:], self._config, now_ms)
        if not count:
            return RetentionResult(0, 0, self.log_start_offset, None, undated)
        segments = self._segments
        dropped = segments.drop_first(count)
        self._writer.forget(dropped)
        self._reader.forget_hints()
        self._move_start(max(self.log_start_offset, segments.first.base_offset))
        size = sum(segment.size_bytes for segment in dropped)
        deletion = SegmentDeletion(segments.filesystem, segments.directory, tuple(dropped))
        return RetentionResult(count, size, self.log_start_offset, deletion, undated)

    @property
    def cleaning(self) -> LogCleaning:
        """What the cleaner may do to the log."""
        segments, producers = self._segments, self._appender.producers
        return LogCleaning(
            self.topic_partition, self._config, segments, self._writer, self._reader, producers
        )

    def delete_records(self, before_offset: Offset) -> None:
        """Move the log start forward; retention frees whole segments before it.

        The caller has checked that the offset is committed.
        """
        assert before_offset <= self.written_end_offset
        self._move_start(max(self.log_start_offset, before_offset))

    def begin_checkpoint(self) -> LogCheckpoint | None:
        """What to save so that opening the log is short; None when nothing has changed."""
        if self.is_fenced or self._writer.staged:
            return None
        end_offset = self._writer.written_end_offset
        epochs = self._appender.epochs.encode(end_offset)
        # Of a log without batches no file says as much as one without epochs.
        is_told = epochs == (self._saved_epochs or (b"" if self.size_bytes else NO_EPOCHS))
        if is_told and end_offset == self.recovery_point and not self._segments.has_unsaved():
            return None
        return collect_checkpoint(
            self._segments,
            end_offset,
            self._writer.begin_sync(),
            epochs=None if is_told else epochs,
            snapshot=encode_snapshot(self._appender.producers.items()),
            stale_snapshots=sorted({*self._snapshots, end_offset})[:-SNAPSHOTS_KEPT],
        )

    def end_checkpoint(self, checkpoint: LogCheckpoint) -> None:
        """The checkpoint ran to its end."""
        self.end_sync(checkpoint.sync)
        checkpoint.note_saved()
        self._segments.trim_loaded()
        self.recovery_point = checkpoint.offset
        if checkpoint.epochs is not None:
            self._saved_epochs = checkpoint.epochs[1]
        self._snapshots = sorted({*self._snapshots, checkpoint.offset})[-SNAPSHOTS_KEPT:]

    @property
    def is_saved(self) -> bool:
        """Everything in the log is on disk and behind no recovery point."""
        return self.recovery_point == self._writer.log_end_offset

    def close(self) -> None:
        """Take no more appends. What is to be saved, `LogDirectory.close` saves."""
        self.is_closed = True

    def release_files(self) -> None:
        """Let go of the log's files; regions and tickets keep theirs. The log is not used again."""
        self._segments.release_files()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise read_failure(self.topic_partition, error) from error

    def _refusal(self) -> LogClosed | LogFenced:
        if self.is_closed:
            return LogClosed(f"the log of {self.topic_partition} is closed")
        return LogFenced(f"{self.topic_partition}: {self._writer.fencing_error}")

    def _check_offset(self, offset: Offset) -> None:
        end_offset = self._writer.log_end_offset
        if not self.log_start_offset <= offset <= end_offset:
            raise OffsetOutOfRange(offset, self.log_start_offset, end_offset)

    def _is_at_rest(self) -> bool:
        return not self._writer.staged and not self.is_fenced and not self.is_closed

    def _roll(self) -> None:
        try:
            self._writer.roll(self._writer.written_end_offset)
        except OSError as error:
            raise StorageFull(f"{self.topic_partition}: {error}") from error

    def _has_rolled(self) -> bool:
        """Start a new segment if that can be: without room older segments may go all the same."""
        with suppress(StorageFull):
            if self._is_at_rest():
                self._roll()
                return True
        return False

    def _move_start(self, log_start_offset: Offset) -> None:
        self.log_start_offset = log_start_offset
        self._appender.epochs.cut_start(log_start_offset)
