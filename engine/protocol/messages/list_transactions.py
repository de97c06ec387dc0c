"""ListTransactions (API key 66): lists the transactions that a broker coordinates.

Versions 0-2, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT64, STRING, array, int16, int32, int64, string


@dataclass(slots=True)
class ListTransactionsRequest:
    """Filters of transactions."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_TRANSACTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    state_filters: list[str] = array(STRING)
    producer_id_filters: list[int] = array(INT64)
    duration_filter: int = int64(since=1, default=-1)
    transactional_id_pattern: str | None = string(since=2, nullable=2, default=None)


@dataclass(slots=True)
class TransactionState:
    """An element of `ListTransactionsResponse.transaction_states`."""

    transactional_id: str = string()
    producer_id: int = int64()
    transaction_state: str = string()


@dataclass(slots=True)
class ListTransactionsResponse:
    """The transactions that pass the filters."""

    API_KEY: ClassVar[ApiKey] = ApiKey.LIST_TRANSACTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    error_code: int = int16()
    unknown_state_filters: list[str] = array(STRING)
    transaction_states: list[TransactionState] = array(TransactionState)
