"""CreatePartitions: gives topics more partitions.

Versions 0-3. 2: flexible. 3: a client over its quota is refused with THROTTLING_QUOTA_EXCEEDED
(KIP-599). `count` is the new total; the answer has one result for every topic named.

Differs from Kafka: internal topics do not grow. A group lives in the partition that the hash of its
id names, and with another number of partitions it would be looked for in another one; in Kafka that
happens at the next restart. And more than 10,000 partitions at once are POLICY_VIOLATION, where
Kafka adds 10,000 and answers UNKNOWN_SERVER_ERROR. Source: Kafka's
`ReplicationControlManager.createPartitions`.
"""

from collections import Counter

from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.broker.throttling import Mutations, Throttling
from engine.broker.topic_admin import TopicAdmin
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
    CreatePartitionsTopicResult,
)

_STRICT_QUOTA_SINCE = 3


class CreatePartitionsHandler:
    """Grows topics."""

    def __init__(self, admin: TopicAdmin, throttling: Throttling) -> None:
        self._admin = admin
        self._throttling = throttling

    async def handle(
        self, request: CreatePartitionsRequest, context: RequestContext
    ) -> CreatePartitionsResponse:
        """Grow what can grow; waits for the disk."""
        counts = Counter(topic.name for topic in request.topics)
        repeated = Refused(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
        results = [_result(name, repeated) for name, count in counts.items() if count > 1]
        mutations = self._throttling.mutations(context, strict_since=_STRICT_QUOTA_SINCE)
        for topic in request.topics:
            if counts[topic.name] == 1:
                outcome = await self._grow(topic, mutations, validate_only=request.validate_only)
                results.append(_result(topic.name, outcome))
        return CreatePartitionsResponse(throttle_time_ms=mutations.throttle_ms, results=results)

    async def _grow(
        self, topic: CreatePartitionsTopic, mutations: Mutations, *, validate_only: bool
    ) -> Refused | None:
        assignments = (
            None
            if topic.assignments is None
            else [assignment.broker_ids for assignment in topic.assignments]
        )
        try:
            await self._admin.grow(
                topic.name,
                topic.count,
                assignments,
                validate_only=validate_only,
                count=mutations.count,
            )
        except Refused as refused:
            return refused
        return None


def _result(name: str, refused: Refused | None) -> CreatePartitionsTopicResult:
    if refused is None:
        return CreatePartitionsTopicResult(name=name)
    return CreatePartitionsTopicResult(
        name=name, error_code=refused.code, error_message=refused.message
    )
