"""Fetch (API key 1): reads record batches from partitions, waiting until there are enough bytes.

Versions 4-18, flexible from 12.

Version 7 adds sessions (KIP-227), 9 leader epochs (KIP-320), 10 zstd, 12 the detection of
diverging logs, 13 names topics by id, 16 adds hints about leaders (KIP-951).
`records` of a response must be empty and not null: librdkafka refuses null.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import (
    INT32,
    Payload,
    array,
    int8,
    int16,
    int32,
    int64,
    optional_struct,
    record_batches,
    string,
    uuid,
)


@dataclass(slots=True)
class ReplicaState:
    """The `FetchRequest.replica_state`."""

    replica_id: int = int32(default=-1)
    replica_epoch: int = int64(default=-1)


@dataclass(slots=True)
class FetchPartition:
    """An element of `FetchTopic.partitions`."""

    partition: int = int32()
    current_leader_epoch: int = int32(since=9, default=-1)
    fetch_offset: int = int64()
    last_fetched_epoch: int = int32(since=12, default=-1)
    log_start_offset: int = int64(since=5, default=-1)
    partition_max_bytes: int = int32()
    replica_directory_id: bytes = uuid(since=17, tag=0)
    high_watermark: int = int64(since=18, tag=1, default=0x7FFF_FFFF_FFFF_FFFF)


@dataclass(slots=True)
class FetchTopic:
    """An element of `FetchRequest.topics`."""

    topic: str = string(until=12)
    topic_id: bytes = uuid(since=13)
    partitions: list[FetchPartition] = array(FetchPartition)


@dataclass(slots=True)
class ForgottenTopic:
    """An element of `FetchRequest.forgotten_topics_data`."""

    topic: str = string(until=12)
    topic_id: bytes = uuid(since=13)
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class FetchRequest:
    """From which offsets to read, how much, and how long to wait."""

    API_KEY: ClassVar[ApiKey] = ApiKey.FETCH
    MIN_VERSION: ClassVar[int] = 4
    MAX_VERSION: ClassVar[int] = 18
    FLEXIBLE_FROM: ClassVar[int] = 12

    cluster_id: str | None = string(since=12, nullable=12, tag=0, default=None)
    replica_id: int = int32(until=14, default=-1)
    replica_state: ReplicaState | None = optional_struct(ReplicaState, since=15, tag=1)
    max_wait_ms: int = int32()
    min_bytes: int = int32()
    max_bytes: int = int32(default=0x7FFF_FFFF)
    isolation_level: int = int8()
    session_id: int = int32(since=7)
    session_epoch: int = int32(since=7, default=-1)
    topics: list[FetchTopic] = array(FetchTopic)
    forgotten_topics_data: list[ForgottenTopic] = array(ForgottenTopic, since=7)
    rack_id: str = string(since=11)


@dataclass(slots=True)
class EpochEndOffset:
    """The `PartitionData.diverging_epoch`."""

    epoch: int = int32(default=-1)
    end_offset: int = int64(default=-1)


@dataclass(slots=True)
class LeaderIdAndEpoch:
    """The `PartitionData.current_leader`."""

    leader_id: int = int32(default=-1)
    leader_epoch: int = int32(default=-1)


@dataclass(slots=True)
class SnapshotId:
    """The `PartitionData.snapshot_id`."""

    end_offset: int = int64(default=-1)
    epoch: int = int32(default=-1)


@dataclass(slots=True)
class AbortedTransaction:
    """An element of `PartitionData.aborted_transactions`."""

    producer_id: int = int64()
    first_offset: int = int64()


@dataclass(slots=True)
class PartitionData:
    """An element of `FetchableTopicResponse.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()
    high_watermark: int = int64()
    last_stable_offset: int = int64(default=-1)
    log_start_offset: int = int64(since=5, default=-1)
    diverging_epoch: EpochEndOffset | None = optional_struct(EpochEndOffset, since=12, tag=0)
    current_leader: LeaderIdAndEpoch | None = optional_struct(LeaderIdAndEpoch, since=12, tag=1)
    snapshot_id: SnapshotId | None = optional_struct(SnapshotId, since=12, tag=2)
    aborted_transactions: list[AbortedTransaction] | None = array(AbortedTransaction, nullable=0)
    preferred_read_replica: int = int32(since=11, default=-1)
    records: Payload | None = record_batches()


@dataclass(slots=True)
class FetchableTopicResponse:
    """An element of `FetchResponse.responses`."""

    topic: str = string(until=12)
    topic_id: bytes = uuid(since=13)
    partitions: list[PartitionData] = array(PartitionData)


@dataclass(slots=True)
class NodeEndpoint:
    """An element of `FetchResponse.node_endpoints`."""

    node_id: int = int32()
    host: str = string()
    port: int = int32()
    rack: str | None = string(nullable=0, default=None)


@dataclass(slots=True)
class FetchResponse:
    """Record batches and the state of each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.FETCH
    MIN_VERSION: ClassVar[int] = 4
    MAX_VERSION: ClassVar[int] = 18
    FLEXIBLE_FROM: ClassVar[int] = 12

    throttle_time_ms: int = int32()
    error_code: int = int16(since=7)
    session_id: int = int32(since=7)
    responses: list[FetchableTopicResponse] = array(FetchableTopicResponse)
    node_endpoints: list[NodeEndpoint] = array(NodeEndpoint, since=16, tag=0)
