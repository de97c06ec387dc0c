"""AlterConfigs (API key 33): replaces the whole configuration of resources.

Versions 0-2, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, boolean, int8, int16, int32, sentence, string


@dataclass(slots=True)
class AlterableConfig:
    """An element of `AlterConfigsResource.configs`."""

    name: str = string()
    value: str | None = string(nullable=0)


@dataclass(slots=True)
class AlterConfigsResource:
    """An element of `AlterConfigsRequest.resources`."""

    resource_type: int = int8()
    resource_name: str = string()
    configs: list[AlterableConfig] = array(AlterableConfig)


@dataclass(slots=True)
class AlterConfigsRequest:
    """The complete configuration of each resource."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_CONFIGS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    resources: list[AlterConfigsResource] = array(AlterConfigsResource)
    validate_only: bool = boolean()


@dataclass(slots=True)
class AlterConfigsResourceResponse:
    """An element of `AlterConfigsResponse.responses`."""

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    resource_type: int = int8()
    resource_name: str = string()


@dataclass(slots=True)
class AlterConfigsResponse:
    """The outcome for each resource."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_CONFIGS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    throttle_time_ms: int = int32()
    responses: list[AlterConfigsResourceResponse] = array(AlterConfigsResourceResponse)
