"""ConsumerGroupDescribe (API key 69): describes consumer groups with their members (KIP-848).

Versions 0-1, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import (
    INT32,
    STRING,
    array,
    boolean,
    int8,
    int16,
    int32,
    sentence,
    string,
    struct,
    uuid,
)


@dataclass(slots=True)
class ConsumerGroupDescribeRequest:
    """The groups to describe."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CONSUMER_GROUP_DESCRIBE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    group_ids: list[str] = array(STRING)
    include_authorized_operations: bool = boolean()


@dataclass(slots=True)
class TopicPartitions:
    """An element of `Assignment.topic_partitions`."""

    topic_id: bytes = uuid()
    topic_name: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class Assignment:
    """What `Member.assignment` and `Member.target_assignment` hold."""

    topic_partitions: list[TopicPartitions] = array(TopicPartitions)


@dataclass(slots=True)
class Member:
    """An element of `DescribedGroup.members`."""

    member_id: str = string()
    instance_id: str | None = string(nullable=0, default=None)
    rack_id: str | None = string(nullable=0, default=None)
    member_epoch: int = int32()
    client_id: str = string()
    client_host: str = string()
    subscribed_topic_names: list[str] = array(STRING)
    subscribed_topic_regex: str | None = string(nullable=0, default=None)
    assignment: Assignment = struct(Assignment)
    target_assignment: Assignment = struct(Assignment)
    member_type: int = int8(since=1, default=-1)


@dataclass(slots=True)
class DescribedGroup:
    """An element of `ConsumerGroupDescribeResponse.groups`."""

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0, default=None)
    group_id: str = string()
    group_state: str = string()
    group_epoch: int = int32()
    assignment_epoch: int = int32()
    assignor_name: str = string()
    members: list[Member] = array(Member)
    authorized_operations: int = int32(default=-0x8000_0000)


@dataclass(slots=True)
class ConsumerGroupDescribeResponse:
    """State, epochs and assignments of each group."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CONSUMER_GROUP_DESCRIBE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    groups: list[DescribedGroup] = array(DescribedGroup)
