"""UpdateFeatures (API key 57): changes the finalised levels of features.

Versions 0-2, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, boolean, int8, int16, int32, sentence, string


@dataclass(slots=True)
class FeatureUpdateKey:
    """An element of `UpdateFeaturesRequest.feature_updates`."""

    feature: str = string()
    max_version_level: int = int16()
    allow_downgrade: bool = boolean(until=0)
    upgrade_type: int = int8(since=1, default=1)


@dataclass(slots=True)
class UpdateFeaturesRequest:
    """The features and their new levels."""

    API_KEY: ClassVar[ApiKey] = ApiKey.UPDATE_FEATURES
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    timeout_ms: int = int32(default=60_000)
    feature_updates: list[FeatureUpdateKey] = array(FeatureUpdateKey)
    validate_only: bool = boolean(since=1)


@dataclass(slots=True)
class UpdatableFeatureResult:
    """An element of `UpdateFeaturesResponse.results`."""

    feature: str = string()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)


@dataclass(slots=True)
class UpdateFeaturesResponse:
    """The outcome."""

    API_KEY: ClassVar[ApiKey] = ApiKey.UPDATE_FEATURES
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    results: list[UpdatableFeatureResult] = array(UpdatableFeatureResult, until=1)
