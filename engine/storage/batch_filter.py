"""What the cleaner keeps of one batch: all of it, some of its records, only its header, or nothing.

- A record goes when a later one with its key is in the dirty part of the log, or when it has none.
- A tombstone stays until its batch's delete horizon, which the first cleaning sets to
  `delete.retention.ms` from then; a marker of a transaction without batches likewise (KIP-534).
- Records of aborted transactions go at once.
- A producer's last batch stays, empty if need be, so that its epoch and sequence can be told; so
  does the last batch of a cleaned segment, so that where the segment ends can be told.

A batch whose records cannot be made out, or do not lie in its offsets in order, stays as it is: a
producer lied, and nothing is lost by keeping it. Pure. Source: Kafka's `Cleaner.cleanInto`.

Differs from Kafka: the last batch of each cleaned segment stays, there that of each round does; and
Kafka gives a log up that has a batch which cannot be read.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, TypeVar

from engine.kernel.ids import Offset
from engine.records.batch import BatchHeader
from engine.records.control import ControlType, read_end_marker
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch, InvalidBatch
from engine.records.record import RecordPlace, iterate_places, payload
from engine.records.thinning import can_carry_horizon, emptied, thinned
from engine.storage.cleaned_transactions import CleanedTransactions
from engine.storage.key_offsets import KeyOffsets
from engine.storage.log_config import INFLATED_BYTES_MAX, LogConfig

T = TypeVar("T")
Steps: TypeAlias = Generator[int, None, T]
"""Work that can be interrupted: it yields the bytes read and written since it last did."""

RECORDS_PER_STEP = 64
"""Records looked at between two points at which the work can be interrupted."""


class LastBatch(NamedTuple):
    """The batch by which a producer is known: that of its last data, or any marker of its epoch."""

    last_offset: Offset | None
    producer_epoch: int


@dataclass(slots=True)
class FilterCounts:
    """What was looked at and what went."""

    records: int = 0
    records_dropped: int = 0
    keyless_records: int = 0
    """Of the dropped ones, those without a key, from before the topic was compacted."""
    unreadable_batches: int = 0


class PlacedRecords(NamedTuple):
    """The inflated payload of a batch and its records."""

    body: Buffer
    records: list[RecordPlace]


@dataclass(slots=True)
class BatchFilter:
    """Filters the batches of one log in order. `now_ms` is None while the clock is not trusted."""

    keys: KeyOffsets
    transactions: CleanedTransactions
    last_batches: Mapping[int, LastBatch]
    config: LogConfig
    now_ms: int | None
    counts: FilterCounts = field(default_factory=FilterCounts)

    def stay_of(
        self, header: BatchHeader, content: Buffer, *, is_last: bool
    ) -> Steps[Buffer | None]:
        """What stays of a batch; `content` itself when all does, None when nothing does.

        `is_last` keeps the header in any case.
        """
        must_stay = is_last or self._is_last_of_producer(header)
        if header.is_control:
            return (yield from self._stay_of_marker(header, content, must_stay=must_stay))
        if self.transactions.is_aborted(header):
            self.counts.records += header.record_count
            self.counts.records_dropped += header.record_count
            return emptied(header) if must_stay else None
        placed = yield from placed_records(header, content)
        if placed is None:
            self.counts.unreadable_batches += 1
            return content
        kept = yield from self._kept(header, placed.records)
        self.counts.records += len(placed.records)
        self.counts.records_dropped += len(placed.records) - len(kept)
        if not kept:
            return emptied(header) if must_stay else None
        has_tombstone = not all(record.has_value for record in kept)
        return self._stored(header, content, placed, kept, needs_horizon=has_tombstone)

    def _kept(
        self, header: BatchHeader, records: Sequence[RecordPlace]
    ) -> Steps[list[RecordPlace]]:
        kept: list[RecordPlace] = []
        for begin in range(0, len(records), RECORDS_PER_STEP):
            some = records[begin : begin + RECORDS_PER_STEP]
            kept += [record for record in some if self._keeps(header, record)]
            yield 0
        return kept

    def _stay_of_marker(
        self, header: BatchHeader, content: Buffer, *, must_stay: bool
    ) -> Steps[Buffer | None]:
        is_useless = self.transactions.is_marker_of_nothing(header, control_type_of(content))
        if is_useless and self._has_passed(header.delete_horizon_ms):
            return emptied(header) if must_stay else None
        if not header.record_count:
            return content if must_stay else None
        placed = yield from placed_records(header, content)
        if placed is None:
            return content
        return self._stored(header, content, placed, placed.records, needs_horizon=is_useless)

    def _stored(
        self,
        header: BatchHeader,
        content: Buffer,
        placed: PlacedRecords,
        kept: list[RecordPlace],
        *,
        needs_horizon: bool,
    ) -> Buffer:
        horizon_ms: int | None = None
        if needs_horizon and header.delete_horizon_ms is None and self.now_ms is not None:
            horizon_ms = self.now_ms + self.config.delete_retention_ms
            if not can_carry_horizon(kept, horizon_ms):
                horizon_ms = None
        if horizon_ms is None and len(kept) == len(placed.records):
            return content
        config = self.config
        is_own_codec = config.compression_type == header.compression
        return thinned(
            header,
            placed.body,
            kept,
            new_delete_horizon_ms=horizon_ms,
            level=config.compression_level if is_own_codec else None,
        )

    def _keeps(self, header: BatchHeader, record: RecordPlace) -> bool:
        if record.offset >= self.keys.end_offset:
            return True
        if record.key is None:
            self.counts.keyless_records += 1
            return False
        if record.offset < self.keys.latest(record.key):
            return False
        return record.has_value or not self._has_passed(header.delete_horizon_ms)

    def _has_passed(self, horizon_ms: int | None) -> bool:
        return self.now_ms is not None and horizon_ms is not None and horizon_ms <= self.now_ms

    def _is_last_of_producer(self, header: BatchHeader) -> bool:
        last = self.last_batches.get(header.producer_id)
        if last is None or not header.has_producer_id:
            return False
        if last.last_offset is not None:
            return header.last_offset == last.last_offset
        return header.is_control and header.producer_epoch == last.producer_epoch


def placed_records(header: BatchHeader, content: Buffer) -> Steps[PlacedRecords | None]:
    """The records of a batch; None when they cannot be made out."""
    records: list[RecordPlace] = []
    expected = header.base_offset
    try:
        body = payload(content, INFLATED_BYTES_MAX)
        for record in iterate_places(header, body):
            if not expected <= record.offset <= header.last_offset:
                raise CorruptBatch(f"a record has the offset {record.offset}")
            expected = record.offset + 1
            records.append(record)
            if len(records) % RECORDS_PER_STEP == 0:
                yield 0
    except InvalidBatch:
        return None
    return PlacedRecords(body, records)


def control_type_of(content: Buffer) -> ControlType | None:
    """What a control batch ends; None when that is no transaction."""
    try:
        marker = read_end_marker(content)
    except InvalidBatch:
        return None
    return None if marker is None else marker.control_type
