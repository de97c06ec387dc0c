"""ElectLeaders: makes the preferred, or an unclean, replica the leader.

Versions 0-2. 1: the election type (0 preferred, 1 unclean) and an error for the whole request. 2:
flexible. While each partition has one replica, that one leads: every election is answered
ELECTION_NOT_NEEDED. Null asks for all partitions, and those that need no election are not listed
then. Source: Kafka's `ReplicationControlManager.electLeaders`.
"""

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.elect_leaders import (
    ElectLeadersRequest,
    ElectLeadersResponse,
    PartitionResult,
    ReplicaElectionResult,
)

_ELECTION_TYPES = (0, 1)


class ElectLeadersHandler:
    """Answers that leaders are as they should be."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def handle(self, request: ElectLeadersRequest, context: RequestContext) -> ElectLeadersResponse:
        """Answer from memory."""
        response = ElectLeadersResponse()
        is_known_type = request.election_type in _ELECTION_TYPES
        if not is_known_type:
            response.error_code = ErrorCode.INVALID_REQUEST
        if request.topic_partitions is None:
            if is_known_type:
                response.replica_election_results = [
                    ReplicaElectionResult(topic=topic.name) for topic in self._catalogue.topics()
                ]
            return response
        for asked in request.topic_partitions:
            result = ReplicaElectionResult(topic=asked.topic)
            for index in asked.partitions:
                if is_known_type:
                    code, message = self._outcome(asked.topic, index)
                else:
                    code = ErrorCode.INVALID_REQUEST
                    message = f"Unknown election type {request.election_type}"
                result.partition_result.append(
                    PartitionResult(partition_id=index, error_code=code, error_message=message)
                )
            response.replica_election_results.append(result)
        return response

    def _outcome(self, name: str, index: int) -> tuple[ErrorCode, str]:
        topic = self._catalogue.by_name(name)
        if topic is None:
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"No such topic as {name}"
        if not 0 <= index < len(topic.partitions):
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"No such partition as {name}-{index}"
        code = ErrorCode.ELECTION_NOT_NEEDED
        return code, "Leader election not needed for topic partition."
