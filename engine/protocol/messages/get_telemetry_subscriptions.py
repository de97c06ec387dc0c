"""GetTelemetrySubscriptions (API key 71): tells a client which of its metrics are wanted.

Version 0, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT8, STRING, array, boolean, int16, int32, uuid


@dataclass(slots=True)
class GetTelemetrySubscriptionsRequest:
    """The instance of the client."""

    API_KEY: ClassVar[ApiKey] = ApiKey.GET_TELEMETRY_SUBSCRIPTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    client_instance_id: bytes = uuid()


@dataclass(slots=True)
class GetTelemetrySubscriptionsResponse:
    """The metrics that the broker wants."""

    API_KEY: ClassVar[ApiKey] = ApiKey.GET_TELEMETRY_SUBSCRIPTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
    client_instance_id: bytes = uuid()
    subscription_id: int = int32()
    accepted_compression_types: list[int] = array(INT8)
    push_interval_ms: int = int32()
    telemetry_max_bytes: int = int32()
    delta_temporality: bool = boolean()
    requested_metrics: list[str] = array(STRING)
