"""DescribeTopicPartitions: topics described page by page (KIP-966).

Version 0. Topics come by name, each once; an empty list asks for all. A page holds at least one
partition and at most `response_partition_limit`, never more than
`max.request.partition.size.limit`; where it ends, the cursor says which partition begins the next.
A cursor must name a topic of the request, unless that asks for all.
Eligible leader replicas are empty: all replicas are in sync. Source: Kafka's
`DescribeTopicPartitionsRequestHandler`.
"""

from collections.abc import Callable

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.leadership import NOT_REQUESTED, Leadership, topic_operations
from engine.broker.topic_names import is_internal, name_fault
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
)


class DescribeTopicPartitionsHandler:
    """Tells topics in pages of bounded size."""

    def __init__(
        self, catalogue: Catalogue, leadership: Leadership, *, partition_limit: Callable[[], int]
    ) -> None:
        self._catalogue = catalogue
        self._leadership = leadership
        self._partition_limit = partition_limit

    def handle(
        self, request: DescribeTopicPartitionsRequest, context: RequestContext
    ) -> DescribeTopicPartitionsResponse:
        """Answer from memory."""
        cursor = request.cursor
        if cursor is not None and cursor.partition_index < 0:
            return _refused(request)
        names = {topic.name for topic in request.topics}
        if not names:
            names = {topic.name for topic in self._catalogue.topics()}
        elif cursor is not None and cursor.topic_name not in names:
            return _refused(request)
        room = max(1, min(request.response_partition_limit, self._partition_limit()))
        response = DescribeTopicPartitionsResponse()
        for name in sorted(names):
            first = 0
            if cursor is not None:
                if name < cursor.topic_name:
                    continue
                first = cursor.partition_index if name == cursor.topic_name else 0
            if not room:
                response.next_cursor = Cursor(topic_name=name, partition_index=first)
                break
            topic, next_index = self._topic(name, first, room)
            response.topics.append(topic)
            room -= len(topic.partitions)
            if next_index is not None:
                response.next_cursor = Cursor(topic_name=name, partition_index=next_index)
                break
        return response

    def _topic(
        self, name: str, first: int, room: int
    ) -> tuple[DescribeTopicPartitionsResponseTopic, int | None]:
        """A topic with up to `room` partitions, and the index of the first that had no room."""
        topic = self._catalogue.by_name(name)
        operations = topic_operations(requested=True)
        if topic is None:
            code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            if name_fault(name) is not None:
                code = ErrorCode.INVALID_TOPIC_EXCEPTION
            unknown = DescribeTopicPartitionsResponseTopic(
                error_code=code,
                name=name,
                is_internal=is_internal(name),
                topic_authorized_operations=operations,
            )
            return unknown, None
        found = DescribeTopicPartitionsResponseTopic(
            name=name,
            topic_id=topic.topic_id,
            is_internal=topic.is_internal,
            topic_authorized_operations=operations,
        )
        for state in self._leadership.states(topic, first):
            if len(found.partitions) == room:
                return found, state.partition_index
            found.partitions.append(
                DescribeTopicPartitionsResponsePartition(
                    error_code=state.error_code,
                    partition_index=state.partition_index,
                    leader_id=state.leader_id,
                    leader_epoch=state.leader_epoch,
                    replica_nodes=state.replicas,
                    isr_nodes=state.isr,
                    eligible_leader_replicas=[],
                    last_known_elr=[],
                    offline_replicas=state.offline_replicas,
                )
            )
        return found, None


def _refused(request: DescribeTopicPartitionsRequest) -> DescribeTopicPartitionsResponse:
    return DescribeTopicPartitionsResponse(
        topics=[
            DescribeTopicPartitionsResponseTopic(
                error_code=ErrorCode.INVALID_REQUEST,
                name=topic.name,
                topic_authorized_operations=NOT_REQUESTED,
            )
            for topic in request.topics
        ]
    )
