"""Heartbeat (API key 12): keeps a classic group member alive.

Versions 0-4, flexible from 4.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import int16, int32, string


@dataclass(slots=True)
class HeartbeatRequest:
    """A sign of life of one member."""

    API_KEY: ClassVar[ApiKey] = ApiKey.HEARTBEAT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 4

    group_id: str = string()
    generation_id: int = int32()
    member_id: str = string()
    group_instance_id: str | None = string(since=3, nullable=3, default=None)


@dataclass(slots=True)
class HeartbeatResponse:
    """Whether the member may go on."""

    API_KEY: ClassVar[ApiKey] = ApiKey.HEARTBEAT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 4
    FLEXIBLE_FROM: ClassVar[int] = 4

    throttle_time_ms: int = int32(since=1)
    error_code: int = int16()
