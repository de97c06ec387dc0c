"""ListOffsets: the offset of a time, or of a special position.

Versions 1-11. Version 2 adds the isolation level, 4 leader epochs; special positions: -1 latest,
-2 earliest, -3 largest timestamp (7), -4 earliest local (8), -5 latest tiered (9), -6 earliest
pending upload (11). There is no tiered storage, so -4 is -2, and -5 and -6 find nothing.

A time finds the first record at or after it, by opening the batch; nothing found is offset -1
without an error. The epoch returned is that of the record found. A partition that a request names
twice is INVALID_REQUEST.

What was appended before the request counts: a producer with acks=1 has its answer before the high
watermark has moved over its records, and would not find them. In Kafka a lone replica moves the
high watermark with the append. Source: Kafka's `ReplicaManager.fetchOffset`,
`UnifiedLog.fetchOffsetByTimestamp`.
"""

from collections import Counter
from operator import attrgetter
from typing import Final

from engine.broker.commit import GroupCommit
from engine.broker.context import RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.leader_epochs import leader_epoch_error
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.broker.topic_entries import joined
from engine.kernel.ids import Offset
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopicResponse,
)
from engine.storage.errors import InvalidBatch, StorageError

LATEST: Final = -1
EARLIEST: Final = -2
LARGEST_TIMESTAMP: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING_UPLOAD: Final = -6
READ_COMMITTED: Final = 1

_TOPIC_OF: Final = attrgetter("name")
_PARTITIONS_OF: Final = attrgetter("partitions")
_SPECIAL_SINCE: Final = {
    LATEST: 1,
    EARLIEST: 1,
    LARGEST_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}


class ListOffsetsHandler:
    """Looks offsets up."""

    def __init__(self, partitions: Partitions, commit: GroupCommit) -> None:
        self._partitions = partitions
        self._commit = commit

    async def handle(
        self, request: ListOffsetsRequest, context: RequestContext
    ) -> ListOffsetsResponse:
        """Answer every partition, once what was appended to it is committed."""
        asked_of = (
            (topic.name, asked.partition_index)
            for topic in request.topics
            for asked in topic.partitions
        )
        await self._commit.settled(self._partitions.open_among(asked_of))
        response = ListOffsetsResponse()
        times = Counter(
            (topic.name, asked.partition_index)
            for topic in request.topics
            for asked in topic.partitions
        )
        is_committed_only = request.isolation_level == READ_COMMITTED
        for topic in request.topics:
            if not topic.partitions:
                continue
            found = ListOffsetsTopicResponse(topic.name)
            response.topics.append(found)
            for asked in topic.partitions:
                count = times.pop((topic.name, asked.partition_index), 0)
                if count == 0:
                    continue
                answer = ListOffsetsPartitionResponse(asked.partition_index)
                found.partitions.append(answer)
                if count > 1:
                    answer.error_code = ErrorCode.INVALID_REQUEST
                    continue
                self._look_up(
                    topic.name,
                    asked,
                    answer,
                    version=context.api_version,
                    is_committed_only=is_committed_only,
                )
        response.topics = joined(response.topics, _TOPIC_OF, _PARTITIONS_OF)
        return response

    def _look_up(
        self,
        topic: str,
        asked: ListOffsetsPartition,
        answer: ListOffsetsPartitionResponse,
        *,
        version: int,
        is_committed_only: bool,
    ) -> None:
        timestamp = asked.timestamp
        if timestamp < 0 and version < _SPECIAL_SINCE.get(timestamp, version + 1):
            answer.error_code = ErrorCode.UNSUPPORTED_VERSION
            return
        try:
            partition = self._partitions.find(topic, asked.partition_index)
            if partition is None:
                answer.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                return
            answer.error_code = leader_epoch_error(partition, asked.current_leader_epoch)
            if answer.error_code == ErrorCode.NONE:
                end_offset = partition.high_watermark
                if is_committed_only:
                    end_offset = partition.last_stable_offset
                _find(partition, timestamp, end_offset, answer)
        except (StorageError, InvalidBatch, PartitionUnavailable) as error:
            answer.error_code = code_of(error)
        except OSError:
            answer.error_code = ErrorCode.KAFKA_STORAGE_ERROR


def _find(
    partition: Partition,
    timestamp: int,
    end_offset: Offset,
    answer: ListOffsetsPartitionResponse,
) -> None:
    """Fill in what was found below `end_offset`."""
    log = partition.log
    if timestamp == LATEST:
        answer.offset = end_offset
        answer.leader_epoch = partition.leader_epoch
    elif timestamp in (EARLIEST, EARLIEST_LOCAL):
        answer.offset = log.log_start_offset
        answer.leader_epoch = log.epoch_of(log.log_start_offset)
    elif timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return
    else:
        if timestamp == LARGEST_TIMESTAMP:
            found = log.max_timestamp_offset()
        else:
            found = log.offset_for_timestamp(timestamp)
        if found is not None and found.offset < end_offset:
            answer.offset = found.offset
            answer.timestamp = found.timestamp_ms
            answer.leader_epoch = found.leader_epoch
