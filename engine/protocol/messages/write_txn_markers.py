"""WriteTxnMarkers (API key 27): writes the markers that end transactions; sent between brokers.

Versions 1-2, flexible from 1.
"""

from dataclasses import dataclass
from typing import ClassVar

from engine.protocol.api_keys import ApiKey
from engine.protocol.fields import INT32, array, boolean, int8, int16, int32, int64, string


@dataclass(slots=True)
class WritableTxnMarkerTopic:
    """An element of `WritableTxnMarker.topics`."""

    name: str = string()
    partition_indexes: list[int] = array(INT32)


@dataclass(slots=True)
class WritableTxnMarker:
    """An element of `WriteTxnMarkersRequest.markers`."""

    producer_id: int = int64()
    producer_epoch: int = int16()
    transaction_result: bool = boolean()
    topics: list[WritableTxnMarkerTopic] = array(WritableTxnMarkerTopic)
    coordinator_epoch: int = int32()
    transaction_version: int = int8(since=2)


@dataclass(slots=True)
class WriteTxnMarkersRequest:
    """The markers to write."""

    API_KEY: ClassVar[ApiKey] = ApiKey.WRITE_TXN_MARKERS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 1

    markers: list[WritableTxnMarker] = array(WritableTxnMarker)


@dataclass(slots=True)
class WritableTxnMarkerPartitionResult:
    """An element of `WritableTxnMarkerTopicResult.partitions`."""

    partition_index: int = int32()
    error_code: int = int16()


@dataclass(slots=True)
class WritableTxnMarkerTopicResult:
    """An element of `WritableTxnMarkerResult.topics`."""

    name: str = string()
    partitions: list[WritableTxnMarkerPartitionResult] = array(WritableTxnMarkerPartitionResult)


@dataclass(slots=True)
class WritableTxnMarkerResult:
    """An element of `WriteTxnMarkersResponse.markers`."""

    producer_id: int = int64()
    topics: list[WritableTxnMarkerTopicResult] = array(WritableTxnMarkerTopicResult)


@dataclass(slots=True)
class WriteTxnMarkersResponse:
    """The outcome for each partition."""

    API_KEY: ClassVar[ApiKey] = ApiKey.WRITE_TXN_MARKERS
    MIN_VERSION: ClassVar[int] = 1
    MAX_VERSION: ClassVar[int] = 2
    FLEXIBLE_FROM: ClassVar[int] = 1

    markers: list[WritableTxnMarkerResult] = array(WritableTxnMarkerResult)
