"""What is refused of a batch before it is appended, and with which class: one for each answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import BatchHeader, pack_header, read_header, stamp, stamp_crc
from engine.records.builder import NO_TIMESTAMP, NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.errors import (
    CorruptBatch,
    InvalidBatch,
    InvalidRecord,
    InvalidTimestamp,
    MessageTooLarge,
    NotOneBatch,
    PayloadTooLarge,
    UnsupportedCompression,
)
from engine.records.validation import (
    INFINITE_MS,
    AppendRules,
    check_client_header,
    check_contents,
    check_single_batch,
)
from tests.support.foreign_batches import ENCODERS, Encoder
from tests.support.golden_batches import (
    APPEND_TIME,
    COMMIT_MARKER,
    COMPRESSED,
    LEADER_CHANGE,
    PLAIN,
    TRANSACTIONAL,
)
from tests.support.new_records import NEW_RECORDS_OF_BATCH

NOW_MS = 1_700_000_000_000
ANYTHING = AppendRules(
    size_bytes_max=1 << 20,
    needs_keys=False,
    uses_append_time=False,
    before_ms_max=INFINITE_MS,
    after_ms_max=INFINITE_MS,
    inflated_bytes_max=1 << 20,
)
COMPACTED = replace(ANYTHING, needs_keys=True)
HOUR_AHEAD = replace(ANYTHING, after_ms_max=3_600_000)
DAY_BACK = replace(ANYTHING, before_ms_max=86_400_000)


def batch(*values: bytes, key: bytes | None = None, timestamp_ms: int = NOW_MS) -> bytearray:
    return build_batch([NewRecord(timestamp_ms, key, value) for value in values])


def at(*timestamps_ms: int) -> bytearray:
    return build_batch([NewRecord(ms, b"k", b"v") for ms in timestamps_ms])


def client_header(**fields: int) -> BatchHeader:
    """The header of a good batch with some fields replaced."""
    return read_header(batch(b"a", b"b", b"c"))._replace(**fields)


def check(records: bytes | bytearray, rules: AppendRules) -> None:
    check_contents(records, read_header(records), rules, NOW_MS)


def header_refusal(header: BatchHeader) -> type[InvalidBatch] | None:
    """The class of what is wrong with a client's header; None for one that is taken."""
    try:
        check_client_header(header)
    except InvalidBatch as error:
        return type(error)
    return None


def refusal(records: bytes | bytearray, rules: AppendRules) -> type[InvalidBatch] | None:
    """The class of what is wrong with a batch; None for one that is taken."""
    try:
        check(records, rules)
    except InvalidBatch as error:
        return type(error)
    return None


def with_header(records: bytes, **fields: int) -> bytearray:
    """The batch with other fields in its header and a CRC that is right again."""
    changed = bytearray(pack_header(read_header(records)._replace(**fields)) + records[61:])
    stamp_crc(changed)
    return changed


@pytest.mark.parametrize("golden", [*COMPRESSED.values(), TRANSACTIONAL, APPEND_TIME])
def test_whole_batch_is_taken(golden: bytes) -> None:
    assert check_single_batch(golden) == read_header(golden)
    assert check_single_batch(memoryview(golden)) == read_header(golden)


@pytest.mark.parametrize("encode", ENCODERS.values(), ids=ENCODERS)
@given(st.sampled_from(list(Compression)), NEW_RECORDS_OF_BATCH)
def test_batches_of_other_clients_pass_every_check(
    encode: Encoder, codec: Compression, records: list[NewRecord]
) -> None:
    made = encode(records, compression=int(codec), producer=(9, 0, 5))
    header = check_single_batch(made)
    assert header_refusal(header) is None
    assert (header.producer_id, header.base_sequence, header.record_count) == (9, 5, len(records))
    assert refusal(made, replace(ANYTHING, before_ms_max=2**41, after_ms_max=2**41)) is None


def test_nothing_is_an_invalid_record() -> None:
    with pytest.raises(InvalidRecord):
        check_single_batch(b"")


@pytest.mark.parametrize("size", [1, 16, 17, 60, 61, len(PLAIN) - 1])
def test_part_of_a_batch_is_no_batch(size: int) -> None:
    with pytest.raises(NotOneBatch):
        check_single_batch(PLAIN[:size])


@pytest.mark.point(20)
@pytest.mark.parametrize("magic", [0, 1])
def test_older_formats_are_invalid_records(magic: int) -> None:
    with pytest.raises(NotOneBatch):
        check_single_batch(with_header(PLAIN, magic=magic))


@pytest.mark.parametrize("magic", [3, 127, -1])
def test_formats_that_nobody_knows_are_corrupt(magic: int) -> None:
    with pytest.raises(CorruptBatch):
        check_single_batch(with_header(PLAIN, magic=magic))


def test_second_batch_is_an_invalid_record() -> None:
    with pytest.raises(InvalidRecord):
        check_single_batch(PLAIN + PLAIN)


@pytest.mark.parametrize("length", [-1, 0, 13, 14, 48, -(2**31)])
def test_length_that_no_batch_can_have_is_corrupt(length: int) -> None:
    with pytest.raises(CorruptBatch):
        check_single_batch(with_header(PLAIN, length=length))


@pytest.mark.parametrize("length", [len(PLAIN) - 11, 2**31 - 1])
def test_length_beyond_the_bytes_is_a_part_of_a_batch(length: int) -> None:
    with pytest.raises(NotOneBatch):
        check_single_batch(with_header(PLAIN, length=length))


@given(st.integers(17, len(PLAIN) - 1), st.integers(0, 7))
def test_flipped_bit_is_corrupt(position: int, bit: int) -> None:
    flipped = bytearray(PLAIN)
    flipped[position] ^= 1 << bit
    with pytest.raises(CorruptBatch):
        check_single_batch(flipped)


@pytest.mark.point(22)
def test_base_offset_and_epoch_are_outside_the_crc() -> None:
    stamped = bytearray(PLAIN)
    stamp(stamped, 0, 12345, 99)
    assert check_single_batch(stamped).base_offset == 12345


@given(st.binary(max_size=200))
def test_noise_is_an_error_of_ours(noise: bytes) -> None:
    with pytest.raises(InvalidBatch):
        check_single_batch(noise)


def test_good_header_is_taken() -> None:
    assert header_refusal(client_header()) is None
    first = client_header(producer_id=0, producer_epoch=0, base_sequence=0)
    assert header_refusal(first) is None
    for codec in Compression:
        assert header_refusal(client_header(attributes=int(codec))) is None


@pytest.mark.point(24)
@pytest.mark.parametrize(
    "fields",
    [
        {"record_count": 0, "last_offset_delta": -1},
        {"record_count": 0},
        {"record_count": -1, "last_offset_delta": -2},
        {"record_count": 2},
        {"record_count": 4},
        {"last_offset_delta": 2**31 - 1},
        {"last_offset_delta": -1},
        {"base_offset": 1},
        {"base_offset": -1},
        {"producer_id": 0},
        {"producer_id": 5, "producer_epoch": 0, "base_sequence": -1},
    ],
    ids=str,
)
def test_header_that_contradicts_itself_is_an_invalid_record(fields: dict[str, int]) -> None:
    with pytest.raises(InvalidRecord):
        check_client_header(client_header(**fields))


@pytest.mark.parametrize("golden", [COMMIT_MARKER, LEADER_CHANGE])
def test_control_batch_from_a_client_is_an_invalid_record(golden: bytes) -> None:
    with pytest.raises(InvalidRecord):
        check_client_header(read_header(golden)._replace(base_offset=0))


@pytest.mark.parametrize("code", [5, 6, 7])
def test_codec_that_is_not_assigned_is_unsupported(code: int) -> None:
    with pytest.raises(UnsupportedCompression):
        check_client_header(client_header(attributes=code))


def test_append_time_from_a_client_is_invalid_where_the_broker_sets_it() -> None:
    check(APPEND_TIME, ANYTHING)
    with pytest.raises(InvalidTimestamp) as refused:
        check(APPEND_TIME, replace(ANYTHING, uses_append_time=True))
    assert [fault.batch_index for fault in refused.value.record_errors] == [0]


def test_size_counts_the_whole_batch_as_it_came() -> None:
    records = build_batch([NewRecord(NOW_MS, None, bytes(9_000))], compression=Compression.GZIP)
    check(records, replace(ANYTHING, size_bytes_max=len(records)))
    with pytest.raises(MessageTooLarge) as refused:
        check(records, replace(ANYTHING, size_bytes_max=len(records) - 1))
    assert refused.value.size_bytes == len(records)
    assert refused.value.limit_bytes == len(records) - 1


@pytest.mark.parametrize("codec", list(Compression))
def test_compacted_topic_names_the_records_without_key(codec: Compression) -> None:
    mixed = build_batch(
        [NewRecord(NOW_MS, key, b"v") for key in (b"k", None, b"", None)], compression=codec
    )
    with pytest.raises(InvalidRecord) as refused:
        check(mixed, COMPACTED)
    assert [fault.batch_index for fault in refused.value.record_errors] == [1, 3]
    assert all(fault.message for fault in refused.value.record_errors)


def test_compacted_topic_takes_keys() -> None:
    assert refusal(batch(b"a", b"b"), COMPACTED) is InvalidRecord
    assert refusal(batch(b"a", b"b", key=b"k"), COMPACTED) is None


def test_batch_is_opened_only_where_that_is_needed() -> None:
    """Garbage behind the header goes unnoticed but for a topic that must look at records."""
    garbage = with_header(PLAIN, record_count=1_000)
    check(garbage, ANYTHING)
    check(garbage, replace(HOUR_AHEAD, uses_append_time=True))
    for rules in (COMPACTED, DAY_BACK):
        with pytest.raises(CorruptBatch):
            check(garbage, rules)


def test_bomb_for_a_compacted_topic_is_refused_at_the_limit() -> None:
    bomb = build_batch([NewRecord(NOW_MS, b"k", bytes(1 << 21))], compression=Compression.ZSTD)
    check(bomb, ANYTHING)
    with pytest.raises(PayloadTooLarge):
        check(bomb, COMPACTED)


def test_timestamp_at_the_bound_is_taken_and_beyond_it_is_not() -> None:
    check(at(NOW_MS + 3_600_000), HOUR_AHEAD)
    check(at(NOW_MS - 86_400_000), DAY_BACK)
    with pytest.raises(InvalidTimestamp):
        check(at(NOW_MS + 3_600_001), HOUR_AHEAD)
    with pytest.raises(InvalidTimestamp):
        check(at(NOW_MS - 86_400_001), DAY_BACK)


@pytest.mark.point(28)
def test_only_records_out_of_bounds_are_named() -> None:
    both = replace(HOUR_AHEAD, before_ms_max=86_400_000)
    records = at(NOW_MS, NOW_MS + 4_000_000, NOW_MS - 90_000_000, NOW_MS + 1)
    with pytest.raises(InvalidTimestamp) as refused:
        check(records, both)
    assert [fault.batch_index for fault in refused.value.record_errors] == [1, 2]


def test_records_without_timestamp_are_in_any_bounds() -> None:
    assert refusal(at(0, 0), DAY_BACK) is InvalidTimestamp
    assert refusal(at(NO_TIMESTAMP, NO_TIMESTAMP), DAY_BACK) is None


def test_append_time_makes_the_producers_times_irrelevant() -> None:
    rules = replace(DAY_BACK, after_ms_max=0)
    records = at(0, NOW_MS * 2)
    assert refusal(records, rules) is InvalidTimestamp
    assert refusal(records, replace(rules, uses_append_time=True)) is None


def test_missing_keys_come_before_bad_timestamps() -> None:
    records = build_batch([NewRecord(0, None, b"v"), NewRecord(0, b"k", b"v")])
    with pytest.raises(InvalidRecord) as refused:
        check(records, replace(COMPACTED, before_ms_max=1))
    assert [fault.batch_index for fault in refused.value.record_errors] == [0]
