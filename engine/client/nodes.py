"""What single brokers tell about themselves: their log directories and the versions they speak."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.client.cluster import Cluster
from engine.client.connection import VersionRange
from engine.client.errors import ClientError, Unsupported, refusal
from engine.client.metadata import ClusterMetadata, Node
from engine.client.routing import retried
from engine.kernel.aside import aside
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
)

RIGHTS_UNKNOWN = -0x8000_0000
"""What stands for the operations where a broker does not tell them."""

_FENCED_FROM = 2


@dataclass(frozen=True, slots=True)
class ReplicaSize:
    """One replica in a log directory. `is_future`: it is being moved there."""

    size_bytes: int
    offset_lag: int
    is_future: bool


@dataclass(frozen=True, slots=True)
class LogDirectory:
    """One log directory. Total and usable bytes are -1 where the broker does not tell them."""

    path: str
    total_bytes: int
    usable_bytes: int
    replicas: dict[TopicPartition, ReplicaSize]
    error: ClientError | None = None


class NodeAdmin:
    """The brokers of one cluster. Results are by node id, a value or why there is none."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def describe(self) -> ClusterMetadata:
        """Cluster id, controller and nodes, fresh from the cluster. Raises ClientError."""
        return await retried(
            self._cluster, self._cluster.settings.reading, lambda _: self._cluster.metadata([])
        )

    async def fenced(self) -> dict[int, Node]:
        """The nodes that are registered and not in service: down, or starting.

        Raises Unsupported from brokers before Kafka 4.0 (KIP-1073), other ClientErrors as well.
        """
        request = DescribeClusterRequest(include_fenced_brokers=True)
        answer = await self._cluster.request_any(
            request, DescribeClusterResponse, min_version=_FENCED_FROM
        )
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code, answer.error_message)
        return {
            broker.broker_id: Node(broker.broker_id, broker.host, broker.port, broker.rack)
            for broker in answer.brokers
            if broker.is_fenced
        }

    async def operations(self) -> int:
        """What this user may do to the cluster, a bit for each of Kafka's AclOperations (KIP-430).

        RIGHTS_UNKNOWN from brokers that do not tell. Raises ClientError.
        """
        request = DescribeClusterRequest(include_cluster_authorized_operations=True)
        try:
            answer = await self._cluster.request_any(request, DescribeClusterResponse)
        except Unsupported:
            return RIGHTS_UNKNOWN
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code, answer.error_message)
        return answer.cluster_authorized_operations

    async def log_directories(
        self, nodes: Sequence[int] | None = None
    ) -> dict[int, tuple[LogDirectory, ...] | ClientError]:
        """The log directories of some nodes, or of every known one, with all their replicas."""
        wanted = list(await self._cluster.known_nodes()) if nodes is None else list(nodes)
        return await self._cluster.of_nodes({node: self._log_directories(node) for node in wanted})

    async def api_versions(
        self, nodes: Sequence[int] | None = None
    ) -> dict[int, dict[int, VersionRange] | ClientError]:
        """By API key, the versions that some nodes, or all known ones, speak."""
        wanted = list(await self._cluster.known_nodes()) if nodes is None else list(nodes)
        return await self._cluster.of_nodes({node: self._api_versions(node) for node in wanted})

    async def _api_versions(self, node_id: int) -> dict[int, VersionRange]:
        return dict((await self._cluster.connection(node_id)).versions)

    async def _log_directories(self, node_id: int) -> tuple[LogDirectory, ...]:
        request = DescribeLogDirsRequest(topics=None)
        answer = await self._cluster.request_node(node_id, request, DescribeLogDirsResponse)
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        count = sum(len(result.topics) for result in answer.results)
        return await aside(_directories, answer.results, count=count)


def _directories(results: Sequence[DescribeLogDirsResult]) -> tuple[LogDirectory, ...]:
    return tuple(_directory(result) for result in results)


def _directory(result: DescribeLogDirsResult) -> LogDirectory:
    replicas = {
        TopicPartition(topic.name, partition.partition_index): ReplicaSize(
            partition.partition_size, partition.offset_lag, partition.is_future_key
        )
        for topic in result.topics
        for partition in topic.partitions
    }
    error = None if result.error_code == ErrorCode.NONE else refusal(result.error_code)
    return LogDirectory(result.log_dir, result.total_bytes, result.usable_bytes, replicas, error)
