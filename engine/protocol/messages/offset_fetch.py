"""OffsetFetch (API key 9): reads the offsets that groups have committed.

Versions 1-10, flexible from 6.

Version 8 reads several groups at once, in `groups`; versions below use `group_id` and `topics`,
where null means every topic (from 2). Version 9 carries the member of a consumer group, version 10
names topics by id.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int16, int32, int64, string, uuid


@dataclass(slots=True)
class OffsetFetchRequestTopic:
    """An element of `OffsetFetchRequest.topics`."""

    name: str = string()
    partition_indexes: list[int] = array(INT32)


@dataclass(slots=True)
class OffsetFetchRequestTopics:
    """An element of `OffsetFetchRequestGroup.topics`."""

    name: str = string(until=9)
    topic_id: bytes = uuid(since=10)
    partition_indexes: list[int] = array(INT32)


@dataclass(slots=True)
class OffsetFetchRequestGroup:
    """An element of `OffsetFetchRequest.groups`."""

    group_id: str = string()
    member_id: str | None = string(since=9, nullable=9, default=None)
    member_epoch: int = int32(since=9, default=-1)
    topics: list[OffsetFetchRequestTopics] | None = array(OffsetFetchRequestTopics, nullable=0)


@dataclass(slots=True)
class OffsetFetchRequest:
    """The groups and partitions to read."""

    API_KEY: ClassVar[ApiKey] = ApiKey.OFFSET_FETCH
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 10
    FLEXIBLE_FROM: ClassVar[int] = 6

    group_id: str = string(until=7)
    topics: list[OffsetFetchRequestTopic] | None = array(
        OffsetFetchRequestTopic, until=7, nullable=2
    )
    groups: list[OffsetFetchRequestGroup] = array(OffsetFetchRequestGroup, since=8)
    require_stable: bool = boolean(since=7)


@dataclass(slots=True)
class OffsetFetchResponsePartition:
    """An element of `OffsetFetchResponseTopic.partitions`."""

    partition_index: int = int32()
    committed_offset: int = int64()
    committed_leader_epoch: int = int32(since=5, default=-1)
    metadata: str | None = string(nullable=0)
    error_code: int = int16()


@dataclass(slots=True)
class OffsetFetchResponseTopic:
    """An element of `OffsetFetchResponse.topics`."""

    name: str = string()
    partitions: list[OffsetFetchResponsePartition] = array(OffsetFetchResponsePartition)


@dataclass(slots=True)
class OffsetFetchResponsePartitions:
    """An element of `OffsetFetchResponseTopics.partitions`."""

    partition_index: int = int32()
    committed_offset: int = int64()
    committed_leader_epoch: int = int32(default=-1)
    metadata: str | None = string(nullable=0)
    error_code: int = int16()


@dataclass(slots=True)
class OffsetFetchResponseTopics:
    """An element of `OffsetFetchResponseGroup.topics`."""

    name: str = string(until=9)
    topic_id: bytes = uuid(since=10)
    partitions: list[OffsetFetchResponsePartitions] = array(OffsetFetchResponsePartitions)


@dataclass(slots=True)
class OffsetFetchResponseGroup:
    """An element of `OffsetFetchResponse.groups`."""

    group_id: str = string()
    topics: list[OffsetFetchResponseTopics] = array(OffsetFetchResponseTopics)
    error_code: int = int16()


@dataclass(slots=True)
class OffsetFetchResponse:
    """The committed offsets; -1 where there is none."""

    API_KEY: ClassVar[ApiKey] = ApiKey.OFFSET_FETCH
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 10
    FLEXIBLE_FROM: ClassVar[int] = 6

    throttle_time_ms: int = int32(since=3)
    topics: list[OffsetFetchResponseTopic] = array(OffsetFetchResponseTopic, until=7)
    error_code: int = int16(since=2, until=7)
    groups: list[OffsetFetchResponseGroup] = array(OffsetFetchResponseGroup, since=8)
