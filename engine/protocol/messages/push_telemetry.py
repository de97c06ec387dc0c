"""PushTelemetry (API key 72): carries metrics of a client.

Version 0, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import binary, boolean, int8, int16, int32, uuid


@dataclass(slots=True)
class PushTelemetryRequest:
    """The metrics."""

    API_KEY: ClassVar[ApiKey] = ApiKey.PUSH_TELEMETRY
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    client_instance_id: bytes = uuid()
    subscription_id: int = int32()
    terminating: bool = boolean()
    compression_type: int = int8()
    metrics: bytes = binary()


@dataclass(slots=True)
class PushTelemetryResponse:
    """The outcome."""

    API_KEY: ClassVar[ApiKey] = ApiKey.PUSH_TELEMETRY
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
