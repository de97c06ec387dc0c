"""JoinGroup (API key 11): joins a classic group and waits for its next generation.

Versions 0-9, flexible from 6.

Version 4 has a new member ask twice, the second time with the id that it was given. Version 5
brings static members (KIP-345), 8 the reason of joining, 9 `skip_assignment`.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, binary, boolean, int16, int32, string


@dataclass(slots=True)
class JoinGroupRequestProtocol:
    """An element of `JoinGroupRequest.protocols`."""

    name: str = string()
    metadata: bytes = binary()


@dataclass(slots=True)
class JoinGroupRequest:
    """A member with the protocols that it supports."""

    API_KEY: ClassVar[ApiKey] = ApiKey.JOIN_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 9
    FLEXIBLE_FROM: ClassVar[int] = 6

    group_id: str = string()
    session_timeout_ms: int = int32()
    rebalance_timeout_ms: int = int32(since=1, default=-1)
    member_id: str = string()
    group_instance_id: str | None = string(since=5, nullable=5, default=None)
    protocol_type: str = string()
    protocols: list[JoinGroupRequestProtocol] = array(JoinGroupRequestProtocol)
    reason: str | None = string(since=8, nullable=8, default=None)


@dataclass(slots=True)
class JoinGroupResponseMember:
    """An element of `JoinGroupResponse.members`."""

    member_id: str = string()
    group_instance_id: str | None = string(since=5, nullable=5, default=None)
    metadata: bytes = binary()


@dataclass(slots=True)
class JoinGroupResponse:
    """The new generation; the members, for its leader alone."""

    API_KEY: ClassVar[ApiKey] = ApiKey.JOIN_GROUP
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 9
    FLEXIBLE_FROM: ClassVar[int] = 6

    throttle_time_ms: int = int32(since=2)
    error_code: int = int16()
    generation_id: int = int32(default=-1)
    protocol_type: str | None = string(since=7, nullable=7, default=None)
    protocol_name: str | None = string(nullable=7)
    leader: str = string()
    skip_assignment: bool = boolean(since=9)
    member_id: str = string()
    members: list[JoinGroupResponseMember] = array(JoinGroupResponseMember)
