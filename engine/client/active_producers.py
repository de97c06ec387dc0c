"""The producers that partitions remember: who wrote last, and whose transaction is open.

DescribeProducers is served from Kafka 2.8 on (KIP-664). A partition forgets a producer that has not
written for `producer.id.expiration.ms`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.client.cluster import Cluster
from engine.client.errors import ClientError, refusal
from engine.client.offsets import by_topic
from engine.client.routing import routed
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    PartitionResponse,
    TopicRequest,
)

NO_TRANSACTION = -1
"""In the place of the offset at which a transaction began: none is open."""


@dataclass(frozen=True, slots=True)
class ActiveProducer:
    """A producer as one partition knows it; -1 where it does not know a number.

    `last_timestamp_ms` is when its last batch was appended, `transaction_start` the first offset
    of its open transaction there.
    """

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_timestamp_ms: int
    transaction_start: int


class ActiveProducers:
    """The producers of one cluster's partitions, each asked of its leader, all leaders at once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def describe(
        self, partitions: Iterable[TopicPartition]
    ) -> dict[TopicPartition, tuple[ActiveProducer, ...] | ClientError]:
        """The producers of each partition, or why they are not told."""

        async def call(
            node_id: int, asked: list[TopicPartition]
        ) -> dict[TopicPartition, tuple[ActiveProducer, ...] | ClientError]:
            request = DescribeProducersRequest(
                topics=[
                    TopicRequest(topic, [key.partition for key in keys])
                    for topic, keys in by_topic(asked).items()
                ]
            )
            answer = await self._cluster.request_node(node_id, request, DescribeProducersResponse)
            return {
                TopicPartition(topic.name, partition.partition_index): _described(partition)
                for topic in answer.topics
                for partition in topic.partitions
            }

        return await routed(
            self._cluster,
            partitions,
            locate=self._cluster.leaders,
            call=call,
            policy=self._cluster.settings.reading,
        )


def _described(partition: PartitionResponse) -> tuple[ActiveProducer, ...] | ClientError:
    if partition.error_code != ErrorCode.NONE:
        return refusal(partition.error_code, partition.error_message)
    return tuple(
        ActiveProducer(
            each.producer_id,
            each.producer_epoch,
            each.last_sequence,
            each.last_timestamp,
            each.current_txn_start_offset,
        )
        for each in partition.active_producers
    )
