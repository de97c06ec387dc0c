"""ConsumerGroupHeartbeat (API key 68): keeps a KIP-848 member alive, carries its assignment.

Versions 0-1, all flexible.

In a request null and -1 mean unchanged. Member epochs: 0 joins, -1 leaves, -2 leaves for a while as
a static member. Version 1 has the client choose its member id and adds regular expressions.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import (
    INT32,
    STRING,
    array,
    int16,
    int32,
    optional_struct,
    sentence,
    string,
    uuid,
)


@dataclass(slots=True)
class TopicPartitions:
    """An element of `ConsumerGroupHeartbeatRequest.topic_partitions`."""

    topic_id: bytes = uuid()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class ConsumerGroupHeartbeatRequest:
    """A sign of life, with what changed at the member."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CONSUMER_GROUP_HEARTBEAT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    group_id: str = string()
    member_id: str = string()
    member_epoch: int = int32()
    instance_id: str | None = string(nullable=0, default=None)
    rack_id: str | None = string(nullable=0, default=None)
    rebalance_timeout_ms: int = int32(default=-1)
    subscribed_topic_names: list[str] | None = array(STRING, nullable=0, default=None)
    subscribed_topic_regex: str | None = string(since=1, nullable=1, default=None)
    server_assignor: str | None = string(nullable=0, default=None)
    topic_partitions: list[TopicPartitions] | None = array(
        TopicPartitions, nullable=0, default=None
    )


@dataclass(slots=True)
class Assignment:
    """The `ConsumerGroupHeartbeatResponse.assignment`."""

    topic_partitions: list[TopicPartitions] = array(TopicPartitions)


@dataclass(slots=True)
class ConsumerGroupHeartbeatResponse:
    """What changed for the member."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CONSUMER_GROUP_HEARTBEAT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0, default=None)
    member_id: str | None = string(nullable=0, default=None)
    member_epoch: int = int32()
    heartbeat_interval_ms: int = int32()
    assignment: Assignment | None = optional_struct(Assignment, nullable=0)
