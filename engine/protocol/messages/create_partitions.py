"""CreatePartitions (API key 37): gives topics more partitions.

Versions 0-3, flexible from 2.

`count` is the new total, not the number to add.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int16, int32, sentence, string


@dataclass(slots=True)
class CreatePartitionsAssignment:
    """An element of `CreatePartitionsTopic.assignments`."""

    broker_ids: list[int] = array(INT32)


@dataclass(slots=True)
class CreatePartitionsTopic:
    """An element of `CreatePartitionsRequest.topics`."""

    name: str = string()
    count: int = int32()
    assignments: list[CreatePartitionsAssignment] | None = array(
        CreatePartitionsAssignment, nullable=0
    )


@dataclass(slots=True)
class CreatePartitionsRequest:
    """The new total count of each topic."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_PARTITIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    topics: list[CreatePartitionsTopic] = array(CreatePartitionsTopic)
    timeout_ms: int = int32()
    validate_only: bool = boolean()


@dataclass(slots=True)
class CreatePartitionsTopicResult:
    """An element of `CreatePartitionsResponse.results`."""

    name: str = string()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0, default=None)


@dataclass(slots=True)
class CreatePartitionsResponse:
    """The outcome for each topic."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_PARTITIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    results: list[CreatePartitionsTopicResult] = array(CreatePartitionsTopicResult)
