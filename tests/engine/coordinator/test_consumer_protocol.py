"""What classic consumers say inside the group, in every version that they write."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.consumer_protocol import (
    ConsumerSubscription,
    read_assignment,
    read_subscription,
    read_version,
    write_assignment,
)
from engine.coordinator.versioned_bytes import MalformedRecordError
from tests.support.group_conversation import subscription

TOPIC = "00000001" + "0006" + b"clicks".hex()
NO_DATA = "ffffffff"
OWNED = TOPIC + "00000002" + "00000000" + "00000003"


@pytest.mark.parametrize(
    ("text", "owned", "rack"),
    [
        ("0000" + TOPIC + NO_DATA, {}, None),
        ("0001" + TOPIC + "00000001ff" + OWNED, {"clicks": (0, 3)}, None),
        ("0002" + TOPIC + NO_DATA + OWNED + "00000007", {"clicks": (0, 3)}, None),
        ("0003" + TOPIC + NO_DATA + "00000000" + "00000007" + "0002" + b"r1".hex(), {}, "r1"),
        ("0003" + TOPIC + NO_DATA + "00000000" + "00000007" + "ffff", {}, None),
        ("0003" + TOPIC + NO_DATA + "00000000" + "00000007" + "0000", {}, None),
        ("0009" + TOPIC + NO_DATA + "00000000" + "00000007" + "ffff" + "beef", {}, None),
    ],
)
def test_subscription_of_each_version_is_read(
    text: str, owned: dict[str, tuple[int, ...]], rack: str | None
) -> None:
    found = read_subscription(bytes.fromhex(text))
    assert found == ConsumerSubscription(("clicks",), owned, rack)


@pytest.mark.parametrize(
    "text", ["", "00", "ffff" + TOPIC + NO_DATA, "0000" + TOPIC, "0001" + TOPIC + NO_DATA]
)
def test_subscription_that_ends_early_or_is_of_no_version_is_malformed(text: str) -> None:
    with pytest.raises(MalformedRecordError):
        read_subscription(bytes.fromhex(text))


def test_assignment_is_written_as_clients_write_it() -> None:
    expected = "0001" + TOPIC + "00000001" + "00000002" + NO_DATA
    assert write_assignment({"clicks": [2]}, 1).hex() == expected
    assert write_assignment({}, 0).hex() == "0000" + "00000000" + NO_DATA


def test_data_of_an_assignor_is_noticed() -> None:
    assert read_assignment(bytes.fromhex("000000000000" + NO_DATA)) == ({}, False)
    assert read_assignment(bytes.fromhex("00000000000000000000")) == ({}, False)
    assert read_assignment(bytes.fromhex("00000000000000000001ff")) == ({}, True)


def test_version_beyond_the_newest_counts_as_the_newest() -> None:
    assert read_version(bytes.fromhex("0003")) == 3
    assert read_version(bytes.fromhex("7fff")) == 3


@given(
    st.dictionaries(
        st.text(max_size=8), st.lists(st.integers(0, 2**31 - 1), max_size=4).map(tuple), max_size=3
    ),
    st.integers(0, 3),
)
def test_assignment_survives(partitions: dict[str, tuple[int, ...]], version: int) -> None:
    assert read_assignment(write_assignment(partitions, version)) == (partitions, False)


@given(st.binary(max_size=60))
def test_hostile_bytes_are_read_or_malformed(data: bytes) -> None:
    """What is read holds no more than the bytes do."""
    with contextlib.suppress(MalformedRecordError):
        found = read_subscription(data)
        assert sum(2 + len(topic) for topic in (*found.topics, *found.owned)) <= len(data)
        assert sum(4 * len(numbers) for numbers in found.owned.values()) <= len(data)
    with contextlib.suppress(MalformedRecordError):
        partitions, _ = read_assignment(data)
        written = write_assignment(partitions, 0)
        assert len(written) <= len(data)
        assert read_assignment(written) == (partitions, False)


def test_topic_that_comes_twice_has_the_partitions_of_both() -> None:
    owned = [("clicks", 0), ("clicks", 2), ("views", 1)]
    assert read_subscription(subscription("clicks", owned=owned)).owned == {
        "clicks": (0, 2),
        "views": (1,),
    }
