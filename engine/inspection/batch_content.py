"""Whether what a sound batch holds can be read, which its checksum does not tell.

Clients' batches are opened when they are appended. What the broker writes for itself it does not
open again before it needs it: should it ever write what it cannot read, a group's partition stays
without a coordinator, or the broker without its metadata, until the batch is given up.
"""

import json
from collections.abc import Callable
from typing import Final

from engine.coordinator.consumer_journal import (
    decode_consumer_key,
    decode_current,
    decode_epoch,
    decode_member,
    decode_regex,
    decode_target,
    decode_target_epoch,
)
from engine.coordinator.consumer_records import RecordKind
from engine.coordinator.journal import (
    CONSUMER_OFFSETS,
    OffsetKey,
    decode_group,
    decode_key,
    decode_offset,
)
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.limits import INSPECTED_BATCH_BYTES_MAX
from engine.records.errors import InvalidBatch, InvalidRecord
from engine.records.record import Record, iterate_facts, iterate_records
from engine.storage.batch_walk import BatchAt

METADATA_TOPIC: Final = "__cluster_metadata"

_CONSUMER_VALUES: Final[dict[RecordKind, Callable[[bytes], object]]] = {
    RecordKind.GROUP_EPOCH: decode_epoch,
    RecordKind.MEMBER: decode_member,
    RecordKind.TARGET_EPOCH: decode_target_epoch,
    RecordKind.TARGET: decode_target,
    RecordKind.CURRENT: decode_current,
    RecordKind.REGEX: decode_regex,
}


def count_records(topic: str, batch: BatchAt) -> int:
    """The records of a batch of a topic, each of which can be read. Raises an `InvalidBatch`."""
    header = batch.header
    last, count = header.base_offset - 1, 0
    for fact in iterate_facts(batch.content, INSPECTED_BATCH_BYTES_MAX):
        if not last < fact.offset <= header.last_offset:
            raise InvalidBatch(f"a record has the offset {fact.offset} behind {last}")
        last = fact.offset
        count += 1
    open_record = _JOURNALS.get(topic)
    if open_record is not None and not header.is_control:
        for record in iterate_records(batch.content, INSPECTED_BATCH_BYTES_MAX):
            try:
                open_record(record)
            except (MalformedRecordError, ValueError) as error:
                raise InvalidRecord(f"the record at offset {record.offset}: {error}") from error
    return count


def _open_group_record(record: Record) -> None:
    if record.key is None:
        return
    key = decode_key(record.key)
    consumer_key = decode_consumer_key(record.key) if key is None else None
    if record.value is None:
        return
    if key is not None:
        (decode_offset if isinstance(key, OffsetKey) else decode_group)(record.value)
    elif consumer_key is not None and consumer_key.kind in _CONSUMER_VALUES:
        _CONSUMER_VALUES[consumer_key.kind](record.value)


def _open_metadata_record(record: Record) -> None:
    if record.value is not None:
        json.loads(record.value)


_JOURNALS: Final[dict[str, Callable[[Record], None]]] = {
    CONSUMER_OFFSETS: _open_group_record,
    METADATA_TOPIC: _open_metadata_record,
}
