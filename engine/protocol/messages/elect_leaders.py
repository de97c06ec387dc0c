"""ElectLeaders (API key 43): elects leaders of partitions.

Versions 0-2, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, int8, int16, int32, sentence, string


@dataclass(slots=True)
class TopicPartitions:
    """An element of `ElectLeadersRequest.topic_partitions`."""

    topic: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class ElectLeadersRequest:
    """The partitions to elect for; null means all."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ELECT_LEADERS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    election_type: int = int8(since=1)
    topic_partitions: list[TopicPartitions] | None = array(TopicPartitions, nullable=0)
    timeout_ms: int = int32(default=60_000)


@dataclass(slots=True)
class PartitionResult:
    """An element of `ReplicaElectionResult.partition_result`."""

    partition_id: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)


@dataclass(slots=True)
class ReplicaElectionResult:
    """An element of `ElectLeadersResponse.replica_election_results`."""

    topic: str = string()
    partition_result: list[PartitionResult] = array(PartitionResult)


@dataclass(slots=True)
class ElectLeadersResponse:
    """The outcome for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ELECT_LEADERS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    error_code: int = int16(since=1)
    replica_election_results: list[ReplicaElectionResult] = array(ReplicaElectionResult)
