"""AddPartitionsToTxn (API key 24): adds partitions to a transaction.

Versions 0-5, flexible from 3.

Versions from 4 on are for brokers: they verify many transactions in one request. Clients use the
fields that begin with `v3_and_below`.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int16, int32, int64, string


@dataclass(slots=True)
class AddPartitionsToTxnTopic:
    """An element of `AddPartitionsToTxnTransaction.topics` and of
    `AddPartitionsToTxnRequest.v3_and_below_topics`.
    """

    name: str = string()
    partitions: list[int] = array(INT32)


@dataclass(slots=True)
class AddPartitionsToTxnTransaction:
    """An element of `AddPartitionsToTxnRequest.transactions`."""

    transactional_id: str = string()
    producer_id: int = int64()
    producer_epoch: int = int16()
    verify_only: bool = boolean()
    topics: list[AddPartitionsToTxnTopic] = array(AddPartitionsToTxnTopic)


@dataclass(slots=True)
class AddPartitionsToTxnRequest:
    """The partitions that a transaction is about to write to."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ADD_PARTITIONS_TO_TXN
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    transactions: list[AddPartitionsToTxnTransaction] = array(
        AddPartitionsToTxnTransaction, since=4
    )
    v3_and_below_transactional_id: str = string(until=3)
    v3_and_below_producer_id: int = int64(until=3)
    v3_and_below_producer_epoch: int = int16(until=3)
    v3_and_below_topics: list[AddPartitionsToTxnTopic] = array(AddPartitionsToTxnTopic, until=3)


@dataclass(slots=True)
class AddPartitionsToTxnPartitionResult:
    """An element of `AddPartitionsToTxnTopicResult.results_by_partition`."""

    partition_index: int = int32()
    partition_error_code: int = int16()


@dataclass(slots=True)
class AddPartitionsToTxnTopicResult:
    """An element of `AddPartitionsToTxnResult.topic_results` and of
    `AddPartitionsToTxnResponse.results_by_topic_v3_and_below`.
    """

    name: str = string()
    results_by_partition: list[AddPartitionsToTxnPartitionResult] = array(
        AddPartitionsToTxnPartitionResult
    )


@dataclass(slots=True)
class AddPartitionsToTxnResult:
    """An element of `AddPartitionsToTxnResponse.results_by_transaction`."""

    transactional_id: str = string()
    topic_results: list[AddPartitionsToTxnTopicResult] = array(AddPartitionsToTxnTopicResult)


@dataclass(slots=True)
class AddPartitionsToTxnResponse:
    """The outcome for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.ADD_PARTITIONS_TO_TXN
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    throttle_time_ms: int = int32()
    error_code: int = int16(since=4)
    results_by_transaction: list[AddPartitionsToTxnResult] = array(
        AddPartitionsToTxnResult, since=4
    )
    results_by_topic_v3_and_below: list[AddPartitionsToTxnTopicResult] = array(
        AddPartitionsToTxnTopicResult, until=3
    )
