"""DescribeConfigs (API key 32): describes the configuration of topics, brokers and groups.

Versions 1-4, flexible from 4.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import STRING, array, boolean, int8, int16, int32, sentence, string


@dataclass(slots=True)
class DescribeConfigsResource:
    """An element of `DescribeConfigsRequest.resources`."""

    resource_type: int = int8()
    resource_name: str = string()
    configuration_keys: list[str] | None = array(STRING, nullable=0)


@dataclass(slots=True)
class DescribeConfigsRequest:
    """The resources, and which of their keys; null means all keys."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_CONFIGS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 4

    resources: list[DescribeConfigsResource] = array(DescribeConfigsResource)
    include_synonyms: bool = boolean()
    include_documentation: bool = boolean(since=3)


@dataclass(slots=True)
class DescribeConfigsSynonym:
    """An element of `DescribeConfigsResourceResult.synonyms`."""

    name: str = string()
    value: str | None = string(nullable=0)
    source: int = int8()


@dataclass(slots=True)
class DescribeConfigsResourceResult:
    """An element of `DescribeConfigsResult.configs`."""

    name: str = string()
    value: str | None = string(nullable=0)
    read_only: bool = boolean()
    config_source: int = int8(default=-1)
    is_sensitive: bool = boolean()
    synonyms: list[DescribeConfigsSynonym] = array(DescribeConfigsSynonym)
    config_type: int = int8(since=3)
    documentation: str | None = string(since=3, nullable=3)


@dataclass(slots=True)
class DescribeConfigsResult:
    """An element of `DescribeConfigsResponse.results`."""

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    resource_type: int = int8()
    resource_name: str = string()
    configs: list[DescribeConfigsResourceResult] = array(DescribeConfigsResourceResult)


@dataclass(slots=True)
class DescribeConfigsResponse:
    """Every configuration with its value and source."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_CONFIGS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 4

    throttle_time_ms: int = int32()
    results: list[DescribeConfigsResult] = array(DescribeConfigsResult)
