"""DescribeTransactions (API key 65): describes transactions by their ids.

Version 0, all flexible.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, STRING, array, int16, int32, int64, string


@dataclass(slots=True)
class DescribeTransactionsRequest:
    """The transactional ids."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_TRANSACTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    transactional_ids: list[str] = array(STRING)


@dataclass(slots=True)
class TopicData:
    """An element of `TransactionState.topics`."""

    topic: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class TransactionState:
    """An element of `DescribeTransactionsResponse.transaction_states`."""

    error_code: int = int16()
    transactional_id: str = string()
    transaction_state: str = string()
    transaction_timeout_ms: int = int32()
    transaction_start_time_ms: int = int64()
    producer_id: int = int64()
    producer_epoch: int = int16()
    topics: list[TopicData] = array(TopicData)


@dataclass(slots=True)
class DescribeTransactionsResponse:
    """State and partitions of each transaction."""

    API_KEY: ClassVar[ApiKey] = ApiKey.DESCRIBE_TRANSACTIONS
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 0
    FLEXIBLE_FROM: ClassVar[int] = 0

    throttle_time_ms: int = int32()
    transaction_states: list[TransactionState] = array(TransactionState)
