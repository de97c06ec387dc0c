"""ApiVersions (API key 18): tells which APIs and versions a broker speaks.

Versions 0-4, flexible from 3.

A request in a version that the broker does not know is answered in version 0 with
UNSUPPORTED_VERSION. The header of the response is always version 0, so that it can be read by
a client that expects another version (KIP-511).
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, boolean, int16, int32, int64, string


@dataclass(slots=True)
class ApiVersionsRequest:
    """The software of the client."""

    API_KEY: ClassVar[ApiKey] = ApiKey.API_VERSIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 3

    client_software_name: str = string(since=3)
    client_software_version: str = string(since=3)


@dataclass(slots=True)
class ApiVersion:
    """An element of `ApiVersionsResponse.api_keys`."""

    api_key: int = int16()
    min_version: int = int16()
    max_version: int = int16()


@dataclass(slots=True)
class SupportedFeatureKey:
    """An element of `ApiVersionsResponse.supported_features`."""

    name: str = string()
    min_version: int = int16()
    max_version: int = int16()


@dataclass(slots=True)
class FinalizedFeatureKey:
    """An element of `ApiVersionsResponse.finalized_features`."""

    name: str = string()
    max_version_level: int = int16()
    min_version_level: int = int16()


@dataclass(slots=True)
class ApiVersionsResponse:
    """The range of versions of every API."""

    API_KEY: ClassVar[ApiKey] = ApiKey.API_VERSIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 3

    error_code: int = int16()
    api_keys: list[ApiVersion] = array(ApiVersion)
    throttle_time_ms: int = int32(since=1)
    supported_features: list[SupportedFeatureKey] = array(SupportedFeatureKey, since=3, tag=0)
    finalized_features_epoch: int = int64(since=3, tag=1, default=-1)
    finalized_features: list[FinalizedFeatureKey] = array(FinalizedFeatureKey, since=3, tag=2)
    zk_migration_ready: bool = boolean(since=3, tag=3)
