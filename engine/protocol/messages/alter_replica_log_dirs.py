"""AlterReplicaLogDirs (API key 34): moves replicas between log directories of a broker.

Versions 1-2, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, int16, int32, string


@dataclass(slots=True)
class AlterReplicaLogDirTopic:
    """An element of `AlterReplicaLogDir.topics`."""

    name: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class AlterReplicaLogDir:
    """An element of `AlterReplicaLogDirsRequest.dirs`."""

    path: str = string()
    topics: list[AlterReplicaLogDirTopic] = array(AlterReplicaLogDirTopic)


@dataclass(slots=True)
class AlterReplicaLogDirsRequest:
    """Where each replica shall be."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_REPLICA_LOG_DIRS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    dirs: list[AlterReplicaLogDir] = array(AlterReplicaLogDir)


@dataclass(slots=True)
class AlterReplicaLogDirPartitionResult:
    """An element of `AlterReplicaLogDirTopicResult.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()


@dataclass(slots=True)
class AlterReplicaLogDirTopicResult:
    """An element of `AlterReplicaLogDirsResponse.results`."""

    topic_name: str = string()
    partitions: list[AlterReplicaLogDirPartitionResult] = array(AlterReplicaLogDirPartitionResult)


@dataclass(slots=True)
class AlterReplicaLogDirsResponse:
    """The outcome for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_REPLICA_LOG_DIRS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    results: list[AlterReplicaLogDirTopicResult] = array(AlterReplicaLogDirTopicResult)
