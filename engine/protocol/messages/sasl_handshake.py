"""SaslHandshake (API key 17): chooses a SASL mechanism.

Versions 0-1, never flexible.

Version 1 carries the exchange in SaslAuthenticate; version 0 in bare length-prefixed tokens.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import NEVER, STRING, array, int16, string


@dataclass(slots=True)
class SaslHandshakeRequest:
    """The mechanism that the client wants."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SASL_HANDSHAKE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = NEVER

    mechanism: str = string()


@dataclass(slots=True)
class SaslHandshakeResponse:
    """The mechanisms that the broker offers."""

    API_KEY: ClassVar[ApiKey] = ApiKey.SASL_HANDSHAKE
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = NEVER

    error_code: int = int16()
    mechanisms: list[str] = array(STRING)
