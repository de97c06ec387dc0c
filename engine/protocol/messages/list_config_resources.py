"""ListConfigResources (API key 74): lists the resources that have a configuration.

Versions 0-1, all flexible.

Version 0 lists the resources of client metrics alone.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT8, array, int8, int16, int32, string


@dataclass(slots=True)
class ListConfigResourcesRequest:
    """The types of resource."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_CONFIG_RESOURCES
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    resource_types: list[int] = array(INT8, since=1)


@dataclass(slots=True)
class ConfigResource:
    """An element of `ListConfigResourcesResponse.config_resources`."""

    resource_name: str = string()
    resource_type: int = int8(since=1, default=16)


@dataclass(slots=True)
class ListConfigResourcesResponse:
    """The resources."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_CONFIG_RESOURCES
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
    config_resources: list[ConfigResource] = array(ConfigResource)
