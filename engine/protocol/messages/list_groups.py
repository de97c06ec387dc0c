"""ListGroups (API key 16): lists the groups that a broker coordinates.

Versions 0-5, flexible from 3.

Version 4 filters by state, version 5 by type.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, int16, int32, string


@dataclass(slots=True)
class ListGroupsRequest:
    """Filters: states and types."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    states_filter: list[str] = array(STRING, since=4)
    types_filter: list[str] = array(STRING, since=5)


@dataclass(slots=True)
class ListedGroup:
    """An element of `ListGroupsResponse.groups`."""

    group_id: str = string()
    protocol_type: str = string()
    group_state: str = string(since=4)
    group_type: str = string(since=5)


@dataclass(slots=True)
class ListGroupsResponse:
    """The groups that pass the filters."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    throttle_time_ms: int = int32(since=1)
    error_code: int = int16()
    groups: list[ListedGroup] = array(ListedGroup)
