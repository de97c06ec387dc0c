"""The records inside a batch. Opening one costs microseconds a record: only where demanded.

A record: its length, attributes (unused), timestamp and offset as deltas to the batch's base, key,
value and headers, all varints and bytes. Source: Kafka's `DefaultRecord`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.records.batch import HEADER_SIZE, BatchHeader, read_header
from engine.records.compression import Compression, decompress
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch
from engine.records.varint import decode_varint, decode_varlong

RECORD_BYTES_MIN = 7
"""Bytes of the smallest record: seven varints of one byte (null key, null value, no headers)."""


class Record(NamedTuple):
    """One record as a consumer sees it."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class RecordFacts(NamedTuple):
    """What a broker looks at in a record: no value or header is copied."""

    offset: int
    timestamp_ms: int
    has_key: bool


class RecordPlace(NamedTuple):
    """What the cleaner of a compacted log looks at in a record, and where the record is."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    has_value: bool
    start: int
    """The position in the inflated payload at which the record's length begins."""
    end: int


def payload(batch: Buffer, limit_bytes: int) -> Buffer:
    """The records' bytes of exactly one batch, inflated to at most `limit_bytes`."""
    header = read_header(batch)
    packed = memoryview(batch)[HEADER_SIZE : header.size_bytes]
    codec = header.compression
    return packed if codec is Compression.NONE else decompress(packed, codec, limit_bytes)


def iterate_records(batch: Buffer, limit_bytes: int) -> Iterator[Record]:
    """Every record of exactly one batch, whose CRC is taken as checked.

    `limit_bytes` caps what a compressed payload inflates to. Raises CorruptBatch,
    PayloadTooLarge or UnsupportedCompression; what came before may be used.
    """
    return records_in(read_header(batch), payload(batch, limit_bytes))


def records_in(header: BatchHeader, body: Buffer) -> Iterator[Record]:
    """The records in an inflated payload. Raises CorruptBatch; what came before may be used."""
    for start, end in _record_bounds(header, body):
        yield _decode_record(header, body, start, end)


def iterate_facts(batch: Buffer, limit_bytes: int) -> Iterator[RecordFacts]:
    """`iterate_records` without the contents: offset, timestamp and whether there is a key."""
    header = read_header(batch)
    body = payload(batch, limit_bytes)
    for start, end in _record_bounds(header, body):
        timestamp_delta, position = decode_varlong(body, start + 1)
        offset_delta, position = decode_varint(body, position)
        key_size, position = decode_varint(body, position)
        if position + max(key_size, 0) > end:
            raise CorruptBatch(f"a key of {key_size} bytes does not fit in its record")
        yield RecordFacts(
            header.base_offset + offset_delta,
            _timestamp_of(header, timestamp_delta),
            key_size >= 0,
        )


def iterate_places(header: BatchHeader, body: Buffer) -> Iterator[RecordPlace]:
    """The records in an inflated payload, with their keys. Raises CorruptBatch."""
    begin = 0
    for start, end in _record_bounds(header, body):
        timestamp_delta, position = decode_varlong(body, start + 1)
        offset_delta, position = decode_varint(body, position)
        key, position = _decode_bytes(body, position, end)
        value_size, position = decode_varint(body, position)
        if position + max(value_size, 0) > end:
            raise CorruptBatch(f"a value of {value_size} bytes does not fit in its record")
        yield RecordPlace(
            header.base_offset + offset_delta,
            _timestamp_of(header, timestamp_delta),
            key,
            value_size >= 0,
            begin,
            end,
        )
        begin = end


def _record_bounds(header: BatchHeader, body: Buffer) -> Iterator[tuple[int, int]]:
    """Start and end of each record's content, which begins at its attributes byte."""
    if header.record_count < 0 or header.record_count * RECORD_BYTES_MIN > len(body):
        raise CorruptBatch(
            f"{header.record_count} records cannot be in a payload of {len(body)} bytes"
        )
    position = 0
    for _ in range(header.record_count):
        size, position = decode_varint(body, position)
        end = position + size
        if size < RECORD_BYTES_MIN - 1 or end > len(body):
            raise CorruptBatch(f"a record of {size} bytes does not fit in its batch")
        yield position, end
        position = end
    if position != len(body):
        raise CorruptBatch(f"{len(body) - position} bytes follow the last record")


def _timestamp_of(header: BatchHeader, delta_ms: int) -> int:
    if header.is_log_append_time:
        return header.max_timestamp_ms
    timestamp_ms = header.base_timestamp_ms + delta_ms
    if not -(2**63) <= timestamp_ms < 2**63:
        # No answer could carry it.
        raise CorruptBatch(f"a record has the timestamp {timestamp_ms}")
    return timestamp_ms


def _decode_record(header: BatchHeader, body: Buffer, start: int, end: int) -> Record:
    timestamp_delta, position = decode_varlong(body, start + 1)
    offset_delta, position = decode_varint(body, position)
    key, position = _decode_bytes(body, position, end)
    value, position = _decode_bytes(body, position, end)
    count, position = decode_varint(body, position)
    if not 0 <= count <= (end - position) // 2:
        raise CorruptBatch(f"{count} headers cannot be in {end - position} bytes")
    headers = []
    for _ in range(count):
        name, position = _decode_bytes(body, position, end)
        if name is None:
            raise CorruptBatch("a header has no name")
        content, position = _decode_bytes(body, position, end)
        headers.append((name.decode("utf-8", "replace"), content))
    if position != end:
        raise CorruptBatch(f"a record has {end - position} bytes behind its headers")
    return Record(
        header.base_offset + offset_delta,
        _timestamp_of(header, timestamp_delta),
        key,
        value,
        tuple(headers),
    )


def _decode_bytes(body: Buffer, position: int, end: int) -> tuple[bytes | None, int]:
    size, position = decode_varint(body, position)
    if size < 0:
        return None, position
    if position + size > end:
        raise CorruptBatch(f"{size} bytes do not fit in what is left of a record")
    return bytes(body[position : position + size]), position + size
