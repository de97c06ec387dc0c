"""Journal records byte for byte as a real Kafka 4.3 wrote them, and every version it reads."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.journal import (
    CommittedOffset,
    GroupKey,
    GroupMetadata,
    JournalRecord,
    OffsetKey,
    StoredMember,
    decode_group,
    decode_key,
    decode_offset,
    group_record,
    offset_record,
)
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.ids import NULL_TOPIC_ID, TopicId

MEMBER_ID = "desk-1-39ec5e10-d0ea-4b77-8e3d-25d148e85cac"
GROUP_KEY = "000200066f7264657273"
EMPTY_GROUP = "0003000000000000ffffffff000001a20cb0a3f300000000"
STABLE_GROUP = (
    "00030008636f6e73756d657200000001000572616e6765002b6465736b2d312d33396563356531302d643065612d34"
    "6237372d386533642d323564313438653835636163000001a20cb0a3ff00000001002b6465736b2d312d3339656335"
    "6531302d643065612d346237372d386533642d32356431343865383563616300066465736b2d310006676f6c64656e"
    "000a2f3132372e302e302e31000493e0000017700000001c0003000000010006636c69636b730000000000000000ff"
    "ffffff00000000001e0000000000010006636c69636b7300000002000000000000000100000000"
)
OFFSET_KEY = "000100066f72646572730006636c69636b7300000001"
OFFSET = (
    "0004000000000000002affffffff096e6f746520c3a900000001a20cb0a4ab01001091a33b28e2f241dea646983443"
    "9fef8b"
)
TOPIC_ID = TopicId(bytes.fromhex("91a33b28e2f241dea6469834439fef8b"))

_NAMES = st.text(max_size=20)
_INT32 = st.integers(-(2**31), 2**31 - 1)
_TIMES = st.integers(0, 2**63 - 1)
_OFFSETS = st.builds(
    CommittedOffset,
    st.integers(0, 2**63 - 1),
    _INT32,
    _NAMES,
    _TIMES,
    st.none(),
    st.one_of(st.just(NULL_TOPIC_ID), st.binary(min_size=16, max_size=16).map(TopicId)),
)
_MEMBERS = st.builds(
    StoredMember,
    _NAMES,
    st.none() | _NAMES,
    _NAMES,
    _NAMES,
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**31 - 1),
    st.binary(max_size=40),
    st.binary(max_size=40),
)
_GROUPS = st.builds(
    GroupMetadata,
    _NAMES,
    _INT32,
    st.none() | _NAMES,
    st.none() | _NAMES,
    st.none() | _TIMES,
    st.lists(_MEMBERS, max_size=3).map(tuple),
)


def test_new_group_is_written_as_kafka_writes_it() -> None:
    record = group_record("orders", GroupMetadata("", 0, None, None, 0x1A20CB0A3F3, ()))
    assert record.key.hex() == GROUP_KEY
    assert record.value is not None
    assert record.value.hex() == EMPTY_GROUP


@pytest.mark.point(87)
def test_generation_is_written_as_kafka_writes_it() -> None:
    subscription = bytes.fromhex("0003000000010006636c69636b730000000000000000ffffffff0000")
    assignment = bytes.fromhex("0000000000010006636c69636b7300000002000000000000000100000000")
    member = StoredMember(
        MEMBER_ID, "desk-1", "golden", "/127.0.0.1", 300_000, 6_000, subscription, assignment
    )
    metadata = GroupMetadata("consumer", 1, "range", MEMBER_ID, 0x1A20CB0A3FF, (member,))
    record = group_record("orders", metadata)
    assert record.value is not None
    assert record.value.hex() == STABLE_GROUP
    assert decode_group(record.value) == metadata


@pytest.mark.point(87)
def test_commit_is_written_as_kafka_writes_it() -> None:
    # The client, librdkafka, ends its metadata with a zero byte.
    value = CommittedOffset(42, -1, "note é\0", 0x1A20CB0A4AB, None, TOPIC_ID)
    record = offset_record(OffsetKey("orders", "clicks", 1), value)
    assert record.key.hex() == OFFSET_KEY
    assert record.value is not None
    assert record.value.hex() == OFFSET
    assert decode_offset(record.value) == value


def test_commit_with_an_expiry_of_its_own_is_version_1() -> None:
    record = offset_record(OffsetKey("g", "t", 0), CommittedOffset(7, 3, "m", 100, 200))
    assert record.value is not None
    assert record.value.hex() == "0001" + "0000000000000007" + "00016d" + f"{100:016x}{200:016x}"
    # Version 1 has no leader epoch.
    assert decode_offset(record.value) == CommittedOffset(7, -1, "m", 100, 200)


@pytest.mark.parametrize(
    ("version", "extra", "expected"),
    [
        (0, "", CommittedOffset(7, -1, "m", 100)),
        (1, f"{-1 & 2**64 - 1:016x}", CommittedOffset(7, -1, "m", 100)),
        (2, "", CommittedOffset(7, -1, "m", 100)),
    ],
)
def test_older_commits_are_read(version: int, extra: str, expected: CommittedOffset) -> None:
    value = f"{version:04x}" + "0000000000000007" + "00016d" + f"{100:016x}" + extra
    assert decode_offset(bytes.fromhex(value)) == expected


def test_commit_of_version_3_is_read() -> None:
    value = "0003" + "0000000000000007" + "00000005" + "00016d" + f"{100:016x}"
    assert decode_offset(bytes.fromhex(value)) == CommittedOffset(7, 5, "m", 100)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_older_generations_are_read(version: int) -> None:
    state_since = f"{9:016x}" if version >= 2 else ""
    rebalance = "00000bb8" if version >= 1 else ""
    member = "00016d" + "000163" + "000168" + rebalance + "00001770" + "0000000173" + "0000000161"
    value = f"{version:04x}" + "000163" + "00000004" + "000172" + "00016d" + state_since
    decoded = decode_group(bytes.fromhex(value + "00000001" + member))
    rebalance_ms = 3_000 if version >= 1 else 6_000
    expected = StoredMember("m", None, "c", "h", rebalance_ms, 6_000, b"s", b"a")
    since_ms = 9 if version >= 2 else None
    assert decoded == GroupMetadata("c", 4, "r", "m", since_ms, (expected,))


def test_flexible_generation_is_read() -> None:
    member = "026d" + "00" + "0263" + "0268" + "00000bb8" + "00001770" + "0273" + "0261" + "00"
    value = "0004" + "0263" + "00000004" + "0272" + "026d" + f"{9:016x}" + "02" + member + "00"
    expected = StoredMember("m", None, "c", "h", 3_000, 6_000, b"s", b"a")
    assert decode_group(bytes.fromhex(value)) == GroupMetadata("c", 4, "r", "m", 9, (expected,))


def test_legacy_and_present_offset_keys_name_the_same() -> None:
    for record_type in ("0000", "0001"):
        key = bytes.fromhex(record_type + OFFSET_KEY[4:])
        assert decode_key(key) == OffsetKey("orders", "clicks", 1)


def test_keys_of_other_kinds_of_groups_are_passed_over() -> None:
    for record_type in (3, 8, 15, 16, 400):
        assert decode_key(record_type.to_bytes(2, "big") + b"whatever") is None


def test_group_key_names_its_group() -> None:
    assert decode_key(bytes.fromhex(GROUP_KEY)) == GroupKey("orders")


@given(_OFFSETS)
def test_commits_round_trip(value: CommittedOffset) -> None:
    record = offset_record(OffsetKey("g", "t", 3), value)
    assert record.value is not None
    assert decode_offset(record.value) == value


@given(_GROUPS)
def test_generations_round_trip(metadata: GroupMetadata) -> None:
    record = group_record("g", metadata)
    assert record.value is not None
    assert decode_group(record.value) == metadata


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    """What was read survives being written, as what the broker wrote itself does."""
    with contextlib.suppress(MalformedRecordError):
        match decode_key(data):
            case OffsetKey() as key:
                assert decode_key(offset_record(key, None).key) == key
            case GroupKey(group_id) as key:
                assert decode_key(group_record(group_id, None).key) == key
            case key:
                assert key is None
    with contextlib.suppress(MalformedRecordError):
        offset = decode_offset(data)
        assert decode_offset(_value_of(offset_record(OffsetKey("g", "t", 0), offset))) == offset
    with contextlib.suppress(MalformedRecordError):
        group = decode_group(data)
        assert decode_group(_value_of(group_record("g", group))) == group


@pytest.mark.parametrize("cut", [1, 10, 60, len(STABLE_GROUP) // 2 - 1])
def test_value_that_ends_early_is_malformed(cut: int) -> None:
    with pytest.raises(MalformedRecordError):
        decode_group(bytes.fromhex(STABLE_GROUP)[:cut])


def test_array_longer_than_its_bytes_is_malformed_without_allocating() -> None:
    value = bytes.fromhex(EMPTY_GROUP)[:-4] + (2**31 - 1).to_bytes(4, "big")
    with pytest.raises(MalformedRecordError):
        decode_group(value)


def _value_of(record: JournalRecord) -> bytes:
    assert record.value is not None
    return record.value
