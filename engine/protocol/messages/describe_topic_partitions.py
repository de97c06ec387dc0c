"""DescribeTopicPartitions (API key 75): describes topics page by page.

Version 0, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import (
    INT32,
    array,
    boolean,
    int16,
    int32,
    optional_struct,
    string,
    uuid,
)


@dataclass(slots=True)
class TopicRequest:
    """An element of `DescribeTopicPartitionsRequest.topics`."""

    name: str = string()


@dataclass(slots=True)
class Cursor:
    """The `DescribeTopicPartitionsRequest.cursor`."""

    topic_name: str = string()
    partition_index: int = int32()


@dataclass(slots=True)
class DescribeTopicPartitionsRequest:
    """The topics and where the page begins."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_TOPIC_PARTITIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    topics: list[TopicRequest] = array(TopicRequest)
    response_partition_limit: int = int32(default=2000)
    cursor: Cursor | None = optional_struct(Cursor, nullable=0)


@dataclass(slots=True)
class DescribeTopicPartitionsResponsePartition:
    """An element of `DescribeTopicPartitionsResponseTopic.partitions`."""

    error_code: int = int16()
    partition_index: int = int32()
    leader_id: int = int32()
    leader_epoch: int = int32(default=-1)
    replica_nodes: list[int] = array(INT32)
    isr_nodes: list[int] = array(INT32)
    eligible_leader_replicas: list[int] | None = array(INT32, nullable=0, default=None)
    last_known_elr: list[int] | None = array(INT32, nullable=0, default=None)
    offline_replicas: list[int] = array(INT32)


@dataclass(slots=True)
class DescribeTopicPartitionsResponseTopic:
    """An element of `DescribeTopicPartitionsResponse.topics`."""

    error_code: int = int16()
    name: str | None = string(nullable=0)
    topic_id: bytes = uuid()
    is_internal: bool = boolean()
    partitions: list[DescribeTopicPartitionsResponsePartition] = array(
        DescribeTopicPartitionsResponsePartition
    )
    topic_authorized_operations: int = int32(default=-0x8000_0000)


@dataclass(slots=True)
class DescribeTopicPartitionsResponse:
    """One page of partitions and where the next begins."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_TOPIC_PARTITIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    topics: list[DescribeTopicPartitionsResponseTopic] = array(DescribeTopicPartitionsResponseTopic)
    next_cursor: Cursor | None = optional_struct(Cursor, nullable=0)
