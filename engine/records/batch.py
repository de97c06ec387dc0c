"""The header of a record batch (format 2), read and stamped in place.

A batch is opaque to the broker but for these 61 bytes. The CRC covers everything from the
attributes on, so the base offset and the leader epoch, which lie before it, can be stamped without
computing it again. Source: Kafka's `DefaultRecordBatch`.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from engine.records.compression import Compression, codec_of
from engine.records.crc import Buffer, crc32c

HEADER_SIZE = 61
"""Bytes of the header; the records follow it."""

LOG_OVERHEAD = 12
"""Bytes of base offset and length, which the length field does not count."""

MAGIC = 2
CRC_START = 21
"""The position within a batch from which the CRC covers it."""

COMPRESSION_MASK = 0x07
LOG_APPEND_TIME_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20
DELETE_HORIZON_BIT = 0x40

SEQUENCE_MAX = 2**31 - 1

_HEADER = struct.Struct(">qiibIhiqqqhii")
_unpack_header = _HEADER.unpack_from
_BASE_OFFSET = struct.Struct(">q")
_LEADER_EPOCH_AT = 12
_LEADER_EPOCH = struct.Struct(">i")
_CRC_AT = 17
_CRC = struct.Struct(">I")
_ATTRIBUTES_AT = 21
_ATTRIBUTES = struct.Struct(">h")
_MAX_TIMESTAMP_AT = 35
_MAX_TIMESTAMP = struct.Struct(">q")


class BatchHeader(NamedTuple):
    """The fields of a header in wire order, unchecked. Timestamps in milliseconds."""

    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp_ms: int
    max_timestamp_ms: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole batch, header included."""
        return self.length + LOG_OVERHEAD

    @property
    def last_offset(self) -> int:
        """The offset of the last record that was in the batch when it was produced; inclusive."""
        return self.base_offset + self.last_offset_delta

    @property
    def last_sequence(self) -> int:
        """The sequence of the last record, wrapping from 2^31-1 to 0; -1 without sequences."""
        if self.base_sequence < 0:
            return -1
        return (self.base_sequence + self.last_offset_delta) & SEQUENCE_MAX

    @property
    def compression(self) -> Compression:
        """The codec. Raises UnsupportedCompression for a number without one."""
        return codec_of(self.attributes & COMPRESSION_MASK)

    @property
    def is_log_append_time(self) -> bool:
        """All records carry `max_timestamp_ms`, which the broker set."""
        return bool(self.attributes & LOG_APPEND_TIME_BIT)

    @property
    def is_transactional(self) -> bool:
        return bool(self.attributes & TRANSACTIONAL_BIT)

    @property
    def is_control(self) -> bool:
        """Carries one marker for brokers and consumers, no records for applications."""
        return bool(self.attributes & CONTROL_BIT)

    @property
    def has_producer_id(self) -> bool:
        return self.producer_id >= 0

    @property
    def delete_horizon_ms(self) -> int | None:
        """When tombstones and markers in a cleaned batch may go (KIP-534); None if not cleaned."""
        return self.base_timestamp_ms if self.attributes & DELETE_HORIZON_BIT else None

    @property
    def latest_record_ms(self) -> int:
        """The largest timestamp of a record in the batch; -1 when cleaning left it empty."""
        return self.max_timestamp_ms if self.record_count else -1


def read_header(buffer: Buffer, position: int = 0) -> BatchHeader:
    """The header at a position, unchecked. Raises struct.error when fewer than 61 bytes follow."""
    return BatchHeader._make(_unpack_header(buffer, position))


def pack_header(header: BatchHeader) -> bytes:
    """The 61 bytes of a header, with the CRC that it carries."""
    return _HEADER.pack(*header)


def is_plausible(header: BatchHeader) -> bool:
    """The fields can be those of a batch on disk: a cheap check before trusting the length.

    Zeros do not pass: a zero-filled tail reads as the end of the log.
    """
    return (
        header.magic == MAGIC
        and header.length >= HEADER_SIZE - LOG_OVERHEAD
        and header.base_offset >= 0
        and header.last_offset_delta >= 0
    )


def has_valid_crc(batch: Buffer) -> bool:
    """The stored CRC is that of the bytes. `batch` is exactly one batch."""
    (stored,) = _CRC.unpack_from(batch, _CRC_AT)
    return bool(crc32c(memoryview(batch)[CRC_START:]) == stored)


def stamp(buffer: bytearray | memoryview, position: int, base_offset: int, epoch: int) -> None:
    """Write the base offset and leader epoch of a batch in place; the CRC does not cover them."""
    _BASE_OFFSET.pack_into(buffer, position, base_offset)
    _LEADER_EPOCH.pack_into(buffer, position + _LEADER_EPOCH_AT, epoch)


def stamp_append_time(batch: bytearray | memoryview, append_time_ms: int) -> None:
    """Make the broker's time that of all records (LogAppendTime) and compute the CRC again.

    `batch` is exactly one writable batch.
    """
    (attributes,) = _ATTRIBUTES.unpack_from(batch, _ATTRIBUTES_AT)
    _ATTRIBUTES.pack_into(batch, _ATTRIBUTES_AT, attributes | LOG_APPEND_TIME_BIT)
    _MAX_TIMESTAMP.pack_into(batch, _MAX_TIMESTAMP_AT, append_time_ms)
    stamp_crc(batch)


def clear_append_time(batch: bytearray | memoryview) -> None:
    """Make the records' own times theirs again and compute the CRC again, as Kafka does.

    `batch` is exactly one writable batch.
    """
    (attributes,) = _ATTRIBUTES.unpack_from(batch, _ATTRIBUTES_AT)
    _ATTRIBUTES.pack_into(batch, _ATTRIBUTES_AT, attributes & ~LOG_APPEND_TIME_BIT)
    stamp_crc(batch)


def stamp_crc(batch: bytearray | memoryview) -> None:
    """Compute and write the CRC of exactly one writable batch."""
    _CRC.pack_into(batch, _CRC_AT, crc32c(memoryview(batch)[CRC_START:]))


def split_batches(buffer: Buffer) -> Iterator[memoryview]:
    """The batches that stand one behind the other in a buffer; a cut-off one at the end is left.

    Headers are taken as they are: for what the log or a broker handed out.
    """
    view = memoryview(buffer)
    position = 0
    while position + HEADER_SIZE <= len(view):
        end = position + read_header(view, position).size_bytes
        if not position + HEADER_SIZE <= end <= len(view):
            return
        yield view[position:end]
        position = end
