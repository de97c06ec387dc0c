"""AlterClientQuotas (API key 49): changes quotas of users, clients and addresses.

Versions 0-1, flexible from 1.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, boolean, float64, int16, int32, sentence, string


@dataclass(slots=True)
class EntityData:
    """An element of `EntryData.entity`."""

    entity_type: str = string()
    entity_name: str | None = string(nullable=0)


@dataclass(slots=True)
class OpData:
    """An element of `EntryData.ops`."""

    key: str = string()
    value: float = float64()
    remove: bool = boolean()


@dataclass(slots=True)
class EntryData:
    """An element of `AlterClientQuotasRequest.entries`."""

    entity: list[EntityData] = array(EntityData)
    ops: list[OpData] = array(OpData)


@dataclass(slots=True)
class AlterClientQuotasRequest:
    """The quotas to set or remove."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_CLIENT_QUOTAS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 1

    entries: list[EntryData] = array(EntryData)
    validate_only: bool = boolean()


@dataclass(slots=True)
class ResponseEntryData:
    """An element of `AlterClientQuotasResponse.entries`."""

    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    entity: list[EntityData] = array(EntityData)


@dataclass(slots=True)
class AlterClientQuotasResponse:
    """The outcome for each entity."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ALTER_CLIENT_QUOTAS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 1

    throttle_time_ms: int = int32()
    entries: list[ResponseEntryData] = array(ResponseEntryData)
