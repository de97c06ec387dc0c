"""Offsets of partitions: list them by time or position, and delete the records before one."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.client.cluster import Cluster
from engine.client.errors import ClientError, refusal
from engine.client.routing import routed
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)

NO_OFFSET = -1
"""The offset of a time behind the last record, or of a position in an empty partition."""

HIGH_WATERMARK = -1
"""As the offset to delete before: everything that consumers can see."""

_CONSUMER = -1


class Position(enum.IntEnum):
    """Special positions, by the numbers that take the place of a timestamp."""

    LATEST = -1
    EARLIEST = -2
    MAX_TIMESTAMP = -3


class Isolation(enum.IntEnum):
    """Which records a reader sees: all, or only those of no open or aborted transaction."""

    READ_UNCOMMITTED = 0
    READ_COMMITTED = 1


@dataclass(frozen=True, slots=True)
class ListedOffset:
    """An offset with the timestamp and leader epoch of its record; -1 where there is none."""

    offset: int
    timestamp_ms: int
    leader_epoch: int


class OffsetAdmin:
    """Offsets of one cluster's partitions, each asked of its leader, all leaders at once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def find(
        self,
        wanted: Mapping[TopicPartition, int],
        *,
        isolation: Isolation = Isolation.READ_UNCOMMITTED,
    ) -> dict[TopicPartition, ListedOffset | ClientError]:
        """The offset of a `Position`, or of the first record at or after a time in milliseconds."""

        async def call(
            node_id: int, asked: list[TopicPartition]
        ) -> dict[TopicPartition, ListedOffset | ClientError]:
            request = ListOffsetsRequest(
                replica_id=_CONSUMER,
                isolation_level=int(isolation),
                topics=[
                    ListOffsetsTopic(
                        topic,
                        [
                            ListOffsetsPartition(key.partition, timestamp=int(wanted[key]))
                            for key in keys
                        ],
                    )
                    for topic, keys in by_topic(asked).items()
                ],
                timeout_ms=self._timeout_ms,
            )
            answer = await self._cluster.request_node(node_id, request, ListOffsetsResponse)
            return {
                TopicPartition(topic.name, partition.partition_index): _listed(partition)
                for topic in answer.topics
                for partition in topic.partitions
            }

        return await routed(
            self._cluster,
            wanted,
            locate=self._cluster.leaders,
            call=call,
            policy=self._cluster.settings.reading,
        )

    async def find_all(
        self,
        partitions: Iterable[TopicPartition],
        position: int,
        *,
        isolation: Isolation = Isolation.READ_UNCOMMITTED,
    ) -> dict[TopicPartition, ListedOffset | ClientError]:
        """`find` with the same position or time for every partition."""
        return await self.find(dict.fromkeys(partitions, position), isolation=isolation)

    async def delete_records(
        self, before: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int | ClientError]:
        """Delete what lies before an offset (`HIGH_WATERMARK`: everything); the new log starts."""

        async def call(
            node_id: int, asked: list[TopicPartition]
        ) -> dict[TopicPartition, int | ClientError]:
            request = DeleteRecordsRequest(
                topics=[
                    DeleteRecordsTopic(
                        topic, [DeleteRecordsPartition(key.partition, before[key]) for key in keys]
                    )
                    for topic, keys in by_topic(asked).items()
                ],
                timeout_ms=self._timeout_ms,
            )
            answer = await self._cluster.request_node(node_id, request, DeleteRecordsResponse)
            return {
                TopicPartition(topic.name, partition.partition_index): partition.low_watermark
                if partition.error_code == ErrorCode.NONE
                else refusal(partition.error_code)
                for topic in answer.topics
                for partition in topic.partitions
            }

        return await routed(
            self._cluster,
            before,
            locate=self._cluster.leaders,
            call=call,
            policy=self._cluster.settings.writing,
        )

    @property
    def _timeout_ms(self) -> int:
        return round(self._cluster.settings.request_timeout_s * 1000 * 0.8)


def by_topic(partitions: Iterable[TopicPartition]) -> dict[str, list[TopicPartition]]:
    """Partitions grouped by their topic, as most requests want them."""
    grouped: dict[str, list[TopicPartition]] = {}
    for partition in partitions:
        grouped.setdefault(partition.topic, []).append(partition)
    return grouped


def _listed(partition: ListOffsetsPartitionResponse) -> ListedOffset | ClientError:
    if partition.error_code != ErrorCode.NONE:
        return refusal(partition.error_code)
    return ListedOffset(partition.offset, partition.timestamp, partition.leader_epoch)
