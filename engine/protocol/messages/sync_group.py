"""SyncGroup (API key 14): hands the leader's assignment to every member of a classic group.

Versions 0-5, flexible from 4.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, binary, int16, int32, string


@dataclass(slots=True)
class SyncGroupRequestAssignment:
    """An element of `SyncGroupRequest.assignments`."""

    member_id: str = string()
    assignment: bytes = binary()


@dataclass(slots=True)
class SyncGroupRequest:
    """A member that waits for its assignment; from the leader, all assignments."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SYNC_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 4

    group_id: str = string()
    generation_id: int = int32()
    member_id: str = string()
    group_instance_id: str | None = string(since=3, nullable=3, default=None)
    protocol_type: str | None = string(since=5, nullable=5, default=None)
    protocol_name: str | None = string(since=5, nullable=5, default=None)
    assignments: list[SyncGroupRequestAssignment] = array(SyncGroupRequestAssignment)


@dataclass(slots=True)
class SyncGroupResponse:
    """The assignment of the member that asked."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SYNC_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 4

    throttle_time_ms: int = int32(since=1)
    error_code: int = int16()
    protocol_type: str | None = string(since=5, nullable=5, default=None)
    protocol_name: str | None = string(since=5, nullable=5, default=None)
    assignment: bytes = binary()
