"""What a person can change in a cluster from the console, and how the cluster answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class WriteFailed(Exception):
    """The cluster refused, or did not answer: `reason` is its own word, safe to show.

    `code` is Kafka's name of the error, such as `TOPIC_ALREADY_EXISTS`; empty where there is none.
    """

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{code}: {reason}" if code else reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to create. `configs` holds only what differs from the defaults."""

    name: str
    partitions: int
    replication_factor: int
    configs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A record to write. Without `partition`, the key decides; without a key, turns are taken.

    `value` of None is a tombstone.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a record is now. `timestamp_ms` is its time as the broker keeps it."""

    partition: int
    offset: int
    timestamp_ms: int


class Writes(Protocol):
    """The changes that a console makes. Every method raises WriteFailed."""

    async def create_topic(self, topic: NewTopic) -> None:
        """Create a topic and wait until the cluster has it."""
        ...

    async def delete_topic(self, name: str) -> None:
        """Delete a topic with all its records."""
        ...

    async def publish(self, messages: Sequence[OutgoingMessage]) -> list[Landed]:
        """Write records of one topic in order; answers where each landed."""
        ...
