"""Cleaning a log by hand, in one thread, and a model of what a cleaned log must hold."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from engine.kernel.ids import Offset
from engine.records.batch import BatchHeader, read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import Record, iterate_records
from engine.storage.batch_filter import FilterCounts, Steps
from engine.storage.cleanable import Cleanable
from engine.storage.cleaner import Cleaner
from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.partition_log import PartitionLog
from tests.support.logs import EVERYTHING, sync

T = TypeVar("T")
KEY_BYTES = 1 << 20
COMPACT = frozenset({CleanupPolicy.COMPACT})
COMPACT_AND_DELETE = frozenset({CleanupPolicy.COMPACT, CleanupPolicy.DELETE})


def finished(steps: Steps[T]) -> T:
    """Do work that can be interrupted, without interrupting it."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


def compacted(**settings: object) -> LogConfig:
    """The configuration of a compacted log whose segments are small."""
    defaults: dict[str, object] = {"cleanup_policy": COMPACT, "segment_bytes": 400}
    return LogConfig(**(defaults | settings))  # type: ignore[arg-type]


class Cleaning(NamedTuple):
    """What one cleaning did."""

    end_offset: Offset
    counts: FilterCounts
    segments_replaced: int


def look(
    log: PartitionLog,
    now_ms: int | None,
    *,
    cleaned_end_offset: Offset = 0,
    stable_offset: Offset = EVERYTHING,
) -> Cleanable:
    """What a log has to clean."""
    return log.cleaning.cleanable(
        cleaned_end_offset=cleaned_end_offset,
        log_start_offset=log.log_start_offset,
        stable_offset=min(stable_offset, log.log_end_offset),
        now_ms=now_ms,
    )


def clean(
    log: PartitionLog,
    now_ms: int | None,
    *,
    cleaned_end_offset: Offset = 0,
    stable_offset: Offset = EVERYTHING,
    key_bytes: int = KEY_BYTES,
) -> Cleaning:
    """Clean a log as far as memory for keys goes, all steps in a row."""
    cleaning = log.cleaning
    found = look(log, now_ms, cleaned_end_offset=cleaned_end_offset, stable_offset=stable_offset)
    cleaner = Cleaner(cleaning.begin(found), key_bytes, now_ms)
    finished(cleaner.index())
    replaced = 0
    for group in cleaner.groups():
        cleaned = finished(cleaner.rewrite(group))
        assert cleaning.holds(cleaned.sources)
        if not cleaned.is_changed:
            cleaned.swap.abandon()
            continue
        cleaned.swap.commit()
        error = cleaning.replace(cleaned)
        if error is not None:
            raise error
        cleaned.swap.finish()
        cleaning.settle(cleaned)
        cleaned.swap.unlink()
        replaced += len(group)
    return Cleaning(cleaner.end_offset, cleaner.counts, replaced)


def put(
    log: PartitionLog,
    *pairs: tuple[str, str | None],
    timestamp_ms: int,
    **options: object,
) -> Offset:
    """Append, write and sync one batch of keys and values; its base offset."""
    records = [
        NewRecord(timestamp_ms, key.encode(), None if value is None else value.encode())
        for key, value in pairs
    ]
    batch = build_batch(records, **options)  # type: ignore[arg-type]
    result = log.append(memoryview(batch), leader_epoch=1)
    log.write_staged()
    sync(log)
    return result.base_offset


def batches_of(log: PartitionLog, offset: Offset | None = None) -> list[bytes]:
    """Every batch of a log, by reads as a consumer would make them."""
    at = log.log_start_offset if offset is None else offset
    found: list[bytes] = []
    while (region := log.read(at, 1000, end_offset=EVERYTHING)) is not None:
        found += [bytes(batch) for batch in split_batches(region.read())]
        assert region.next_offset > read_header(found[-1]).last_offset
        at = region.next_offset
    return found


def headers_of(log: PartitionLog) -> list[BatchHeader]:
    """The headers of every batch of a log."""
    return [read_header(batch) for batch in batches_of(log)]


def records_of(log: PartitionLog) -> list[Record]:
    """Every record of a log but for markers."""
    return [
        record
        for batch in batches_of(log)
        if not read_header(batch).is_control
        for record in iterate_records(batch, EVERYTHING)
    ]


def table_of(records: Iterable[Record]) -> dict[bytes | None, bytes | None]:
    """The value of each key to a reader from the beginning; deleted keys are not in it."""
    table: dict[bytes | None, bytes | None] = {}
    for record in records:
        table[record.key] = record.value
    return {key: value for key, value in table.items() if value is not None}


def pairs_of(records: Sequence[Record]) -> list[tuple[int, str, str | None]]:
    """Offsets, keys and values as text."""
    return [
        (
            record.offset,
            (record.key or b"").decode(),
            None if record.value is None else record.value.decode(),
        )
        for record in records
    ]
