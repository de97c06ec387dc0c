"""OffsetForLeaderEpoch: where a leader's epoch ended, so that a client can find lost records.

Versions 2-4 (librdkafka speaks exactly 2). Answers the largest epoch that is not above the one
asked for, with its end offset; -1 and -1 when there is none. Source: KIP-101, KIP-320, Kafka's
`LeaderEpochFileCache.endOffsetFor`.
"""

from engine.broker.context import RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.leader_epochs import leader_epoch_error
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_for_leader_epoch import (
    EpochEndOffset,
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderTopicResult,
)


class OffsetForLeaderEpochHandler:
    """Looks epochs up."""

    def __init__(self, partitions: Partitions) -> None:
        self._partitions = partitions

    def handle(
        self, request: OffsetForLeaderEpochRequest, context: RequestContext
    ) -> OffsetForLeaderEpochResponse:
        """Answer every partition."""
        return OffsetForLeaderEpochResponse(
            topics=[
                OffsetForLeaderTopicResult(
                    topic.topic, [self._look_up(topic.topic, asked) for asked in topic.partitions]
                )
                for topic in request.topics
            ]
        )

    def _look_up(self, topic: str, asked: OffsetForLeaderPartition) -> EpochEndOffset:
        answer = EpochEndOffset(partition=asked.partition)
        try:
            partition = self._partitions.find(topic, asked.partition)
        except PartitionUnavailable as error:
            answer.error_code = code_of(error)
            return answer
        if partition is None:
            answer.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            return answer
        answer.error_code = leader_epoch_error(partition, asked.current_leader_epoch)
        if answer.error_code == ErrorCode.NONE:
            answer.leader_epoch, answer.end_offset = partition.log.end_offset_for_epoch(
                asked.leader_epoch
            )
        return answer
