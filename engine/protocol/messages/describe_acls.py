"""DescribeAcls (API key 29): lists access rules.

Versions 1-3, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int8, int16, int32, sentence, string


@dataclass(slots=True)
class DescribeAclsRequest:
    """A filter of access rules."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_ACLS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    resource_type_filter: int = int8()
    resource_name_filter: str | None = string(nullable=0)
    pattern_type_filter: int = int8(default=3)
    principal_filter: str | None = string(nullable=0)
    host_filter: str | None = string(nullable=0)
    operation: int = int8()
    permission_type: int = int8()


@dataclass(slots=True)
class AclDescription:
    """An element of `DescribeAclsResource.acls`."""

    principal: str = string()
    host: str = string()
    operation: int = int8()
    permission_type: int = int8()


@dataclass(slots=True)
class DescribeAclsResource:
    """An element of `DescribeAclsResponse.resources`."""

    resource_type: int = int8()
    resource_name: str = string()
    pattern_type: int = int8(default=3)
    acls: list[AclDescription] = array(AclDescription)


@dataclass(slots=True)
class DescribeAclsResponse:
    """The rules that pass the filter."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_ACLS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 3
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    resources: list[DescribeAclsResource] = array(DescribeAclsResource)
