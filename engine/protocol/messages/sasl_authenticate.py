"""SaslAuthenticate (API key 36): carries the tokens of a SASL exchange.

Versions 0-2, flexible from 2.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import binary, int16, int64, sentence


@dataclass(slots=True)
class SaslAuthenticateRequest:
    """One token of the client."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SASL_AUTHENTICATE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    auth_bytes: bytes = binary()


@dataclass(slots=True)
class SaslAuthenticateResponse:
    """One token of the broker."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SASL_AUTHENTICATE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 2

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    auth_bytes: bytes = binary()
    session_lifetime_ms: int = int64(since=1)
