"""Records of consumer groups byte for byte as a real Kafka 4.3 wrote them; their round trips."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.consumer_journal import (
    current_record,
    decode_consumer_key,
    decode_current,
    decode_epoch,
    decode_member,
    decode_regex,
    decode_target,
    decode_target_epoch,
    epoch_record,
    member_record,
    partition_metadata_tombstone,
    regex_record,
    target_epoch_record,
    target_record,
)
from engine.coordinator.consumer_member import (
    ClassicFacet,
    CurrentAssignment,
    MemberMetadata,
    MemberState,
)
from engine.coordinator.consumer_records import (
    ConsumerKey,
    GroupEpoch,
    RecordKind,
    ResolvedRegex,
    TargetEpoch,
)
from engine.coordinator.journal import JournalRecord
from engine.coordinator.partition_maps import PartitionEpochs, PartitionSets
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.ids import TopicId
from tests.support.group_conversation import subscription

VIEWS = TopicId(bytes.fromhex("41fd360b092f478c9ffde5a5f9660ddd"))
CLICKS = TopicId(bytes.fromhex("7f832c05a7ca41d5b3a7a9d44ca7a9ca"))
CLASSIC_ID = "FIut8H8_T6CeDo_jqxfeNg"

TOPICS_HASH = int.from_bytes(bytes.fromhex("dec5a89b6b7bbac1"), "big", signed=True)
STATIC = MemberMetadata(
    "desk", "/127.0.0.1", "i1", "r1", frozenset(["clicks", "views"]), "", 60_000, "range"
)
BY_REGEX = MemberMetadata("desk", "/127.0.0.1", topic_regex="cl.*", rebalance_timeout_ms=60_000)
CLASSIC = MemberMetadata(
    "desk",
    "/127.0.0.1",
    topic_names=frozenset(["clicks"]),
    rebalance_timeout_ms=30_000,
    classic=ClassicFacet(
        10_000,
        (
            OfferedProtocol("range", subscription("clicks")),
            OfferedProtocol("roundrobin", subscription("clicks")),
        ),
    ),
)
ALL_SINCE_2: PartitionEpochs = {VIEWS: {0: 2, 1: 2}, CLICKS: {0: 2, 1: 2, 2: 2, 3: 2}}
REVOKING = CurrentAssignment(
    2,
    2,
    MemberState.UNREVOKED_PARTITIONS,
    {VIEWS: {0: 0, 1: 0}, CLICKS: {0: 0, 1: 0}},
    {CLICKS: {2: 0, 3: 0}},
)
GOLDEN: list[tuple[JournalRecord, str, str]] = [
    (
        member_record("gold", "m1", STATIC),
        "00050004676f6c6400026d31",
        (
            "0000036931037231056465736b0b2f3132372e302e302e310307636c69636b73067669657773010000ea600672"
            "616e676501000100"
        ),
    ),
    (
        member_record("gold", "m3", BY_REGEX),
        "00050004676f6c6400026d33",
        "00000000056465736b0b2f3132372e302e302e310105636c2e2a0000ea600001000100",
    ),
    (
        member_record("gold", CLASSIC_ID, CLASSIC),
        "00050004676f6c640016464975743848385f54364365446f5f6a717866654e67",
        (
            "00000000056465736b0b2f3132372e302e302e310207636c69636b730100007530000100480100002710030672"
            "616e6765170001000000010006636c69636b73ffffffff00000000000b726f756e64726f62696e170001000000"
            "010006636c69636b73ffffffff000000000000"
        ),
    ),
    (
        epoch_record("gold", GroupEpoch(2, TOPICS_HASH)),
        "00030004676f6c64",
        "000000000002010008dec5a89b6b7bbac1",
    ),
    (
        target_record("gold", "m1", {VIEWS: frozenset([0, 1]), CLICKS: frozenset([0, 1, 2, 3])}),
        "00070004676f6c6400026d31",
        (
            "00000341fd360b092f478c9ffde5a5f9660ddd030000000000000001007f832c05a7ca41d5b3a7a9d44ca7a9ca"
            "05000000000000000100000002000000030000"
        ),
    ),
    (
        target_epoch_record("gold", TargetEpoch(2, 0x1A214ABE7D3)),
        "00060004676f6c64",
        "000000000002010008000001a214abe7d3",
    ),
    (
        current_record("gold", "m1", CurrentAssignment(2, 0, assigned=ALL_SINCE_2)),
        "00080004676f6c6400026d31",
        (
            "00000000000200000000000341fd360b092f478c9ffde5a5f9660ddd0300000000000000010100090300000002"
            "000000027f832c05a7ca41d5b3a7a9d44ca7a9ca0500000000000000010000000200000003010011050000000"
            "20000000200000002000000020100"
        ),
    ),
    (
        current_record("gold", "m2", REVOKING),
        "00080004676f6c6400026d32",
        (
            "00000000000200000002010341fd360b092f478c9ffde5a5f9660ddd0300000000000000010100090300000000"
            "000000007f832c05a7ca41d5b3a7a9d44ca7a9ca0300000000000000010100090300000000000000000"
            "27f832c05a7ca41d5b3a7a9d44ca7a9ca03000000020000000301000903000000000000000000"
        ),
    ),
    (
        regex_record("gold", "cl.*", ResolvedRegex(frozenset(["clicks"]), 0x232, 0x1A214ABDC00)),
        "00100004676f6c640004636c2e2a",
        "00000207636c69636b730000000000000232000001a214abdc0000",
    ),
]
TOMBSTONES: list[tuple[JournalRecord, ConsumerKey, str]] = [
    (epoch_record("gold", None), ConsumerKey(RecordKind.GROUP_EPOCH, "gold"), "00030004676f6c64"),
    (
        partition_metadata_tombstone("gold"),
        ConsumerKey(RecordKind.PARTITION_METADATA, "gold"),
        "00040004676f6c64",
    ),
    (
        member_record("gold", "m3", None),
        ConsumerKey(RecordKind.MEMBER, "gold", "m3"),
        "00050004676f6c6400026d33",
    ),
    (
        target_epoch_record("gold", None),
        ConsumerKey(RecordKind.TARGET_EPOCH, "gold"),
        "00060004676f6c64",
    ),
    (
        target_record("gold", "m3", None),
        ConsumerKey(RecordKind.TARGET, "gold", "m3"),
        "00070004676f6c6400026d33",
    ),
    (
        current_record("gold", "m3", None),
        ConsumerKey(RecordKind.CURRENT, "gold", "m3"),
        "00080004676f6c6400026d33",
    ),
    (
        regex_record("gold", "cl.*", None),
        ConsumerKey(RecordKind.REGEX, "gold", "cl.*"),
        "00100004676f6c640004636c2e2a",
    ),
]

_T = TypeVar("_T")
_NAMES = st.text(max_size=12)
_INT32 = st.integers(-(2**31), 2**31 - 1)
_INT64 = st.integers(-(2**63), 2**63 - 1)
_TOPIC_IDS = st.binary(min_size=16, max_size=16).map(TopicId)
_SETS: st.SearchStrategy[PartitionSets] = st.dictionaries(
    _TOPIC_IDS, st.frozensets(st.integers(0, 2**31 - 1), min_size=1, max_size=4), max_size=3
)
_EPOCHS: st.SearchStrategy[PartitionEpochs] = st.dictionaries(
    _TOPIC_IDS,
    st.dictionaries(st.integers(0, 2**31 - 1), _INT32, min_size=1, max_size=4),
    max_size=3,
)
_CLASSIC = st.builds(
    ClassicFacet,
    _INT32,
    st.lists(st.builds(OfferedProtocol, _NAMES, st.binary(max_size=20)), max_size=3).map(tuple),
)
_METADATA = st.builds(
    MemberMetadata,
    _NAMES,
    _NAMES,
    st.none() | _NAMES,
    st.none() | _NAMES,
    st.frozensets(_NAMES, max_size=3),
    st.none() | _NAMES,
    _INT32,
    st.none() | _NAMES,
    st.none() | _CLASSIC,
)
_CURRENT = st.builds(
    CurrentAssignment, _INT32, _INT32, st.sampled_from(MemberState), _EPOCHS, _EPOCHS
)
_REGEXES = st.builds(ResolvedRegex, st.frozensets(_NAMES, max_size=3), _INT64, _INT64)


@pytest.mark.parametrize(("record", "key", "value"), GOLDEN)
def test_record_is_written_as_kafka_writes_it(record: JournalRecord, key: str, value: str) -> None:
    assert record.key.hex() == key
    assert record.value is not None
    assert record.value.hex() == value


@pytest.mark.parametrize(("record", "named", "key"), TOMBSTONES)
def test_tombstone_has_the_key_of_what_it_deletes(
    record: JournalRecord, named: ConsumerKey, key: str
) -> None:
    assert record == JournalRecord(bytes.fromhex(key), None)
    assert decode_consumer_key(record.key) == named


def test_keys_of_other_kinds_of_groups_are_none() -> None:
    assert decode_consumer_key(b"\x00\x02\x00\x01g") is None
    assert decode_consumer_key(b"\x00\x0b\x00\x01g") is None


def test_state_of_a_newer_broker_is_unknown() -> None:
    value = bytes.fromhex("00000000000200000000") + b"\x05" + bytes.fromhex("010100")
    assert decode_current(value).state is MemberState.UNKNOWN


def test_partitions_without_epochs_are_owned_since_the_epoch_of_the_member() -> None:
    """Brokers before 4.3 wrote none; a static member that has left is in epoch -2."""
    partitions = "02" + CLICKS.hex() + "0200000003" + "00"
    for epoch, since in (("00000007", 7), ("fffffffe", 0)):
        value = bytes.fromhex("0000" + epoch + "00000000" + "00" + partitions + "01" + "00")
        assert decode_current(value).assigned == {CLICKS: {3: since}}


@given(_METADATA)
def test_member_survives_the_journal(metadata: MemberMetadata) -> None:
    assert _kept(member_record("g", "m", metadata), decode_member) == metadata


@given(_CURRENT)
def test_current_assignment_survives_the_journal(current: CurrentAssignment) -> None:
    assert _kept(current_record("g", "m", current), decode_current) == current


@given(_SETS)
def test_target_survives_the_journal(target: PartitionSets) -> None:
    assert _kept(target_record("g", "m", target), decode_target) == target


@given(_INT32, _INT64)
def test_epochs_survive_the_journal(epoch: int, number: int) -> None:
    group, target = GroupEpoch(epoch, number), TargetEpoch(epoch, number)
    assert _kept(epoch_record("g", group), decode_epoch) == group
    assert _kept(target_epoch_record("g", target), decode_target_epoch) == target


@given(_REGEXES)
def test_resolved_expression_survives_the_journal(found: ResolvedRegex) -> None:
    assert _kept(regex_record("g", "x", found), decode_regex) == found


KINDS: tuple[tuple[Callable[[bytes], Any], Callable[[Any], JournalRecord]], ...] = (
    (decode_member, lambda found: member_record("g", "m", found)),
    (decode_current, lambda found: current_record("g", "m", found)),
    (decode_target, lambda found: target_record("g", "m", found)),
    (decode_epoch, lambda found: epoch_record("g", found)),
    (decode_target_epoch, lambda found: target_epoch_record("g", found)),
    (decode_regex, lambda found: regex_record("g", "x", found)),
)


@given(st.binary(max_size=60))
def test_hostile_values_are_malformed_or_read(value: bytes) -> None:
    """What was read survives being written, as what the broker wrote itself does."""
    for decode, write in KINDS:
        try:
            found = decode(b"\x00\x00" + value)
        except MalformedRecordError:
            continue
        assert _kept(write(found), decode) == found


def test_other_versions_are_malformed() -> None:
    with pytest.raises(MalformedRecordError):
        decode_epoch(bytes.fromhex("00010000000200"))


def _kept(record: JournalRecord, decode: Callable[[bytes], _T]) -> _T:
    assert record.value is not None
    return decode(record.value)
