"""The records of `__consumer_offsets`, written by the engine, whose bytes are Kafka's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.group_layouts import KEYS, VALUES
from console.messages.group_records import decoded_group_key, decoded_group_value
from console.messages.structure import MISSING
from engine.coordinator.consumer_journal import epoch_record, regex_record
from engine.coordinator.consumer_records import GroupEpoch, ResolvedRegex
from engine.coordinator.journal import (
    CommittedOffset,
    GroupMetadata,
    JournalRecord,
    OffsetKey,
    StoredMember,
    group_record,
    offset_record,
)


def decoded(record: JournalRecord) -> tuple[object, object]:
    """Key and value of a record."""
    assert record.value is not None
    return decoded_group_key(record.key), decoded_group_value(record.key, record.value)


def test_a_commit_is_decoded() -> None:
    committed = CommittedOffset(42, 7, "note", 1_700_000_000_000)
    key, value = decoded(offset_record(OffsetKey("billing", "orders", 3), committed))
    assert key == {"type": "offset commit", "group": "billing", "topic": "orders", "partition": 3}
    assert isinstance(value, dict)
    assert value["offset"] == 42
    assert value["leaderEpoch"] == 7
    assert value["metadata"] == "note"
    assert value["commitTimestamp"] == 1_700_000_000_000


def test_a_commit_with_an_expiry_is_decoded_in_its_version() -> None:
    committed = CommittedOffset(42, -1, "", 5, expire_timestamp_ms=9)
    _, value = decoded(offset_record(OffsetKey("billing", "orders", 3), committed))
    assert value == {
        "version": 1,
        "offset": 42,
        "metadata": "",
        "commitTimestamp": 5,
        "expireTimestamp": 9,
    }


def test_a_generation_is_decoded_with_its_members() -> None:
    member = StoredMember("m-1", None, "client", "/10.0.0.1", 300_000, 45_000, b"\x00\x01", b"")
    metadata = GroupMetadata("consumer", 3, "range", "m-1", 99, (member,))
    key, value = decoded(group_record("billing", metadata))
    assert key == {"type": "group", "group": "billing"}
    assert isinstance(value, dict)
    assert value["generation"] == 3
    assert value["members"] == [
        {
            "memberId": "m-1",
            "groupInstanceId": None,
            "clientId": "client",
            "clientHost": "/10.0.0.1",
            "rebalanceTimeout": 300_000,
            "sessionTimeout": 45_000,
            "subscription": "0001",
            "assignment": "",
        }
    ]


def test_groups_of_the_new_protocol_are_decoded() -> None:
    key, value = decoded(epoch_record("billing", GroupEpoch(5, 77)))
    assert key == {"type": "consumer group", "group": "billing"}
    assert value == {"version": 0, "epoch": 5, "metadataHash": 77}
    key, value = decoded(regex_record("billing", "ord.*", ResolvedRegex(("orders",), 1, 2)))
    assert key == {
        "type": "consumer group's expression",
        "group": "billing",
        "regularExpression": "ord.*",
    }
    assert value == {"version": 1, "topics": ["orders"], "timestamp": 2}


@given(st.sampled_from(sorted(KEYS)), st.binary(max_size=60), st.binary(max_size=80))
def test_no_bytes_break_it(kind: int, key: bytes, value: bytes) -> None:
    key = kind.to_bytes(2, "big") + key
    for found in (decoded_group_key(key), decoded_group_value(key, value)):
        assert found is MISSING or isinstance(found, dict)


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_a_value_with_a_byte_too_many_is_not_decoded(kind: int) -> None:
    commit = offset_record(OffsetKey("g", "t", 0), CommittedOffset(1, 1, "", 1)).value
    assert commit is not None
    assert decoded_group_value(kind.to_bytes(2, "big"), commit + b"\x00") is MISSING
    assert decoded_group_value(None, commit) is MISSING
