"""Produce (API key 0): appends record batches to partitions.

Versions 3-13, flexible from 9.

Version 7 may carry zstd. Version 10 adds hints about the leader (KIP-951). Version 12 adds
partitions to the transaction by itself (KIP-890). Version 13 names topics by id.
Kafka lists versions from 0, since old librdkafka looks for them, and refuses those below 3.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import (
    Payload,
    array,
    int16,
    int32,
    int64,
    optional_struct,
    record_batches,
    sentence,
    string,
    uuid,
)


@dataclass(slots=True)
class PartitionProduceData:
    """An element of `TopicProduceData.partition_data`."""

    index: int = int32()
    records: Payload | None = record_batches()


@dataclass(slots=True)
class TopicProduceData:
    """An element of `ProduceRequest.topic_data`."""

    name: str = string(until=12)
    topic_id: bytes = uuid(since=13)
    partition_data: list[PartitionProduceData] = array(PartitionProduceData)


@dataclass(slots=True)
class ProduceRequest:
    """Record batches to append, by topic and partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.PRODUCE
    MIN_VERSION: ClassVar[int] = 3
    MAX_VERSION: ClassVar[int] = 13
    FLEXIBLE_FROM: ClassVar[int] = 9

    transactional_id: str | None = string(nullable=0, default=None)
    acks: int = int16()
    timeout_ms: int = int32()
    topic_data: list[TopicProduceData] = array(TopicProduceData)


@dataclass(slots=True)
class BatchIndexAndErrorMessage:
    """An element of `PartitionProduceResponse.record_errors`."""

    batch_index: int = int32()
    batch_index_error_message: str | None = sentence(nullable=0, default=None)


@dataclass(slots=True)
class LeaderIdAndEpoch:
    """The `PartitionProduceResponse.current_leader`."""

    leader_id: int = int32(default=-1)
    leader_epoch: int = int32(default=-1)


@dataclass(slots=True)
class PartitionProduceResponse:
    """An element of `TopicProduceResponse.partition_responses`."""

    index: int = int32()
    error_code: int = int16()
    base_offset: int = int64()
    log_append_time_ms: int = int64(default=-1)
    log_start_offset: int = int64(since=5, default=-1)
    record_errors: list[BatchIndexAndErrorMessage] = array(BatchIndexAndErrorMessage, since=8)
    error_message: str | None = sentence(since=8, nullable=8, default=None)
    current_leader: LeaderIdAndEpoch | None = optional_struct(LeaderIdAndEpoch, since=10, tag=0)


@dataclass(slots=True)
class TopicProduceResponse:
    """An element of `ProduceResponse.responses`."""

    name: str = string(until=12)
    topic_id: bytes = uuid(since=13)
    partition_responses: list[PartitionProduceResponse] = array(PartitionProduceResponse)


@dataclass(slots=True)
class NodeEndpoint:
    """An element of `ProduceResponse.node_endpoints`."""

    node_id: int = int32()
    host: str = string()
    port: int = int32()
    rack: str | None = string(nullable=0, default=None)


@dataclass(slots=True)
class ProduceResponse:
    """Where each batch went, or why it did not."""

    API_KEY: ClassVar[ApiKey] = ApiKey.PRODUCE
    MIN_VERSION: ClassVar[int] = 3
    MAX_VERSION: ClassVar[int] = 13
    FLEXIBLE_FROM: ClassVar[int] = 9

    responses: list[TopicProduceResponse] = array(TopicProduceResponse)
    throttle_time_ms: int = int32()
    node_endpoints: list[NodeEndpoint] = array(NodeEndpoint, since=10, tag=0)
