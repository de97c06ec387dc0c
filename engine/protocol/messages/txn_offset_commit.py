"""TxnOffsetCommit (API key 28): stores consumed offsets that become visible with a transaction.

Versions 0-5, flexible from 3.

Version 3 checks generation and member (KIP-447), version 5 adds the group to the transaction by
itself.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import array, int16, int32, int64, string


@dataclass(slots=True)
class TxnOffsetCommitRequestPartition:
    """An element of `TxnOffsetCommitRequestTopic.partitions`."""

    partition_index: int = int32()
    committed_offset: int = int64()
    committed_leader_epoch: int = int32(since=2, default=-1)
    committed_metadata: str | None = string(nullable=0)


@dataclass(slots=True)
class TxnOffsetCommitRequestTopic:
    """An element of `TxnOffsetCommitRequest.topics`."""

    name: str = string()
    partitions: list[TxnOffsetCommitRequestPartition] = array(TxnOffsetCommitRequestPartition)


@dataclass(slots=True)
class TxnOffsetCommitRequest:
    """Offsets that wait for the end of a transaction."""

    API_KEY: ClassVar[ApiKey] = ApiKey.TXN_OFFSET_COMMIT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    transactional_id: str = string()
    group_id: str = string()
    producer_id: int = int64()
    producer_epoch: int = int16()
    generation_id: int = int32(since=3, default=-1)
    member_id: str = string(since=3)
    group_instance_id: str | None = string(since=3, nullable=3, default=None)
    topics: list[TxnOffsetCommitRequestTopic] = array(TxnOffsetCommitRequestTopic)


@dataclass(slots=True)
class TxnOffsetCommitResponsePartition:
    """An element of `TxnOffsetCommitResponseTopic.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()


@dataclass(slots=True)
class TxnOffsetCommitResponseTopic:
    """An element of `TxnOffsetCommitResponse.topics`."""

    name: str = string()
    partitions: list[TxnOffsetCommitResponsePartition] = array(TxnOffsetCommitResponsePartition)


@dataclass(slots=True)
class TxnOffsetCommitResponse:
    """The outcome for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.TXN_OFFSET_COMMIT
    MIN_VERSION: ClassVar[int] = 0
    MAX_VERSION: ClassVar[int] = 5
    FLEXIBLE_FROM: ClassVar[int] = 3

    throttle_time_ms: int = int32()
    topics: list[TxnOffsetCommitResponseTopic] = array(TxnOffsetCommitResponseTopic)
