"""Leaving records out of a batch, as the cleaner of a compacted log does.

What stays keeps its offset, timestamp and bytes. The batch keeps its base offset, its last offset
and its producer's numbers, so that offsets and sequences can be told from it even when it is empty.
A delete horizon takes the place of the base timestamp (KIP-534); the timestamps of the records are
then written anew against it. Source: Kafka's `MemoryRecords.filterTo`.

Differs from Kafka: without a new horizon the base timestamp stays, where Kafka takes that of the
first record left; readers cannot tell.
"""

from collections.abc import Sequence

from engine.records.batch import (
    COMPRESSION_MASK,
    CONTROL_BIT,
    DELETE_HORIZON_BIT,
    HEADER_SIZE,
    LOG_APPEND_TIME_BIT,
    LOG_OVERHEAD,
    TRANSACTIONAL_BIT,
    BatchHeader,
    pack_header,
    stamp_crc,
)
from engine.records.builder import NO_TIMESTAMP
from engine.records.compression import compress
from engine.records.crc import Buffer
from engine.records.record import RecordPlace
from engine.records.varint import decode_varint, decode_varlong, encode_varint

_KEPT_WHEN_EMPTY = LOG_APPEND_TIME_BIT | TRANSACTIONAL_BIT | CONTROL_BIT
_LONG_MIN, _LONG_MAX = -(2**63), 2**63 - 1


def can_carry_horizon(records: Sequence[RecordPlace], delete_horizon_ms: int) -> bool:
    """Whether the timestamps can be told as differences to a horizon: sane ones always can."""
    return all(
        _LONG_MIN <= record.timestamp_ms - delete_horizon_ms <= _LONG_MAX for record in records
    )


def thinned(
    header: BatchHeader,
    body: Buffer,
    kept: Sequence[RecordPlace],
    *,
    new_delete_horizon_ms: int | None,
    level: int | None = None,
) -> bytearray:
    """The batch with only the records `kept`, at least one, whose places are in `body`.

    `body` is the inflated payload. `new_delete_horizon_ms` is for a batch that had none; its
    records must be able to carry it. `level` is that of the batch's codec.
    """
    assert kept, "an empty batch is made by emptied"
    view = memoryview(body)
    attributes, base_timestamp_ms = header.attributes, header.base_timestamp_ms
    if new_delete_horizon_ms is None:
        payload = b"".join(view[record.start : record.end] for record in kept)
    else:
        attributes |= DELETE_HORIZON_BIT
        base_timestamp_ms = new_delete_horizon_ms
        payload = b"".join(_rebased(view, record, base_timestamp_ms) for record in kept)
    max_timestamp_ms = header.max_timestamp_ms
    if not header.is_log_append_time:
        max_timestamp_ms = max(record.timestamp_ms for record in kept)
    packed = compress(payload, header.compression, level)
    batch = bytearray(
        pack_header(
            header._replace(
                length=HEADER_SIZE - LOG_OVERHEAD + len(packed),
                attributes=attributes,
                base_timestamp_ms=base_timestamp_ms,
                max_timestamp_ms=max_timestamp_ms,
                record_count=len(kept),
            )
        )
    )
    batch += packed
    stamp_crc(batch)
    return batch


def emptied(header: BatchHeader) -> bytearray:
    """The batch without records: what is left to tell offsets, epoch and sequence."""
    assert COMPRESSION_MASK & _KEPT_WHEN_EMPTY == 0
    batch = bytearray(
        pack_header(
            header._replace(
                length=HEADER_SIZE - LOG_OVERHEAD,
                attributes=header.attributes & _KEPT_WHEN_EMPTY,
                base_timestamp_ms=NO_TIMESTAMP,
                record_count=0,
            )
        )
    )
    stamp_crc(batch)
    return batch


def _rebased(body: memoryview, record: RecordPlace, base_timestamp_ms: int) -> bytes:
    """A record's bytes with its timestamp as the difference to another base."""
    _, attributes_at = decode_varint(body, record.start)
    _, rest_at = decode_varlong(body, attributes_at + 1)
    delta = encode_varint(record.timestamp_ms - base_timestamp_ms)
    size = 1 + len(delta) + record.end - rest_at
    return b"".join(
        (
            encode_varint(size),
            body[attributes_at : attributes_at + 1],
            delta,
            body[rest_at : record.end],
        )
    )
