"""FindCoordinator (API key 10): finds the broker that coordinates a group or a transactional id.

Versions 0-6, flexible from 3.

Version 4 finds several keys at once. Version 5 can answer TRANSACTION_ABORTABLE, version 6 finds
share partitions.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, int8, int16, int32, sentence, string


@dataclass(slots=True)
class FindCoordinatorRequest:
    """The keys to find: groups, transactional ids or share partitions."""

    API_KEY: ClassVar[ApiKey] = ApiKey.FIND_COORDINATOR
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 3

    key: str = string(until=3)
    key_type: int = int8(since=1)
    coordinator_keys: list[str] = array(STRING, since=4)


@dataclass(slots=True)
class Coordinator:
    """An element of `FindCoordinatorResponse.coordinators`."""

    key: str = string()
    node_id: int = int32()
    host: str = string()
    port: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)


@dataclass(slots=True)
class FindCoordinatorResponse:
    """The coordinator of each key."""

    API_KEY: ClassVar[ApiKey] = ApiKey.FIND_COORDINATOR
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 3

    throttle_time_ms: int = int32(since=1)
    error_code: int = int16(until=3)
    error_message: str | None = sentence(since=1, until=3, nullable=1)
    node_id: int = int32(until=3)
    host: str = string(until=3)
    port: int = int32(until=3)
    coordinators: list[Coordinator] = array(Coordinator, since=4)
