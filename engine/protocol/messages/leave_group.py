"""LeaveGroup (API key 13): takes members out of a classic group.

Versions 0-5, flexible from 4.

Version 3 takes out several members at once; versions below use `member_id`.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int16, int32, string


@dataclass(slots=True)
class MemberIdentity:
    """An element of `LeaveGroupRequest.members`."""

    member_id: str = string()
    group_instance_id: str | None = string(nullable=0, default=None)
    reason: str | None = string(since=5, nullable=5, default=None)


@dataclass(slots=True)
class LeaveGroupRequest:
    """The members that leave."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LEAVE_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 4

    group_id: str = string()
    member_id: str = string(until=2)
    members: list[MemberIdentity] = array(MemberIdentity, since=3)


@dataclass(slots=True)
class MemberResponse:
    """An element of `LeaveGroupResponse.members`."""

    member_id: str = string()
    group_instance_id: str | None = string(nullable=0)
    error_code: int = int16()


@dataclass(slots=True)
class LeaveGroupResponse:
    """The outcome for each member."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LEAVE_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 4

    throttle_time_ms: int = int32(since=1)
    error_code: int = int16()
    members: list[MemberResponse] = array(MemberResponse, since=3)
