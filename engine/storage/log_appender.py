"""The admission of batches to a log: checked, stamped in place, noted, staged.

A batch is opaque: its header is read, its CRC computed, base offset and leader epoch written. It is
opened or copied only where the topic's configuration demands it. Producers and leader epochs are
noted here, and taken back when the write that should follow fails; of a producer that was not known
it stays known which batch is missing.
"""

from contextlib import suppress

from engine.kernel.clock import Clock
from engine.kernel.ids import Offset
from engine.records.batch import (
    COMPRESSION_MASK,
    BatchHeader,
    clear_append_time,
    read_header,
    stamp,
    stamp_append_time,
)
from engine.records.control import read_end_marker
from engine.records.crc import Buffer
from engine.records.recompression import recompress
from engine.records.validation import (
    Origin,
    check_client_header,
    check_contents,
    check_single_batch,
)
from engine.storage.errors import (
    InvalidBatch,
    InvalidTransactionState,
    MessageTooLarge,
    RecordListTooLarge,
)
from engine.storage.leader_epochs import UNKNOWN_EPOCH, LeaderEpochs
from engine.storage.log_config import INFLATED_BYTES_MAX, LogConfig
from engine.storage.log_results import AppendResult
from engine.storage.log_writer import LogWriter, StagedBatch
from engine.storage.producer_state import ProducerState


class LogAppender:
    """Admits batches to one log. The writer's thread only."""

    __slots__ = ("_clock", "_config", "_leader_epoch", "_rules", "_writer", "epochs", "producers")

    def __init__(
        self,
        writer: LogWriter,
        epochs: LeaderEpochs,
        producers: ProducerState,
        config: LogConfig,
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._leader_epoch = UNKNOWN_EPOCH
        self.epochs = epochs
        self.producers = producers
        self.configure(config)

    def configure(self, config: LogConfig) -> None:
        """Check by another configuration from here on."""
        self._config = config
        self._rules = config.append_rules()

    def append(
        self, records: memoryview | bytearray, leader_epoch: int, origin: Origin
    ) -> AppendResult:
        """Check, stamp and stage one batch; see `PartitionLog.append`."""
        header = check_single_batch(records)
        now_ms = self._clock.wall_ms()
        if origin is Origin.CLIENT:
            check_client_header(header)
            check_contents(records, header, self._rules, now_ms)
            if header.is_transactional:
                raise InvalidTransactionState("transactional batches are not served")
            if header.producer_id >= 0:
                repeated = self.producers.admit(header)
                if repeated is not None:
                    stamp_ms = repeated.appended_ms if self._rules.uses_append_time else -1
                    return AppendResult(
                        repeated.base_offset, repeated.last_offset, stamp_ms, is_duplicate=True
                    )
        elif len(records) > self._rules.size_bytes_max:
            raise MessageTooLarge(len(records), self._rules.size_bytes_max)
        batch = self._stored_form(records, header)
        max_timestamp_ms = header.max_timestamp_ms
        append_time_ms = -1
        if self._rules.uses_append_time:
            append_time_ms = max_timestamp_ms = now_ms
            stamp_append_time(batch, now_ms)
        elif header.is_log_append_time:
            clear_append_time(batch)
        base_offset = self._writer.log_end_offset
        last_offset = base_offset + header.last_offset_delta
        stamp(batch, 0, base_offset, leader_epoch)
        self.epochs.assign(leader_epoch, base_offset)
        if header.producer_id >= 0:
            self._note_producer(header, batch, base_offset, now_ms)
        self._writer.stage(
            StagedBatch(batch, base_offset, last_offset, max_timestamp_ms, len(batch))
        )
        return AppendResult(base_offset, last_offset, append_time_ms, is_duplicate=False)

    def refuse(self, records: Buffer) -> None:
        """Note what a batch that is refused unseen, for want of room, tells of its producer."""
        with suppress(InvalidBatch):
            header = check_single_batch(records)
            check_client_header(header)
            if header.producer_id >= 0:
                self.producers.note_refused(header, self._clock.wall_ms())

    def lead(self, leader_epoch: int) -> None:
        """Begin a leader epoch where the log ends; it counts from here on, batch or no batch."""
        self._leader_epoch = leader_epoch
        self.epochs.assign(leader_epoch, self._writer.log_end_offset)

    def commit(self) -> None:
        """Everything staged was written."""
        self.producers.commit()

    def undo_beyond(self, end_offset: Offset, staged: list[StagedBatch]) -> None:
        """Take back what was noted of batches that did not get into the file."""
        self.epochs.cut_end(end_offset)
        self.epochs.assign(self._leader_epoch, end_offset)
        self.producers.roll_back()
        now_ms = self._clock.wall_ms()
        for batch in staged:
            header = read_header(batch.buffer)
            if header.producer_id < 0:
                continue
            if batch.last_offset < end_offset:
                self._note_producer(header, batch.buffer, batch.base_offset, now_ms)
            else:
                self.producers.note_refused(header, now_ms)
        self.producers.commit()

    def _stored_form(
        self, records: memoryview | bytearray, header: BatchHeader
    ) -> memoryview | bytearray:
        """The batch as it will be on disk but for stamps: writable, in the topic's codec."""
        config = self._config
        codec = config.compression_type
        batch = records
        if codec is not None and header.attributes & COMPRESSION_MASK != codec:
            batch = recompress(
                records,
                codec,
                level=config.compression_level,
                inflated_bytes_max=INFLATED_BYTES_MAX,
            )
            if len(batch) > config.max_message_bytes:
                raise MessageTooLarge(len(batch), config.max_message_bytes)
        elif isinstance(records, memoryview) and records.readonly:
            batch = bytearray(records)
        if len(batch) > config.segment_bytes:
            raise RecordListTooLarge(len(batch), config.segment_bytes)
        return batch

    def _note_producer(
        self, header: BatchHeader, batch: Buffer, base_offset: Offset, now_ms: int
    ) -> None:
        if not header.is_control:
            self.producers.record_batch(header, base_offset, now_ms)
            return
        marker = read_end_marker(batch)
        if marker is not None:
            self.producers.record_marker(header, marker, now_ms)
