"""DeleteTopics (API key 20): deletes topics.

Versions 1-6, flexible from 4.

Version 6 names topics by id or by name in `topics`; versions below use `topic_names`.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, int16, int32, sentence, string, uuid


@dataclass(slots=True)
class DeleteTopicState:
    """An element of `DeleteTopicsRequest.topics`."""

    name: str | None = string(nullable=0, default=None)
    topic_id: bytes = uuid()


@dataclass(slots=True)
class DeleteTopicsRequest:
    """The topics to delete, by name or by id."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DELETE_TOPICS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 4

    topics: list[DeleteTopicState] = array(DeleteTopicState, since=6)
    topic_names: list[str] = array(STRING, until=5)
    timeout_ms: int = int32()


@dataclass(slots=True)
class DeletableTopicResult:
    """An element of `DeleteTopicsResponse.responses`."""

    name: str | None = string(nullable=6)
    topic_id: bytes = uuid(since=6)
    error_code: int = int16()
    error_message: str | None = sentence(since=5, nullable=5, default=None)


@dataclass(slots=True)
class DeleteTopicsResponse:
    """The outcome for each topic."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DELETE_TOPICS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 4

    throttle_time_ms: int = int32()
    responses: list[DeletableTopicResult] = array(DeletableTopicResult)
