"""Who leads the partitions of a topic, as Metadata and DescribeTopicPartitions tell it.

A partition whose log is not open yet is told as led by this node: it opens on first use. One whose
disk failed has no leader until a restart, and its replica is offline.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from engine.broker.catalogue import Topic
from engine.broker.partition import Partition
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode

NO_LEADER = -1

_ALL_TOPIC_OPERATIONS = 0b1101_1111_1000
"""READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS (KIP-430)."""

ALL_CLUSTER_OPERATIONS = 0b1_1111_1010_0000
"""CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE."""

NOT_REQUESTED = -0x8000_0000
"""What stands for authorised operations that were not asked for."""


class PartitionState(NamedTuple):
    """One partition as clients are told of it. The lists may be shared: read them only."""

    partition_index: int
    error_code: ErrorCode
    leader_id: int
    leader_epoch: int
    replicas: list[int]
    isr: list[int]
    offline_replicas: list[int]


class OpenPartitions(Protocol):
    """The partitions that are open on this node."""

    @property
    def leader_epoch(self) -> int:
        """The epoch in which this node leads."""
        ...

    def opened_of(self, topic: str) -> Iterable[Partition]:
        """Those of one topic."""
        ...


class Leadership:
    """Looks up leaders. Loop thread only."""

    def __init__(self, node_id: BrokerId, partitions: OpenPartitions) -> None:
        self._node_id = node_id
        self._partitions = partitions

    def states(self, topic: Topic, first: int = 0) -> Iterator[PartitionState]:
        """The partitions of a topic from index `first` on, in order."""
        leader_epoch = self._partitions.leader_epoch
        failed = {
            partition.topic_partition.partition
            for partition in self._partitions.opened_of(topic.name)
            if partition.log.is_fenced
        }
        present: tuple[BrokerId, ...] = ()
        replicas: list[int] = []
        for index in range(first, len(topic.partitions)):
            if topic.partitions[index] is not present:
                present = topic.partitions[index]
                replicas = list(present)
            if index in failed:
                online = [replica for replica in replicas if replica != self._node_id]
                yield PartitionState(
                    index,
                    ErrorCode.LEADER_NOT_AVAILABLE,
                    NO_LEADER,
                    leader_epoch,
                    replicas,
                    online,
                    [self._node_id],
                )
            else:
                leader_id = replicas[0]
                yield PartitionState(
                    index, ErrorCode.NONE, leader_id, leader_epoch, replicas, replicas, []
                )


def topic_operations(*, requested: bool) -> int:
    """The operations on a topic that a client may do; without an authoriser, all."""
    return _ALL_TOPIC_OPERATIONS if requested else NOT_REQUESTED


def cluster_operations(*, requested: bool) -> int:
    """The operations on the cluster that a client may do; without an authoriser, all."""
    return ALL_CLUSTER_OPERATIONS if requested else NOT_REQUESTED
