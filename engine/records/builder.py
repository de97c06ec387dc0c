"""Builds record batches: for the engine's own logs, its client, markers and tests."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.records.batch import (
    CONTROL_BIT,
    HEADER_SIZE,
    LOG_OVERHEAD,
    MAGIC,
    TRANSACTIONAL_BIT,
    BatchHeader,
    pack_header,
    stamp_crc,
)
from engine.records.compression import Compression, compress
from engine.records.varint import encode_varint

NO_TIMESTAMP = -1
"""The timestamp of a record, or batch, that has none."""


class NewRecord(NamedTuple):
    """A record before it has an offset."""

    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def build_batch(
    records: Sequence[NewRecord],
    *,
    base_offset: int = 0,
    compression: Compression = Compression.NONE,
    level: int | None = None,
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    leader_epoch: int = -1,
    is_transactional: bool = False,
    is_control: bool = False,
) -> bytearray:
    """One batch of at least one record, with its CRC. The caller owns the result."""
    assert records, "a batch has at least one record"
    base_timestamp = records[0].timestamp_ms
    payload = b"".join(
        _encode_record(record, record.timestamp_ms - base_timestamp, delta)
        for delta, record in enumerate(records)
    )
    packed = compress(payload, compression, level)
    attributes = int(compression)
    if is_transactional:
        attributes |= TRANSACTIONAL_BIT
    if is_control:
        attributes |= CONTROL_BIT
    header = BatchHeader(
        base_offset=base_offset,
        length=HEADER_SIZE - LOG_OVERHEAD + len(packed),
        leader_epoch=leader_epoch,
        magic=MAGIC,
        crc=0,
        attributes=attributes,
        last_offset_delta=len(records) - 1,
        base_timestamp_ms=base_timestamp,
        max_timestamp_ms=max(record.timestamp_ms for record in records),
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=base_sequence,
        record_count=len(records),
    )
    batch = bytearray(pack_header(header))
    batch += packed
    stamp_crc(batch)
    return batch


def _encode_record(record: NewRecord, timestamp_delta_ms: int, offset_delta: int) -> bytes:
    pieces = [
        b"\x00",
        encode_varint(timestamp_delta_ms),
        encode_varint(offset_delta),
        _encode_bytes(record.key),
        _encode_bytes(record.value),
        encode_varint(len(record.headers)),
    ]
    for name, content in record.headers:
        pieces.append(_encode_bytes(name.encode()))
        pieces.append(_encode_bytes(content))
    content = b"".join(pieces)
    return encode_varint(len(content)) + content


def _encode_bytes(content: bytes | None) -> bytes:
    if content is None:
        return b"\x01"
    return encode_varint(len(content)) + content
