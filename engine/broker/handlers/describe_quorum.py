"""DescribeQuorum: the state of the log of cluster metadata (KIP-595).

Versions 0-2. 1: when a replica last fetched and caught up. 2: directory ids, endpoints of voters
and messages. The metadata log of this broker has one replica and one voter, the broker itself. A
request must ask for that one partition and nothing else.

Differs from Kafka: the endpoints are those of the broker: there is no listener for controllers.
Source: Kafka's `KafkaRaftClient.handleDescribeQuorumRequest`.
"""

from engine.broker.cluster import Cluster
from engine.broker.context import RequestContext
from engine.broker.metadata import METADATA_PARTITION
from engine.broker.metadata_log import MetadataLog
from engine.kernel.clock import Clock
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    DescribeQuorumResponse,
    Listener,
    Node,
    ReplicaState,
    ResponsePartitionData,
    ResponseTopicData,
)


class DescribeQuorumHandler:
    """Tells the one voter."""

    def __init__(
        self,
        log: MetadataLog,
        cluster: Cluster,
        clock: Clock,
        *,
        directory_id: bytes,
    ) -> None:
        self._log = log
        self._cluster = cluster
        self._clock = clock
        self._directory_id = directory_id

    def handle(
        self, request: DescribeQuorumRequest, context: RequestContext
    ) -> DescribeQuorumResponse:
        """Answer from memory."""
        asked = [
            (topic.topic_name, partition.partition_index)
            for topic in request.topics
            for partition in topic.partitions
        ]
        is_known = asked == [METADATA_PARTITION] and len(request.topics) == 1
        return DescribeQuorumResponse(
            error_message="",
            topics=[
                ResponseTopicData(
                    topic.topic_name,
                    [
                        self._state() if is_known else _unknown(partition.partition_index)
                        for partition in topic.partitions
                    ],
                )
                for topic in request.topics
            ],
            nodes=self._nodes() if is_known else [],
        )

    def _state(self) -> ResponsePartitionData:
        end_offset = self._log.end_offset
        now_ms = self._clock.wall_ms()
        return ResponsePartitionData(
            partition_index=METADATA_PARTITION.partition,
            error_message="",
            leader_id=self._cluster.node_id,
            leader_epoch=self._log.leader_epoch,
            high_watermark=end_offset,
            current_voters=[
                ReplicaState(self._cluster.node_id, self._directory_id, end_offset, now_ms, now_ms)
            ],
        )

    def _nodes(self) -> list[Node]:
        return [
            Node(
                node.node_id,
                [Listener(name, host, port) for name, (host, port) in node.addresses.items()],
            )
            for node in self._cluster.nodes
        ]


def _unknown(index: int) -> ResponsePartitionData:
    code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return ResponsePartitionData(index, code, code.message)
