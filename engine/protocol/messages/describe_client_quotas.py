"""DescribeClientQuotas (API key 48): describes quotas of users, clients and addresses.

Versions 0-1, flexible from 1.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, boolean, float64, int8, int16, int32, sentence, string


@dataclass(slots=True)
class ComponentData:
    """An element of `DescribeClientQuotasRequest.components`."""

    entity_type: str = string()
    match_type: int = int8()
    match: str | None = string(nullable=0)


@dataclass(slots=True)
class DescribeClientQuotasRequest:
    """Filters of entities."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_CLIENT_QUOTAS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 1

    components: list[ComponentData] = array(ComponentData)
    strict: bool = boolean()


@dataclass(slots=True)
class EntityData:
    """An element of `EntryData.entity`."""

    entity_type: str = string()
    entity_name: str | None = string(nullable=0)


@dataclass(slots=True)
class ValueData:
    """An element of `EntryData.values`."""

    key: str = string()
    value: float = float64()


@dataclass(slots=True)
class EntryData:
    """An element of `DescribeClientQuotasResponse.entries`."""

    entity: list[EntityData] = array(EntityData)
    values: list[ValueData] = array(ValueData)


@dataclass(slots=True)
class DescribeClientQuotasResponse:
    """The quotas of each entity."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_CLIENT_QUOTAS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 1
    FLEXIBLE_FROM: ClassVar[int] = 1

    throttle_time_ms: int = int32()
    error_code: int = int16()
    error_message: str | None = sentence(nullable=0)
    entries: list[EntryData] | None = array(EntryData, nullable=0)
