"""ListPartitionReassignments: the moves of replicas that are under way.

Version 0. Replicas do not move here, so there are never any. Source: Kafka's
`ReplicationControlManager.listPartitionReassignments`.
"""

from engine.broker.context import RequestContext
from engine.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)


def list_partition_reassignments(
    request: ListPartitionReassignmentsRequest, context: RequestContext
) -> ListPartitionReassignmentsResponse:
    """Answer that nothing moves."""
    return ListPartitionReassignmentsResponse(error_message=None)
