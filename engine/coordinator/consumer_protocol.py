"""The bytes that classic consumers exchange through the group: subscriptions and assignments.

Brokers look inside them only where classic and newer members share a group. Assignments look the
same in all four versions; subscriptions grew owned partitions with version 1, a generation with 2
and a rack with 3. Source: `ConsumerProtocolSubscription.json`, `ConsumerProtocolAssignment.json`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.coordinator.versioned_bytes import MalformedRecordError, Reader, Writer

_HIGHEST_VERSION = 3
_OWNED_SINCE, _GENERATION_SINCE, _RACK_SINCE = 1, 2, 3
_NO_BYTES = -1

NamedPartitions = Mapping[str, Sequence[int]]
"""Partitions by topic name."""


@dataclass(frozen=True, slots=True)
class ConsumerSubscription:
    """What a consumer reads, and what it still owns when it joins again."""

    topics: tuple[str, ...]
    owned: NamedPartitions
    rack_id: str | None


def read_subscription(data: bytes) -> ConsumerSubscription:
    """Read a subscription of any version; a newer one as the newest known.

    Raises MalformedRecordError.
    """
    reader = Reader(data)
    version = _version(reader)
    topics = tuple(reader.string() for _ in range(reader.array_length()))
    _skip_user_data(reader)
    owned = _read_partitions(reader) if version >= _OWNED_SINCE else {}
    if version >= _GENERATION_SINCE:
        reader.int32()
    rack_id = reader.nullable_string() if version >= _RACK_SINCE else None
    return ConsumerSubscription(topics, owned, rack_id or None)


def read_version(data: bytes) -> int:
    """The version that a consumer writes. Raises MalformedRecordError."""
    return _version(Reader(data))


def read_assignment(data: bytes) -> tuple[NamedPartitions, bool]:
    """The partitions, and whether data of a custom assignor goes with them.

    Raises MalformedRecordError.
    """
    reader = Reader(data)
    _version(reader)
    partitions = _read_partitions(reader)
    return partitions, _skip_user_data(reader) > 0


def write_assignment(partitions: NamedPartitions, version: int) -> bytes:
    """An assignment in the version that a consumer understands."""
    writer = Writer(version)
    writer.array_length(len(partitions))
    for topic, numbers in partitions.items():
        writer.string(topic)
        writer.array_length(len(numbers))
        for number in numbers:
            writer.int32(number)
    writer.int32(_NO_BYTES)
    return writer.getvalue()


def _version(reader: Reader) -> int:
    version = reader.int16()
    if version < 0:
        raise MalformedRecordError(f"consumer protocol version {version} is unknown")
    return min(version, _HIGHEST_VERSION)


def _skip_user_data(reader: Reader) -> int:
    """Pass over nullable bytes; returns how many there were."""
    return len(reader.nullable_byte_string() or b"")


def _read_partitions(reader: Reader) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for _ in range(reader.array_length()):
        # A client may name a topic once for each of its partitions.
        partitions = found.setdefault(reader.string(), [])
        partitions.extend(reader.int32() for _ in range(reader.array_length()))
    return {topic: tuple(partitions) for topic, partitions in found.items()}
