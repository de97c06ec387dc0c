"""DescribeLogDirs (API key 35): tells log directories with the size of each replica.

Versions 1-5, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int16, int32, int64, string


@dataclass(slots=True)
class DescribableLogDirTopic:
    """An element of `DescribeLogDirsRequest.topics`."""

    topic: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class DescribeLogDirsRequest:
    """The partitions to describe; null means all."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_LOG_DIRS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 2

    topics: list[DescribableLogDirTopic] | None = array(DescribableLogDirTopic, nullable=0)


@dataclass(slots=True)
class DescribeLogDirsPartition:
    """An element of `DescribeLogDirsTopic.partitions`."""

    partition_index: int = int32()
    partition_size: int = int64()
    offset_lag: int = int64()
    is_future_key: bool = boolean()


@dataclass(slots=True)
class DescribeLogDirsTopic:
    """An element of `DescribeLogDirsResult.topics`."""

    name: str = string()
    partitions: list[DescribeLogDirsPartition] = array(DescribeLogDirsPartition)


@dataclass(slots=True)
class DescribeLogDirsResult:
    """An element of `DescribeLogDirsResponse.results`."""

    error_code: int = int16()
    log_dir: str = string()
    topics: list[DescribeLogDirsTopic] = array(DescribeLogDirsTopic)
    total_bytes: int = int64(since=4, default=-1)
    usable_bytes: int = int64(since=4, default=-1)
    is_cordoned: bool = boolean(since=5)


@dataclass(slots=True)
class DescribeLogDirsResponse:
    """Each directory with its space and replicas."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_LOG_DIRS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    error_code: int = int16(since=3)
    results: list[DescribeLogDirsResult] = array(DescribeLogDirsResult)
