"""DescribeQuorum (API key 55): describes the quorum of controllers.

Versions 0-2, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int16, int32, int64, sentence, string, uint16, uuid


@dataclass(slots=True)
class PartitionData:
    """An element of `TopicData.partitions`."""

    partition_index: int = int32()


@dataclass(slots=True)
class TopicData:
    """An element of `DescribeQuorumRequest.topics`."""

    topic_name: str = string()
    partitions: list[PartitionData] = array(PartitionData)


@dataclass(slots=True)
class DescribeQuorumRequest:
    """The partitions of the quorum."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_QUORUM
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    topics: list[TopicData] = array(TopicData)


@dataclass(slots=True)
class ReplicaState:
    """An element of `ResponsePartitionData.current_voters` and of
    `ResponsePartitionData.observers`.
    """

    replica_id: int = int32()
    replica_directory_id: bytes = uuid(since=2)
    log_end_offset: int = int64()
    last_fetch_timestamp: int = int64(since=1, default=-1)
    last_caught_up_timestamp: int = int64(since=1, default=-1)


@dataclass(slots=True)
class ResponsePartitionData:
    """An element of `ResponseTopicData.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(since=2, nullable=2)
    leader_id: int = int32()
    leader_epoch: int = int32()
    high_watermark: int = int64()
    current_voters: list[ReplicaState] = array(ReplicaState)
    observers: list[ReplicaState] = array(ReplicaState)


@dataclass(slots=True)
class ResponseTopicData:
    """An element of `DescribeQuorumResponse.topics`."""

    topic_name: str = string()
    partitions: list[ResponsePartitionData] = array(ResponsePartitionData)


@dataclass(slots=True)
class Listener:
    """An element of `Node.listeners`."""

    name: str = string()
    host: str = string()
    port: int = uint16()


@dataclass(slots=True)
class Node:
    """An element of `DescribeQuorumResponse.nodes`."""

    node_id: int = int32()
    listeners: list[Listener] = array(Listener)


@dataclass(slots=True)
class DescribeQuorumResponse:
    """Leader, voters and observers."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_QUORUM
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    error_code: int = int16()
    error_message: str | None = sentence(since=2, nullable=2)
    topics: list[ResponseTopicData] = array(ResponseTopicData)
    nodes: list[Node] = array(Node, since=2)
