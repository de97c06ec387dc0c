"""What a cluster says about itself: nodes, topics, partitions and leaders, as plain values."""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.client.connection import Endpoint
from engine.client.errors import BrokerError, refusal
from engine.kernel.ids import NULL_TOPIC_ID, TopicId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import (
    MetadataResponse,
    MetadataResponsePartition,
    MetadataResponseTopic,
)

NO_NODE = -1
"""The node id that stands for none: no leader, no controller."""


@dataclass(frozen=True, slots=True)
class Node:
    """A broker by its advertised address."""

    node_id: int
    host: str
    port: int
    rack: str | None = None

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.host, self.port)


class PartitionMetadata(NamedTuple):
    """One partition. `error` tells what is wrong with it: most often that it has no leader.

    A tuple, for there are tens of thousands: made in a third of the time.
    """

    partition: int
    leader: int
    leader_epoch: int
    replicas: tuple[int, ...]
    in_sync_replicas: tuple[int, ...]
    offline_replicas: tuple[int, ...]
    error: BrokerError | None = None


@dataclass(frozen=True, slots=True)
class TopicMetadata:
    """One topic; its partitions in the order of their numbers, none when `error` is set."""

    name: str
    topic_id: TopicId
    is_internal: bool
    partitions: tuple[PartitionMetadata, ...]
    error: BrokerError | None = None

    def partition(self, number: int) -> PartitionMetadata | None:
        """One partition by its number, None if there is none."""
        if 0 <= number < len(self.partitions) and self.partitions[number].partition == number:
            return self.partitions[number]
        return next((found for found in self.partitions if found.partition == number), None)


@dataclass(frozen=True, slots=True)
class ClusterMetadata:
    """The answer to one metadata request. `controller` may be any broker in a KRaft cluster."""

    cluster_id: str | None
    controller: int
    nodes: dict[int, Node]
    topics: dict[str, TopicMetadata] = field(default_factory=dict)


def cluster_metadata(answer: MetadataResponse) -> ClusterMetadata:
    """The values of a metadata response. Topics without a name (asked for by id) are left out."""
    nodes = {
        broker.node_id: Node(broker.node_id, broker.host, broker.port, broker.rack)
        for broker in answer.brokers
    }
    nodes_of: dict[tuple[int, ...], tuple[int, ...]] = {}
    topics = {
        topic.name: _topic_metadata(topic.name, topic, nodes_of)
        for topic in answer.topics
        if topic.name is not None
    }
    return ClusterMetadata(answer.cluster_id, answer.controller_id, nodes, topics)


def _topic_metadata(
    name: str, topic: MetadataResponseTopic, nodes_of: dict[tuple[int, ...], tuple[int, ...]]
) -> TopicMetadata:
    """`nodes_of` keeps lists of nodes once that many partitions have alike."""
    partitions = sorted(
        (_partition_metadata(partition, nodes_of) for partition in topic.partitions),
        key=lambda partition: partition.partition,
    )
    return TopicMetadata(
        name,
        TopicId(topic.topic_id) if any(topic.topic_id) else NULL_TOPIC_ID,
        topic.is_internal,
        tuple(partitions),
        None if topic.error_code == ErrorCode.NONE else refusal(topic.error_code),
    )


def _partition_metadata(
    partition: MetadataResponsePartition, nodes_of: dict[tuple[int, ...], tuple[int, ...]]
) -> PartitionMetadata:
    replicas = tuple(partition.replica_nodes)
    replicas = nodes_of.setdefault(replicas, replicas)
    is_whole = partition.isr_nodes == partition.replica_nodes
    return PartitionMetadata(
        partition.partition_index,
        partition.leader_id,
        partition.leader_epoch,
        replicas,
        replicas if is_whole else tuple(partition.isr_nodes),
        tuple(partition.offline_replicas),
        None if partition.error_code == ErrorCode.NONE else refusal(partition.error_code),
    )
