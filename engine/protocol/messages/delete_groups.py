"""DeleteGroups (API key 42): deletes groups with their offsets.

Versions 0-2, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, int16, int32, string


@dataclass(slots=True)
class DeleteGroupsRequest:
    """The groups to delete."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DELETE_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    groups_names: list[str] = array(STRING)


@dataclass(slots=True)
class DeletableGroupResult:
    """An element of `DeleteGroupsResponse.results`."""

    group_id: str = string()
    error_code: int = int16()


@dataclass(slots=True)
class DeleteGroupsResponse:
    """The outcome for each group."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DELETE_GROUPS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    results: list[DeletableGroupResult] = array(DeletableGroupResult)
