"""Opening a batch: what foreign clients wrote is read, and no lie of a batch does harm."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import HEADER_SIZE, read_header
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression, compress
from engine.records.errors import (
    CorruptBatch,
    InvalidBatch,
    PayloadTooLarge,
    UnsupportedCompression,
)
from engine.records.record import Record, RecordFacts, iterate_facts, iterate_records, payload
from engine.records.varint import encode_varint
from tests.support.foreign_batches import ENCODERS, Encoder
from tests.support.golden_batches import (
    APPEND_TIME,
    APPEND_TIME_MS,
    COMPRESSED,
    PLAIN,
    RECORDS,
    TRANSACTIONAL,
    holding,
)
from tests.support.new_records import NEW_RECORDS_OF_BATCH

LIMIT = 1 << 20
GOLDEN = [*COMPRESSED.values(), TRANSACTIONAL]
BASE = read_header(PLAIN)


def opened(batch: bytes | bytearray) -> list[Record]:
    return list(iterate_records(batch, LIMIT))


def facts(batch: bytes | bytearray) -> list[RecordFacts]:
    return list(iterate_facts(batch, LIMIT))


def record_of(
    *,
    timestamp: bytes = b"\x00",
    offset: bytes = b"\x00",
    key: bytes = b"\x01",
    value: bytes = b"\x01",
    headers: bytes = b"\x00",
    size: int | None = None,
) -> bytes:
    """One record from its encoded parts; `size` when it is to lie."""
    content = b"\x00" + timestamp + offset + key + value + headers
    return encode_varint(len(content) if size is None else size) + content


@pytest.mark.parametrize("batch", GOLDEN)
def test_records_of_a_real_kafka(batch: bytes) -> None:
    assert opened(batch) == list(RECORDS)
    assert opened(memoryview(batch)) == list(RECORDS)  # type: ignore[arg-type] - any buffer will do


@pytest.mark.parametrize("batch", GOLDEN)
def test_facts_agree_with_the_records(batch: bytes) -> None:
    expected = [RecordFacts(r.offset, r.timestamp_ms, r.key is not None) for r in RECORDS]
    assert facts(batch) == expected


def test_append_time_is_the_time_of_all_records() -> None:
    expected = [record._replace(timestamp_ms=APPEND_TIME_MS) for record in RECORDS]
    assert opened(APPEND_TIME) == expected
    assert {each.timestamp_ms for each in facts(APPEND_TIME)} == {APPEND_TIME_MS}


@pytest.mark.parametrize("encode", ENCODERS.values(), ids=ENCODERS)
@given(st.sampled_from(list(Compression)), NEW_RECORDS_OF_BATCH)
def test_batches_of_other_clients_are_read(
    encode: Encoder, codec: Compression, records: list[NewRecord]
) -> None:
    batch = encode(records, compression=int(codec))
    expected = [Record(at, *record) for at, record in enumerate(records)]
    assert opened(batch) == expected
    assert [each.has_key for each in facts(batch)] == [r.key is not None for r in expected]
    assert [each.timestamp_ms for each in facts(batch)] == [r.timestamp_ms for r in expected]


def test_payload_that_is_not_compressed_is_not_copied() -> None:
    body = payload(PLAIN, 0)
    assert isinstance(body, memoryview)
    assert body.obj is PLAIN
    assert body == PLAIN[HEADER_SIZE:]


def test_compressed_payload_is_bounded() -> None:
    batch = build_batch([NewRecord(1, None, bytes(5_000))], compression=Compression.GZIP)
    with pytest.raises(PayloadTooLarge):
        list(iterate_records(batch, 4_999))
    with pytest.raises(PayloadTooLarge):
        list(iterate_facts(batch, 4_999))


def test_codec_that_is_not_assigned_is_unsupported() -> None:
    with pytest.raises(UnsupportedCompression):
        opened(holding(record_of(), attributes=5))


def test_header_name_that_is_not_utf_8_is_still_shown() -> None:
    headers = encode_varint(1) + encode_varint(2) + b"\xff\xfe" + b"\x01"
    (record,) = opened(holding(record_of(headers=headers)))
    assert record.headers == (("\ufffd\ufffd", None),)


def test_smallest_record_is_seven_bytes() -> None:
    assert len(record_of()) == 7
    assert opened(holding(record_of())) == [Record(7, BASE.base_timestamp_ms, None, None)]


LIES = {
    "more records than there are": holding(record_of(), record_count=2),
    "fewer records than there are": holding(record_of() * 2, record_count=1),
    "more records than bytes": holding(record_of(), record_count=2**31 - 1),
    "a negative number of records": holding(record_of(), record_count=-1),
    "a record longer than the batch": holding(record_of(size=7)),
    "a record of 2 GB": holding(record_of(size=2**31 - 1)),
    "a record of negative size": holding(record_of(size=-1)),
    "a record shorter than its parts": holding(record_of(key=b"\x02k", size=6) + b"\x00"),
    "a key longer than the record": holding(record_of(key=encode_varint(4))),
    "a key of 2 GB": holding(record_of(key=encode_varint(2**31 - 1))),
    "a value longer than the record": holding(record_of(value=encode_varint(2))),
    "more headers than bytes": holding(record_of(headers=encode_varint(1))),
    "2^31 headers": holding(record_of(headers=encode_varint(2**31 - 1))),
    "a negative number of headers": holding(record_of(headers=encode_varint(-1))),
    "a header without name": holding(record_of(headers=encode_varint(1) + b"\x01\x01")),
    "a header name longer than the record": holding(
        record_of(headers=encode_varint(1) + encode_varint(9) + b"n")
    ),
    "bytes behind the headers": holding(record_of(headers=b"\x00\x00")),
    "a varint without end": holding(record_of(offset=b"\xff" * 6)),
    "no body": holding(b"", record_count=1),
}


@pytest.mark.parametrize("batch", LIES.values(), ids=LIES)
def test_lie_of_a_batch_is_corrupt(batch: bytearray) -> None:
    with pytest.raises(CorruptBatch):
        opened(batch)


@pytest.mark.parametrize("codec", [each for each in Compression if each is not Compression.NONE])
def test_lies_within_a_compressed_payload_are_corrupt(codec: Compression) -> None:
    for body in (record_of(size=99), record_of() + b"\x00", record_of(key=encode_varint(50))):
        with pytest.raises(CorruptBatch):
            opened(holding(compress(body, codec), attributes=int(codec)))


def test_facts_do_not_reach_into_the_next_record() -> None:
    """The first record ends before its key does; the second would lend it one."""
    short = record_of(timestamp=b"\x80\x80\x00", offset=b"\x80\x80", size=6)[:7]
    batch = holding(short + record_of(key=b"\x02k"), record_count=2)
    with pytest.raises(CorruptBatch):
        facts(batch)


def test_facts_take_no_key_that_does_not_fit() -> None:
    with pytest.raises(CorruptBatch):
        facts(holding(record_of(key=encode_varint(2**31 - 1))))


def test_timestamp_beyond_64_bits_is_corrupt() -> None:
    """The delta alone fits, the sum does not: no answer could carry it."""
    delta = encode_varint(2**63 - 1)
    batch = holding(record_of(timestamp=delta))
    with pytest.raises(CorruptBatch):
        opened(batch)
    with pytest.raises(CorruptBatch):
        facts(batch)
    fits = holding(record_of(timestamp=delta), base_timestamp_ms=0)
    assert facts(fits)[0].timestamp_ms == 2**63 - 1


@given(st.sampled_from([*GOLDEN, APPEND_TIME]), st.data())
def test_damage_behind_the_header_is_an_error_of_ours(golden: bytes, data: st.DataObject) -> None:
    """Values may change, but nothing else is raised, and both readers agree on the count."""
    damaged = bytearray(golden)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(HEADER_SIZE, len(damaged) - 1))
        damaged[position] = data.draw(st.integers(0, 255))
    try:
        records = opened(damaged)
    except InvalidBatch:
        return
    assert len(records) == 3
    assert len(facts(damaged)) == 3
    assert all(-(2**63) <= record.timestamp_ms < 2**63 for record in records)


@given(st.binary(max_size=60), st.integers(-2, 9), st.sampled_from(list(Compression)))
def test_noise_is_an_error_of_ours(body: bytes, count: int, codec: Compression) -> None:
    batch = holding(body, record_count=count, attributes=int(codec))
    for read in (opened, facts):
        with suppress(InvalidBatch):
            assert len(read(batch)) == count
