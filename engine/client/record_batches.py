"""Opens the record batches of a fetched partition as a consumer does.

Skips control batches, records before the position asked for, batches that a selection passes over
and, for readers of committed records, those of aborted transactions unless they are to be kept, and
tells which batches were written in transactions. A last batch that is cut off
is ignored: brokers may cut where the byte limit lies. Source: Kafka's `CompletedFetch`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.client.errors import BrokerError, ClientError, Unsupported
from engine.client.selection import EVERYTHING, Selection
from engine.protocol.error_codes import ErrorCode
from engine.records.batch import (
    HEADER_SIZE,
    LOG_OVERHEAD,
    MAGIC,
    BatchHeader,
    has_valid_crc,
    read_header,
)
from engine.records.control import ControlType, read_end_marker
from engine.records.errors import CorruptBatch, InvalidBatch
from engine.records.record import Record, payload, records_in


@dataclass(slots=True)
class Opened:
    """What was read so far. `error` is why reading stopped before the end.

    `passed_over` counts records of batches that the selection left out. The times are those of the
    first batch's first record and of the newest in the last batch, also when they were left out.
    `transactional` and `aborted` have the offsets of batches that were opened, in order: those of
    transactions, and those of them that are known to be of aborted ones.
    """

    next_offset: int
    records: list[Record] = field(default_factory=list)
    error: ClientError | None = None
    passed_over: int = 0
    first_timestamp_ms: int | None = None
    last_timestamp_ms: int | None = None
    transactional: list[range] = field(default_factory=list)
    aborted: list[range] = field(default_factory=list)


def open_batches(
    data: memoryview,
    opened: Opened,
    *,
    aborted: Sequence[tuple[int, int]],
    limit_bytes: int,
    selection: Selection = EVERYTHING,
    keeps_aborted: bool = False,
) -> Iterator[None]:
    """Read batch after batch into `opened`, yielding after each so that the caller can pause.

    `aborted` are (first offset, producer id) of aborted transactions; empty reads everything.
    `limit_bytes` caps what one batch inflates to.
    """
    wanted_from = opened.next_offset
    to_come = sorted(aborted, reverse=True)
    active: set[int] = set()
    position = 0
    while len(data) - position >= HEADER_SIZE:
        header = read_header(data, position)
        if header.magic != MAGIC:
            opened.error = Unsupported("Fetch", f"the records have the format {header.magic}")
            return
        size = header.length + LOG_OVERHEAD
        if size < HEADER_SIZE:
            opened.error = _damaged(header, f"it claims {size} bytes")
            return
        if position + size > len(data):
            return
        batch = data[position : position + size]
        position += size
        try:
            is_aborted = _is_aborted(batch, header, to_come, active)
            if not header.is_control and (keeps_aborted or not is_aborted):
                _note_transaction(header, opened, is_aborted=is_aborted)
                _open_batch(batch, header, opened, wanted_from, limit_bytes, selection)
        except InvalidBatch as error:
            opened.error = _damaged(header, str(error))
            return
        opened.next_offset = max(opened.next_offset, header.last_offset + 1)
        yield


def _is_aborted(
    batch: memoryview, header: BatchHeader, to_come: list[tuple[int, int]], active: set[int]
) -> bool:
    """The batch is of an aborted transaction. Keeps account of aborts.

    Raises CorruptBatch when it is not whole.
    """
    if not has_valid_crc(batch):
        raise CorruptBatch("its checksum is wrong")
    while to_come and to_come[-1][0] <= header.last_offset:
        active.add(to_come.pop()[1])
    if header.is_control:
        marker = read_end_marker(batch)
        if marker is not None and marker.control_type is ControlType.ABORT:
            active.discard(header.producer_id)
        return False
    return header.is_transactional and header.producer_id in active


def _note_transaction(header: BatchHeader, opened: Opened, *, is_aborted: bool) -> None:
    offsets = range(header.base_offset, header.last_offset + 1)
    if header.is_transactional:
        opened.transactional.append(offsets)
    if is_aborted:
        opened.aborted.append(offsets)


def _open_batch(
    batch: memoryview,
    header: BatchHeader,
    opened: Opened,
    wanted_from: int,
    limit_bytes: int,
    selection: Selection,
) -> None:
    if opened.first_timestamp_ms is None:
        is_stamped = header.is_log_append_time
        first_ms = header.max_timestamp_ms if is_stamped else header.base_timestamp_ms
        opened.first_timestamp_ms = first_ms
    opened.last_timestamp_ms = header.max_timestamp_ms
    if selection.has_too_old(header):
        opened.passed_over += header.record_count
        return
    body = payload(batch, limit_bytes)
    if selection.lacks(body):
        opened.passed_over += header.record_count
        return
    records = list(records_in(header, body))
    opened.records.extend(record for record in records if record.offset >= wanted_from)


def _damaged(header: BatchHeader, reason: str) -> BrokerError:
    return BrokerError(
        ErrorCode.CORRUPT_MESSAGE, f"The batch at offset {header.base_offset} is damaged: {reason}."
    )
