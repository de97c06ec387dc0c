"""What the members of a classic consumer group say to each other through the broker.

The broker carries these bytes without looking at them. Each begins with its version; a version
above those known here is read as the highest known one, as Kafka's own clients do. Source: Kafka's
`ConsumerProtocol`, ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json.
"""

# ruff: noqa: RUF009 - the functions of engine.protocol.fields declare fields

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from engine.kernel.ids import TopicPartition
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.errors import MalformedMessage
from engine.protocol.fields import INT32, NEVER, STRING, array, binary, int32, string
from engine.protocol.layout import Declared

D = TypeVar("D", bound=Declared)

PROTOCOL_TYPE = "consumer"
"""The protocol type of groups whose members speak this."""

_VERSION_BYTES = 2


@dataclass(slots=True)
class OwnedPartitions:
    """Partitions of one topic."""

    topic: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class Subscription:
    """What a member wants to read, and what it holds."""

    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = NEVER

    topics: list[str] = array(STRING)
    user_data: bytes | None = binary(nullable=0, default=None)
    owned_partitions: list[OwnedPartitions] = array(OwnedPartitions, since=1)
    generation_id: int = int32(since=2, default=-1)
    rack_id: str | None = string(since=3, nullable=3, default=None)


@dataclass(slots=True)
class Assignment:
    """What a member shall read."""

    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = NEVER

    assigned_partitions: list[OwnedPartitions] = array(OwnedPartitions)
    user_data: bytes | None = binary(nullable=0, default=None)

    def partitions(self) -> tuple[TopicPartition, ...]:
        """The partitions, in order."""
        return tuple(
            sorted(
                TopicPartition(owned.topic, partition)
                for owned in self.assigned_partitions
                for partition in owned.partitions
            )
        )


def decode_subscription(data: bytes) -> Subscription:
    """The subscription in a member's metadata. Raises MalformedMessage."""
    return _decode(Subscription, data)


def decode_assignment(data: bytes) -> Assignment:
    """The assignment of a member; nothing assigned when there are no bytes.

    Raises MalformedMessage.
    """
    return _decode(Assignment, data) if data else Assignment()


def encode_versioned(value: Subscription | Assignment, version: int) -> bytes:
    """The bytes of either in a version, which begins them."""
    return version.to_bytes(_VERSION_BYTES, "big") + encode_bytes(value, version)


def _decode(cls: type[D], data: bytes) -> D:
    if len(data) < _VERSION_BYTES:
        raise MalformedMessage(f"{cls.__name__} ends within its version")
    version = int.from_bytes(data[:_VERSION_BYTES], "big", signed=True)
    if version < cls.MIN_VERSION:
        raise MalformedMessage(f"{cls.__name__} has the version {version}")
    return decode(cls, data, min(version, cls.MAX_VERSION), _VERSION_BYTES)
