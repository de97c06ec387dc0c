"""Reads records from given offsets of partitions, each from its leader, all leaders at once.

Every call says where to read; nothing is remembered between calls, and no fetch session is held.
Long polls have connections of their own. A call ends when every leader has answered: at the latest
after the time to wait. Opening records costs time on the event loop: the byte limits bound it, and
the loop runs between batches.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.client.cluster import Cluster
from engine.client.errors import ClientError, refusal
from engine.client.offsets import Isolation, by_topic
from engine.client.pool import Purpose
from engine.client.record_batches import Opened, open_batches
from engine.client.routing import routed
from engine.client.selection import EVERYTHING, Selection
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)
from engine.records.record import Record

NAMED_TOPICS_MAX = 12
"""The last version of Fetch that names topics and not their ids."""

_CONSUMER = -1
_NO_SESSION = -1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How much one call reads and how long it waits. Byte limits are of compressed batches.

    With `keeps_aborted` a reader of committed records gets those of aborted transactions too, and
    is told which they are.
    """

    isolation: Isolation = Isolation.READ_UNCOMMITTED
    wait_ms_max: int = 500
    bytes_min: int = 1
    bytes_max: int = 1_048_576
    partition_bytes_max: int = 262_144
    inflated_bytes_max: int = 67_108_864
    selection: Selection = EVERYTHING
    keeps_aborted: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one partition had. `next_offset` is where to go on, also when there is no record.

    `last_stable_offset` is -1 from brokers that do not tell it. `size_bytes` is of the batches as
    they came; what stands behind it is explained by `Opened`.
    """

    records: tuple[Record, ...]
    next_offset: int
    high_watermark: int
    last_stable_offset: int
    log_start_offset: int
    size_bytes: int = 0
    passed_over: int = 0
    first_timestamp_ms: int | None = None
    last_timestamp_ms: int | None = None
    transactional: tuple[range, ...] = ()
    aborted: tuple[range, ...] = ()


class Fetcher:
    """Reads from one cluster."""

    def __init__(self, cluster: Cluster, settings: FetchSettings) -> None:
        self._cluster = cluster
        self._settings = settings

    async def fetch(
        self, positions: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, Fetched | ClientError]:
        """Records from an offset of each partition on: whole batches, as many as the limits allow.

        A partition whose batch is damaged gives what lies before it, then the error.
        """
        return await self._each(positions, self._opened)

    async def fetch_packed(
        self, positions: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, PartitionData | ClientError]:
        """`fetch` with the batches as they came: whoever asked opens what is needed of them."""
        return await self._each(positions, _packed)

    async def _each(
        self,
        positions: Mapping[TopicPartition, int],
        take: Callable[[PartitionData, int], Awaitable[T | ClientError]],
    ) -> dict[TopicPartition, T | ClientError]:
        async def call(
            node_id: int, asked: list[TopicPartition]
        ) -> dict[TopicPartition, T | ClientError]:
            answer = await self._ask(node_id, {key: positions[key] for key in asked})
            results: dict[TopicPartition, T | ClientError] = {}
            for topic in answer.responses:
                for partition in topic.partitions:
                    key = TopicPartition(topic.topic, partition.partition_index)
                    if key in positions:
                        results[key] = await take(partition, positions[key])
            return results

        return await routed(
            self._cluster,
            positions,
            locate=self._cluster.leaders,
            call=call,
            policy=self._cluster.settings.reading,
        )

    async def _ask(self, node_id: int, positions: Mapping[TopicPartition, int]) -> FetchResponse:
        settings = self._settings
        request = FetchRequest(
            replica_id=_CONSUMER,
            max_wait_ms=settings.wait_ms_max,
            min_bytes=settings.bytes_min,
            max_bytes=settings.bytes_max,
            isolation_level=int(settings.isolation),
            session_epoch=_NO_SESSION,
            topics=[
                FetchTopic(
                    topic,
                    partitions=[
                        FetchPartition(
                            partition=key.partition,
                            fetch_offset=positions[key],
                            partition_max_bytes=settings.partition_bytes_max,
                        )
                        for key in keys
                    ],
                )
                for topic, keys in by_topic(positions).items()
            ],
        )
        connection = await self._cluster.connection(node_id, Purpose.FETCHING)
        answer = await connection.request(
            request,
            FetchResponse,
            max_version=NAMED_TOPICS_MAX,
            timeout_s=self._cluster.settings.request_timeout_s + settings.wait_ms_max / 1000,
        )
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        return answer

    async def _opened(self, partition: PartitionData, position: int) -> Fetched | ClientError:
        if partition.error_code != ErrorCode.NONE:
            return refusal(partition.error_code)
        opened = Opened(next_offset=position)
        if isinstance(partition.records, memoryview):
            aborted = [
                (transaction.first_offset, transaction.producer_id)
                for transaction in partition.aborted_transactions or ()
            ]
            is_committed_only = self._settings.isolation is Isolation.READ_COMMITTED
            for _ in open_batches(
                partition.records,
                opened,
                aborted=aborted if is_committed_only else [],
                limit_bytes=self._settings.inflated_bytes_max,
                selection=self._settings.selection,
                keeps_aborted=self._settings.keeps_aborted,
            ):
                await asyncio.sleep(0)
        if opened.error is not None and opened.next_offset == position:
            return opened.error
        return Fetched(
            tuple(opened.records),
            opened.next_offset,
            partition.high_watermark,
            partition.last_stable_offset,
            partition.log_start_offset,
            len(partition.records) if isinstance(partition.records, memoryview) else 0,
            opened.passed_over,
            opened.first_timestamp_ms,
            opened.last_timestamp_ms,
            tuple(opened.transactional),
            tuple(opened.aborted),
        )


async def _packed(partition: PartitionData, _position: int) -> PartitionData | ClientError:
    if partition.error_code != ErrorCode.NONE:
        return refusal(partition.error_code)
    return partition
