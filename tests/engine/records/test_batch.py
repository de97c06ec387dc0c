"""The header of a batch: golden bytes of a real Kafka, read, stamped and refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import (
    CRC_START,
    HEADER_SIZE,
    BatchHeader,
    has_valid_crc,
    is_plausible,
    pack_header,
    read_header,
    split_batches,
    stamp,
    stamp_append_time,
    stamp_crc,
)
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.errors import UnsupportedCompression
from tests.support.golden_batches import (
    ABORT_MARKER,
    APPEND_TIME,
    APPEND_TIME_MS,
    COMMIT_MARKER,
    COMPRESSED,
    LEADER_CHANGE,
    PLAIN,
    TIMESTAMP_MS,
    TRANSACTIONAL,
)

GOLDEN = [*COMPRESSED.values(), TRANSACTIONAL, APPEND_TIME, COMMIT_MARKER, ABORT_MARKER]
HEADERS = st.builds(
    BatchHeader,
    base_offset=st.integers(-(2**63), 2**63 - 1),
    length=st.integers(-(2**31), 2**31 - 1),
    leader_epoch=st.integers(-(2**31), 2**31 - 1),
    magic=st.integers(-128, 127),
    crc=st.integers(0, 2**32 - 1),
    attributes=st.integers(-(2**15), 2**15 - 1),
    last_offset_delta=st.integers(-(2**31), 2**31 - 1),
    base_timestamp_ms=st.integers(-(2**63), 2**63 - 1),
    max_timestamp_ms=st.integers(-(2**63), 2**63 - 1),
    producer_id=st.integers(-(2**63), 2**63 - 1),
    producer_epoch=st.integers(-(2**15), 2**15 - 1),
    base_sequence=st.integers(-(2**31), 2**31 - 1),
    record_count=st.integers(-(2**31), 2**31 - 1),
)


def batch(*values: bytes, base_offset: int = 0) -> bytearray:
    return build_batch([NewRecord(1, None, value) for value in values], base_offset=base_offset)


def test_header_of_a_plain_batch() -> None:
    header = read_header(PLAIN)
    assert header == BatchHeader(
        base_offset=7,
        length=149,
        leader_epoch=4,
        magic=2,
        crc=0x02CE5A23,
        attributes=0,
        last_offset_delta=2,
        base_timestamp_ms=TIMESTAMP_MS,
        max_timestamp_ms=TIMESTAMP_MS + 70_000,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        record_count=3,
    )
    assert (header.size_bytes, header.last_offset, header.last_sequence) == (161, 9, -1)
    told = (header.is_control, header.is_transactional, header.is_log_append_time)
    assert told == (False, False, False)
    assert not header.has_producer_id


def test_sequence_wraps_to_zero() -> None:
    header = read_header(TRANSACTIONAL)
    assert (header.producer_id, header.producer_epoch) == (1000, 3)
    assert (header.base_sequence, header.last_sequence) == (2**31 - 2, 0)
    assert header.is_transactional
    assert header.has_producer_id
    assert not header.is_control


def test_append_time_is_the_maximum_timestamp() -> None:
    header = read_header(APPEND_TIME)
    assert header.is_log_append_time
    assert (header.base_timestamp_ms, header.max_timestamp_ms) == (TIMESTAMP_MS, APPEND_TIME_MS)


def test_control_batches_are_told_apart() -> None:
    marker, leader_change = read_header(COMMIT_MARKER), read_header(LEADER_CHANGE)
    assert marker.is_control
    assert marker.is_transactional
    assert leader_change.is_control
    assert not leader_change.is_transactional


@pytest.mark.parametrize("codec", list(Compression))
def test_codec_is_in_the_attributes(codec: Compression) -> None:
    assert read_header(COMPRESSED[codec]).compression is codec


@pytest.mark.parametrize("code", [5, 6, 7])
def test_codec_that_is_not_assigned_is_unsupported(code: int) -> None:
    header = read_header(PLAIN)._replace(attributes=code)
    with pytest.raises(UnsupportedCompression):
        _ = header.compression


def test_header_at_a_position() -> None:
    assert read_header(b"xxx" + PLAIN, 3) == read_header(memoryview(PLAIN))


@pytest.mark.parametrize("size", [0, 12, HEADER_SIZE - 1])
def test_fewer_bytes_than_a_header_raise(size: int) -> None:
    with pytest.raises(struct.error):
        read_header(PLAIN[:size])


@given(HEADERS)
def test_packed_header_reads_as_it_was(header: BatchHeader) -> None:
    packed = pack_header(header)
    assert len(packed) == HEADER_SIZE
    assert read_header(packed) == header


@pytest.mark.parametrize("golden", GOLDEN)
def test_golden_header_packs_to_its_bytes(golden: bytes) -> None:
    assert pack_header(read_header(golden)) == golden[:HEADER_SIZE]


@pytest.mark.parametrize("golden", GOLDEN)
def test_golden_crc_is_valid(golden: bytes) -> None:
    assert has_valid_crc(golden)
    assert is_plausible(read_header(golden))


@given(st.sampled_from(GOLDEN), st.data())
def test_crc_covers_every_bit_from_the_attributes_on(golden: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(golden) - 1))
    flipped = bytearray(golden)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    # Base offset, length, leader epoch and magic are outside; bytes 17 to 20 are the CRC itself.
    assert has_valid_crc(flipped) == (position < 17)


@given(st.integers(0, 2**63 - 1), st.integers(-1, 2**31 - 1))
def test_stamp_touches_base_offset_and_epoch_alone(base_offset: int, epoch: int) -> None:
    stamped = bytearray(b"xx" + PLAIN)
    stamp(stamped, 2, base_offset, epoch)
    header = read_header(stamped, 2)
    expected = read_header(PLAIN)._replace(base_offset=base_offset, leader_epoch=epoch)
    assert header == expected
    assert stamped[2 + HEADER_SIZE :] == PLAIN[HEADER_SIZE:]
    assert has_valid_crc(memoryview(stamped)[2:])


def test_append_time_is_stamped_as_kafka_does() -> None:
    stamped = bytearray(TRANSACTIONAL)
    stamp_append_time(stamped, APPEND_TIME_MS)
    header = read_header(stamped)
    assert header.attributes == read_header(TRANSACTIONAL).attributes | 0x08
    assert header.base_timestamp_ms == TIMESTAMP_MS
    assert header.max_timestamp_ms == APPEND_TIME_MS
    assert has_valid_crc(stamped)


def test_stamped_crc_is_kafkas() -> None:
    damaged = bytearray(PLAIN)
    damaged[17:CRC_START] = bytes(4)
    stamp_crc(damaged)
    assert damaged == PLAIN


def test_zeros_are_not_plausible() -> None:
    assert not is_plausible(read_header(bytes(HEADER_SIZE)))


@pytest.mark.parametrize(
    "fields", [{"magic": 1}, {"length": 48}, {"base_offset": -1}, {"last_offset_delta": -1}]
)
def test_header_that_no_log_has_is_not_plausible(fields: dict[str, int]) -> None:
    assert not is_plausible(read_header(PLAIN)._replace(**fields))


def test_split_gives_each_batch_and_leaves_the_cut_one() -> None:
    batches = [bytes(batch(b"a", b"b")), bytes(batch(b"c", base_offset=2)), PLAIN]
    buffer = b"".join(batches)
    assert list(split_batches(buffer)) == batches
    for cut in range(1, len(PLAIN)):
        assert list(split_batches(buffer[:-cut])) == batches[:2]


@given(HEADERS, st.binary(max_size=80))
def test_split_ends_whatever_a_length_says(header: BatchHeader, rest: bytes) -> None:
    buffer = pack_header(header) + rest
    found = list(split_batches(buffer))
    assert sum(map(len, found)) <= len(buffer)
