"""CreateTopics (API key 19): creates topics.

Versions 2-7, flexible from 5.

Version 4 takes -1 as the default of partitions and replicas, version 5 answers with the
configuration, version 7 with the id of the topic.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int8, int16, int32, sentence, string, uuid


@dataclass(slots=True)
class CreatableReplicaAssignment:
    """An element of `CreatableTopic.assignments`."""

    partition_index: int = int32()
    broker_ids: list[int] = array(INT32)


@dataclass(slots=True)
class CreatableTopicConfig:
    """An element of `CreatableTopic.configs`."""

    name: str = string()
    value: str | None = string(nullable=0)


@dataclass(slots=True)
class CreatableTopic:
    """An element of `CreateTopicsRequest.topics`."""

    name: str = string()
    num_partitions: int = int32()
    replication_factor: int = int16()
    assignments: list[CreatableReplicaAssignment] = array(CreatableReplicaAssignment)
    configs: list[CreatableTopicConfig] = array(CreatableTopicConfig)


@dataclass(slots=True)
class CreateTopicsRequest:
    """The topics to create."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_TOPICS
    MIN_VERSION: ClassVar[int] = 2
    MAX_VERSION: ClassVar[int] = 7
    FLEXIBLE_FROM: ClassVar[int] = 5

    topics: list[CreatableTopic] = array(CreatableTopic)
    timeout_ms: int = int32(default=60_000)
    validate_only: bool = boolean()


@dataclass(slots=True)
class CreatableTopicConfigs:
    """An element of `CreatableTopicResult.configs`."""

    name: str = string()
    value: str | None = string(nullable=0)
    read_only: bool = boolean()
    config_source: int = int8(default=-1)
    is_sensitive: bool = boolean()


@dataclass(slots=True)
class CreatableTopicResult:
    """An element of `CreateTopicsResponse.topics`."""

    name: str = string()
    topic_id: bytes = uuid(since=7)
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    topic_config_error_code: int = int16(since=5, tag=0)
    num_partitions: int = int32(since=5, default=-1)
    replication_factor: int = int16(since=5, default=-1)
    configs: list[CreatableTopicConfigs] | None = array(CreatableTopicConfigs, since=5, nullable=5)


@dataclass(slots=True)
class CreateTopicsResponse:
    """The outcome for each topic."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_TOPICS
    MIN_VERSION: ClassVar[int] = 2
    MAX_VERSION: ClassVar[int] = 7
    FLEXIBLE_FROM: ClassVar[int] = 5

    throttle_time_ms: int = int32()
    topics: list[CreatableTopicResult] = array(CreatableTopicResult)
