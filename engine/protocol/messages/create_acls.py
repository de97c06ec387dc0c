"""CreateAcls (API key 30): creates access rules.

Versions 1-3, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int8, int16, int32, sentence, string


@dataclass(slots=True)
class AclCreation:
    """An element of `CreateAclsRequest.creations`."""

    resource_type: int = int8()
    resource_name: str = string()
    resource_pattern_type: int = int8(default=3)
    principal: str = string()
    host: str = string()
    operation: int = int8()
    permission_type: int = int8()


@dataclass(slots=True)
class CreateAclsRequest:
    """The rules to create."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_ACLS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    creations: list[AclCreation] = array(AclCreation)


@dataclass(slots=True)
class AclCreationResult:
    """An element of `CreateAclsResponse.results`."""

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)


@dataclass(slots=True)
class CreateAclsResponse:
    """The outcome for each rule."""

    API_KEY: ClassVar[ApiKey] = ApiKey.CREATE_ACLS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    results: list[AclCreationResult] = array(AclCreationResult)
