"""Metadata (API key 3): tells topics, partitions, leaders and brokers.

Versions 0-13, flexible from 9.

An empty list of topics means all in version 0 and none from version 1 on, where null means all.
Version 12 finds topics by id. Version 13 can answer REBOOTSTRAP_REQUIRED (KIP-1102).
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int16, int32, string, uuid


@dataclass(slots=True)
class MetadataRequestTopic:
    """An element of `MetadataRequest.topics`."""

    topic_id: bytes = uuid(since=10)
    name: str | None = string(nullable=10)


@dataclass(slots=True)
class MetadataRequest:
    """The topics to describe; null means all of them."""

    API_KEY: ClassVar[ApiKey] = ApiKey.METADATA
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 13
    FLEXIBLE_FROM: ClassVar[int] = 9

    topics: list[MetadataRequestTopic] | None = array(MetadataRequestTopic, nullable=1)
    allow_auto_topic_creation: bool = boolean(since=4, default=True)
    include_cluster_authorized_operations: bool = boolean(since=8, until=10)
    include_topic_authorized_operations: bool = boolean(since=8)


@dataclass(slots=True)
class MetadataResponseBroker:
    """An element of `MetadataResponse.brokers`."""

    node_id: int = int32()
    host: str = string()
    port: int = int32()
    rack: str | None = string(since=1, nullable=1, default=None)


@dataclass(slots=True)
class MetadataResponsePartition:
    """An element of `MetadataResponseTopic.partitions`."""

    error_code: int = int16()
    partition_index: int = int32()
    leader_id: int = int32()
    leader_epoch: int = int32(since=7, default=-1)
    replica_nodes: list[int] = array(INT32)
    isr_nodes: list[int] = array(INT32)
    offline_replicas: list[int] = array(INT32, since=5)


@dataclass(slots=True)
class MetadataResponseTopic:
    """An element of `MetadataResponse.topics`."""

    error_code: int = int16()
    name: str | None = string(nullable=12)
    topic_id: bytes = uuid(since=10)
    is_internal: bool = boolean(since=1)
    partitions: list[MetadataResponsePartition] = array(MetadataResponsePartition)
    topic_authorized_operations: int = int32(since=8, default=-0x8000_0000)


@dataclass(slots=True)
class MetadataResponse:
    """Brokers, controller, and the topics asked for."""

    API_KEY: ClassVar[ApiKey] = ApiKey.METADATA
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 13
    FLEXIBLE_FROM: ClassVar[int] = 9

    throttle_time_ms: int = int32(since=3)
    brokers: list[MetadataResponseBroker] = array(MetadataResponseBroker)
    cluster_id: str | None = string(since=2, nullable=2, default=None)
    controller_id: int = int32(since=1, default=-1)
    topics: list[MetadataResponseTopic] = array(MetadataResponseTopic)
    cluster_authorized_operations: int = int32(since=8, until=10, default=-0x8000_0000)
    error_code: int = int16(since=13)
