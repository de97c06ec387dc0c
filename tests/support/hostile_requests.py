"""Requests made from the message declarations: right but for one field, or but for their bytes.

The right ones name what exists in a small world: a topic, and a group with one member. A mutant has
a value in one place that no honest client would send, or its bytes are cut, lengthened or
overwritten.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from engine.client.consumer_protocol import Subscription, encode_versioned
from engine.protocol.codec import encode_bytes
from engine.protocol.fields import Kind, Scalar
from engine.protocol.layout import Message, Slot, slots_of
from engine.records.builder import NewRecord, build_batch

TOPIC = "orders"
GROUP = "readers"
SUBSCRIPTION = encode_versioned(Subscription(topics=[TOPIC]), 1)
NOBODY = bytes(15) + b"\x09"
"""The id of a topic that does not exist."""

MANY = 50
"""Elements of an array that an honest client would give one of."""

_TEXTS = ("", " ", ".", "..", "../../etc", "a b", "\0", "ß語🎈", "x" * 249, "x" * 250, "x" * 32_767)
_BLOBS = (b"", b"\0", b"\xff" * 7, bytes(4096))
_NUMBERS = {
    "b": (-(2**7), -2, -1, 0, 1, 2, 2**7 - 1),
    "h": (-(2**15), -2, -1, 0, 1, 2, 2**15 - 1),
    "i": (-(2**31), -2, -1, 0, 1, 2, 2**31 - 1),
    "q": (-(2**63), -7, -2, -1, 0, 1, 2**31, 2**63 - 1),
    "H": (0, 1, 2**16 - 1),
    "d": (float("-inf"), -1.0, 0.0, 1e308, float("inf"), float("nan")),
    "?": (False, True),
    "16s": (bytes(16), b"\xff" * 16, NOBODY),
}
_PATCHES = (b"\xff\xff\xff\xff\x0f", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff", b"\0")


_RIGHT: Mapping[str, Any] = {
    "topic": TOPIC,
    "topics": TOPIC,
    "name": TOPIC,
    "topic_names": TOPIC,
    "topic_name": TOPIC,
    "group_id": GROUP,
    "groups": GROUP,
    "group_ids": GROUP,
    "groups_names": GROUP,
    "key": GROUP,
    "coordinator_keys": GROUP,
    "client_software_name": "hostile",
    "client_software_version": "1",
    "protocol_type": "consumer",
    "resource_type": 2,
    "resource_name": TOPIC,
    "configuration_keys": "retention.ms",
    "entity_type": "client-id",
    "entity_name": "hostile",
    "acks": -1,
    "transactional_id": None,
    "records": bytes(build_batch([NewRecord(1_750_000_000_000, b"key", b"value")])),
    "group_instance_id": None,
    "session_timeout_ms": 10_000,
    "rebalance_timeout_ms": 10_000,
    "protocol_name": "range",
    "subscribed_topic_names": TOPIC,
    "partition_max_bytes": 1 << 20,
    "max_bytes": 1 << 20,
    "session_epoch": -1,
    "replica_id": -1,
    "replica_state": None,
    "current_leader_epoch": -1,
    "last_fetched_epoch": -1,
    "timestamp": -1,
    "num_partitions": 1,
    "replication_factor": 1,
    "assignments": None,
    "count": 2,
    "response_partition_limit": 100,
    "cursor": None,
}
"""What fits a field of this name, whichever message has it."""

_RIGHT_IN: Mapping[tuple[str, str], Any] = {
    ("CreatableTopic", "name"): "made",
    ("CreatableTopic", "assignments"): [],
    ("CreatableTopicConfig", "name"): "retention.ms",
    ("CreatableTopicConfig", "value"): "1000",
    ("AlterableConfig", "name"): "retention.ms",
    ("AlterableConfig", "value"): "1000",
    ("OpData", "key"): "producer_byte_rate",
    ("OpData", "value"): 1e9,
    ("JoinGroupRequestProtocol", "name"): "range",
    ("JoinGroupRequestProtocol", "metadata"): SUBSCRIPTION,
    ("DescribeClusterRequest", "endpoint_type"): 1,
    ("DeleteTopicState", "topic_id"): bytes(16),
    ("ReassignablePartition", "replicas"): 1,
    ("ListConfigResourcesRequest", "resource_types"): 2,
    ("ConsumerGroupHeartbeatRequest", "group_id"): "newer readers",
    ("ConsumerGroupHeartbeatRequest", "member_id"): "newer",
    ("ConsumerGroupHeartbeatRequest", "instance_id"): None,
    ("ConsumerGroupHeartbeatRequest", "rack_id"): None,
    ("ConsumerGroupHeartbeatRequest", "subscribed_topic_regex"): None,
    ("ConsumerGroupHeartbeatRequest", "server_assignor"): None,
    ("ConsumerGroupHeartbeatRequest", "topic_partitions"): [],
}
"""What fits a field of one message or structure."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """The body of a request, and what is wrong with it."""

    label: str
    body: bytes


class World:
    """What requests can name: a topic by its id too, and the member of a group."""

    def __init__(self, *, topic_id: bytes, member_id: str, generation_id: int) -> None:
        self._by_name = {
            **_RIGHT,
            "topic_id": topic_id,
            "member_id": member_id,
            "generation_id": generation_id,
            "generation_id_or_member_epoch": generation_id,
        }

    def right(self, cls: type[Any], version: int) -> Any:
        """A structure whose fields of this version are right."""
        values = {
            slot.name: self._value(cls, slot, version)
            for slot in slots_of(cls, version)
            if slot.is_present
        }
        return cls(**values)

    def _value(self, cls: type[Any], slot: Slot, version: int) -> Any:
        known = _RIGHT_IN.get((cls.__name__, slot.name), self._by_name.get(slot.name, slot))
        if isinstance(known, list):
            return known
        if known is None and not _may_be_null(slot):
            known = slot
        is_array = slot.wire.kind is Kind.ARRAY
        element = slot.wire.element
        if not isinstance(element, Scalar):
            if known is None:
                return None
            made = self.right(element, version)
            return [made] if is_array else made
        if known is slot:
            known = _plain(element)
        return [known] if is_array and known is not None else known


def _may_be_null(slot: Slot) -> bool:
    return slot.is_nullable or (slot.wire.kind is Kind.STRUCT and slot.is_tagged)


def _plain(scalar: Scalar[Any]) -> Any:
    if scalar.kind is Kind.STRING:
        return "x"
    if scalar.kind is not Kind.FIXED:
        return b""
    return {"16s": bytes(16), "?": False, "d": 0.0}.get(scalar.code, 0)


def mutants(request: type[Message], version: int, world: World) -> Iterator[Mutant]:
    """Every request with one wrong field."""
    whole = world.right(request, version)
    for label, mutated in _mutated(whole, version):
        yield Mutant(f"{request.__name__} {version}: {label}", encode_bytes(mutated, version))


def broken(
    request: type[Message], version: int, world: World, rng: random.Random
) -> Iterator[Mutant]:
    """Requests whose bytes are wrong, without end."""
    body = encode_bytes(world.right(request, version), version)
    name = f"{request.__name__} {version}"
    while True:
        at = rng.randrange(len(body) + 1)
        patch = rng.choice(_PATCHES)
        yield Mutant(f"{name}: {patch!r} at {at}", body[:at] + patch + body[at + len(patch) :])
        yield Mutant(f"{name}: cut at {at}", body[:at])
        yield Mutant(f"{name}: twice", body + body)


def _mutated(whole: Any, version: int) -> Iterator[tuple[str, Any]]:
    """Copies of a structure, each with one wrong value in it or in a structure within it."""
    present = {slot.name: slot for slot in slots_of(type(whole), version) if slot.is_present}
    for field in fields(whole):
        if field.name not in present:
            continue
        value = getattr(whole, field.name)
        for label, wrong in _wrong(present[field.name], value, version):
            yield f"{field.name} {label}", replace(whole, **{field.name: wrong})


def _wrong(slot: Slot, value: Any, version: int) -> Iterator[tuple[str, Any]]:
    if _may_be_null(slot) and value is not None:
        yield "is null", None
    if slot.wire.kind is Kind.ARRAY:
        if isinstance(value, list) and value:
            yield "is empty", []
            yield f"is there {MANY} times", value * MANY
            for label, wrong in _wrong_element(slot, value[0], version):
                yield f"has {label}", [wrong]
    elif slot.wire.kind is Kind.RECORDS:
        yield from ((label, make(value)) for label, make in _WRONG_RECORDS.items())
    else:
        yield from _wrong_element(slot, value, version)


def _wrong_element(slot: Slot, value: Any, version: int) -> Iterator[tuple[str, Any]]:
    element = slot.wire.element
    if isinstance(element, Scalar):
        choices: tuple[Any, ...] = _BLOBS
        if element.kind is Kind.STRING:
            choices = _TEXTS
        elif element.kind is Kind.FIXED:
            choices = _NUMBERS[element.code]
        yield from ((f"is {str(wrong)[:20]!r}", wrong) for wrong in choices if wrong != value)
    elif value is not None:
        yield from ((f"whose {label}", wrong) for label, wrong in _mutated(value, version))


_WRONG_RECORDS: Mapping[str, Callable[[bytes], bytes]] = {
    "are none": lambda batch: b"",
    "are cut": lambda batch: batch[:-3],
    "are a head alone": lambda batch: batch[:61],
    "are there twice": lambda batch: batch * 2,
    "have a flipped bit": lambda batch: batch[:-1] + bytes([batch[-1] ^ 1]),
    "have the length 2147483647": lambda batch: batch[:8] + b"\x7f\xff\xff\xff" + batch[12:],
    "have the length -1": lambda batch: batch[:8] + b"\xff\xff\xff\xff" + batch[12:],
    "have format 1": lambda batch: batch[:16] + b"\1" + batch[17:],
    "have format 9": lambda batch: batch[:16] + b"\x09" + batch[17:],
    "have 2147483647 records": lambda batch: batch[:57] + b"\x7f\xff\xff\xff" + batch[61:],
    "are zeros": lambda batch: bytes(len(batch)),
}
