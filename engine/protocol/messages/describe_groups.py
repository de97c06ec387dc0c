"""DescribeGroups (API key 15): describes classic groups with their members.

Versions 0-6, flexible from 5.

Version 6 answers GROUP_ID_NOT_FOUND for an unknown group; versions below a group in state Dead.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, binary, boolean, int16, int32, sentence, string


@dataclass(slots=True)
class DescribeGroupsRequest:
    """The groups to describe."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 5

    groups: list[str] = array(STRING)
    include_authorized_operations: bool = boolean(since=3)


@dataclass(slots=True)
class DescribedGroupMember:
    """An element of `DescribedGroup.members`."""

    member_id: str = string()
    group_instance_id: str | None = string(since=4, nullable=4, default=None)
    client_id: str = string()
    client_host: str = string()
    member_metadata: bytes = binary()
    member_assignment: bytes = binary()


@dataclass(slots=True)
class DescribedGroup:
    """An element of `DescribeGroupsResponse.groups`."""

    error_code: int = int16()
    error_message: str | None = sentence(since=6, nullable=6, default=None)
    group_id: str = string()
    group_state: str = string()
    protocol_type: str = string()
    protocol_data: str = string()
    members: list[DescribedGroupMember] = array(DescribedGroupMember)
    authorized_operations: int = int32(since=3, default=-0x8000_0000)


@dataclass(slots=True)
class DescribeGroupsResponse:
    """State, members and assignments of each group."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 6
    FLEXIBLE_FROM: ClassVar[int] = 5

    throttle_time_ms: int = int32(since=1)
    groups: list[DescribedGroup] = array(DescribedGroup)
