"""ListOffsets (API key 2): finds the offset of a time or of a special position.

Versions 1-11, flexible from 6.

Positions: -1 latest, -2 earliest, -3 largest timestamp (7), -4 earliest local (8), -5 latest
tiered (9), -6 earliest pending upload (11). Version 2 adds the isolation level.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int8, int16, int32, int64, string


@dataclass(slots=True)
class ListOffsetsPartition:
    """An element of `ListOffsetsTopic.partitions`."""

    partition_index: int = int32()
    current_leader_epoch: int = int32(since=4, default=-1)
    timestamp: int = int64()


@dataclass(slots=True)
class ListOffsetsTopic:
    """An element of `ListOffsetsRequest.topics`."""

    name: str = string()
    partitions: list[ListOffsetsPartition] = array(ListOffsetsPartition)


@dataclass(slots=True)
class ListOffsetsRequest:
    """A time or a special position (negative) for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_OFFSETS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 11
    FLEXIBLE_FROM: ClassVar[int] = 6

    replica_id: int = int32()
    isolation_level: int = int8(since=2)
    topics: list[ListOffsetsTopic] = array(ListOffsetsTopic)
    timeout_ms: int = int32(since=10)


@dataclass(slots=True)
class ListOffsetsPartitionResponse:
    """An element of `ListOffsetsTopicResponse.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()
    timestamp: int = int64(default=-1)
    offset: int = int64(default=-1)
    leader_epoch: int = int32(since=4, default=-1)


@dataclass(slots=True)
class ListOffsetsTopicResponse:
    """An element of `ListOffsetsResponse.topics`."""

    name: str = string()
    partitions: list[ListOffsetsPartitionResponse] = array(ListOffsetsPartitionResponse)


@dataclass(slots=True)
class ListOffsetsResponse:
    """The offset found for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_OFFSETS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 11
    FLEXIBLE_FROM: ClassVar[int] = 6

    throttle_time_ms: int = int32(since=2)
    topics: list[ListOffsetsTopicResponse] = array(ListOffsetsTopicResponse)
