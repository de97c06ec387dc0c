"""The bytes that members exchange, against kio, and bytes that are none."""

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kio.schema.consumer_protocol_assignment.v3 import data as assignment_v3
from kio.schema.consumer_protocol_subscription.v3 import data as subscription_v3
from kio.serial import entity_writer

from engine.client.consumer_protocol import (
    Assignment,
    OwnedPartitions,
    Subscription,
    decode_assignment,
    decode_subscription,
    encode_versioned,
)
from engine.kernel.ids import TopicPartition
from engine.protocol.errors import MalformedMessage
from tests.support.kio_oracle import expected, random_entity

VERSION_3 = b"\0\x03"
EMPTY_ASSIGNMENT = encode_versioned(Assignment(), 0)


@pytest.mark.parametrize("seed", range(20))
def test_subscriptions_agree_with_an_independent_implementation(seed: int) -> None:
    theirs = random_entity(subscription_v3.ConsumerProtocolSubscription, random.Random(seed))
    out = io.BytesIO()
    entity_writer(type(theirs))(out, theirs)
    ours = decode_subscription(VERSION_3 + out.getvalue())
    assert ours == expected(Subscription, theirs, 3)
    assert encode_versioned(ours, 3) == VERSION_3 + out.getvalue()


@pytest.mark.parametrize("seed", range(20))
def test_assignments_agree_with_an_independent_implementation(seed: int) -> None:
    theirs = random_entity(assignment_v3.ConsumerProtocolAssignment, random.Random(seed))
    out = io.BytesIO()
    entity_writer(type(theirs))(out, theirs)
    ours = decode_assignment(VERSION_3 + out.getvalue())
    assert ours == expected(Assignment, theirs, 3)
    assert encode_versioned(ours, 3) == VERSION_3 + out.getvalue()


def test_no_bytes_assign_nothing() -> None:
    assert decode_assignment(b"").partitions() == ()


def test_partitions_come_in_order() -> None:
    assignment = Assignment([OwnedPartitions("b", [1]), OwnedPartitions("a", [2, 0])])
    assert assignment.partitions() == (
        TopicPartition("a", 0),
        TopicPartition("a", 2),
        TopicPartition("b", 1),
    )


def test_a_version_from_the_future_is_read_as_the_last_known_one() -> None:
    known = encode_versioned(Subscription(topics=["a"]), 3)
    assert decode_subscription(b"\0\x63" + known[2:] + b"more").topics == ["a"]


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_read_or_malformed(data: bytes) -> None:
    """What is read holds no more than the bytes do: written again it is no longer, and the same."""
    for decode in (decode_subscription, decode_assignment):
        try:
            found = decode(data)
        except MalformedMessage:
            continue
        version = min(int.from_bytes(data[:2], "big"), 3)
        again = encode_versioned(found, version)
        assert len(again) <= max(len(data), len(EMPTY_ASSIGNMENT))
        assert decode(again) == found
