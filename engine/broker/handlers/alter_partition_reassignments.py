"""AlterPartitionReassignments: moves replicas between brokers (KIP-455).

Versions 0-1. 1: a change of the number of replicas can be forbidden. A partition that is to stay
where it is stays there; on one node there is nowhere else, so any other wish names a broker that
does not exist. Null calls a move off, of which there is none. Source: Kafka's
`ReplicationControlManager.alterPartitionReassignments`.
"""

from engine.broker.catalogue import Catalogue
from engine.broker.cluster import Cluster
from engine.broker.context import RequestContext
from engine.broker.new_topics import checked_replicas
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartition,
    ReassignablePartitionResponse,
    ReassignableTopicResponse,
)


class AlterPartitionReassignmentsHandler:
    """Lets partitions stay."""

    def __init__(self, catalogue: Catalogue, cluster: Cluster) -> None:
        self._catalogue = catalogue
        self._cluster = cluster

    def handle(
        self, request: AlterPartitionReassignmentsRequest, context: RequestContext
    ) -> AlterPartitionReassignmentsResponse:
        """Answer from memory."""
        return AlterPartitionReassignmentsResponse(
            allow_replication_factor_change=request.allow_replication_factor_change,
            error_message=None if request.topics else "",
            responses=[
                ReassignableTopicResponse(
                    topic.name, [self._outcome(topic.name, asked) for asked in topic.partitions]
                )
                for topic in request.topics
            ],
        )

    def _outcome(self, name: str, asked: ReassignablePartition) -> ReassignablePartitionResponse:
        response = ReassignablePartitionResponse(asked.partition_index, error_message=None)
        try:
            self._check(name, asked)
        except Refused as refused:
            response.error_code = refused.code
            response.error_message = refused.message
        return response

    def _check(self, name: str, asked: ReassignablePartition) -> None:
        topic = self._catalogue.by_name(name)
        if topic is None:
            message = f"Unable to find a topic named {name}."
            raise Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message)
        index = asked.partition_index
        if not 0 <= index < len(topic.partitions):
            message = f"Unable to find partition {name}:{index}."
            raise Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message)
        if asked.replicas is None:
            raise Refused(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
        wanted = checked_replicas(asked.replicas, self._cluster.broker_ids())
        if wanted != topic.partitions[index]:
            message = "Replicas cannot be moved on this broker."
            raise Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message)
