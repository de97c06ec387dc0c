"""Built batches: golden bytes of a real Kafka, and two independent clients that read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import has_valid_crc, read_header
from engine.records.builder import NO_TIMESTAMP, NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.record import Record, iterate_records
from tests.support.foreign_batches import DECODERS, Decoder
from tests.support.golden_batches import PLAIN, RECORDS, TRANSACTIONAL
from tests.support.new_records import NEW_RECORDS, NEW_RECORDS_OF_BATCH

GOLDEN_RECORDS = [NewRecord(*record[1:]) for record in RECORDS]


def test_plain_batch_is_byte_for_byte_kafkas() -> None:
    assert build_batch(GOLDEN_RECORDS, base_offset=7, leader_epoch=4) == PLAIN


def test_transactional_batch_is_byte_for_byte_kafkas() -> None:
    built = build_batch(
        GOLDEN_RECORDS,
        base_offset=7,
        leader_epoch=4,
        producer_id=1000,
        producer_epoch=3,
        base_sequence=2**31 - 2,
        is_transactional=True,
    )
    assert built == TRANSACTIONAL


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@given(st.sampled_from(list(Compression)), NEW_RECORDS_OF_BATCH)
def test_other_clients_read_it(
    decode: Decoder, codec: Compression, records: list[NewRecord]
) -> None:
    built = build_batch(records, base_offset=12, compression=codec)
    expected = [Record(12 + at, *record) for at, record in enumerate(records)]
    assert decode(bytes(built)) == expected


@given(st.sampled_from(list(Compression)), NEW_RECORDS_OF_BATCH)
def test_header_tells_of_the_records(codec: Compression, records: list[NewRecord]) -> None:
    built = build_batch(records, compression=codec)
    header = read_header(built)
    assert header.size_bytes == len(built)
    assert header.record_count == header.last_offset_delta + 1 == len(records)
    assert header.base_timestamp_ms == records[0].timestamp_ms
    assert header.max_timestamp_ms == max(record.timestamp_ms for record in records)
    assert header.compression is codec
    assert has_valid_crc(built)


@given(NEW_RECORDS)
def test_record_reads_as_it_was(record: NewRecord) -> None:
    (read,) = iterate_records(build_batch([record], base_offset=3), 1 << 20)
    assert read == Record(3, *record)


def test_level_reaches_the_codec() -> None:
    records = [NewRecord(1, None, b"value %d" % number) for number in range(2_000)]
    fast, small = (
        build_batch(records, compression=Compression.ZSTD, level=level) for level in (1, 19)
    )
    assert len(small) < len(fast)


def test_batch_without_times_has_none() -> None:
    header = read_header(build_batch([NewRecord(NO_TIMESTAMP, None, b"v")]))
    assert (header.base_timestamp_ms, header.max_timestamp_ms) == (-1, -1)


def test_batch_needs_a_record() -> None:
    with pytest.raises(AssertionError):
        build_batch([])
