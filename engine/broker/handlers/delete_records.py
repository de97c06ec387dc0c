"""DeleteRecords: moves the log start of partitions forward.

Versions 0-2. 2: flexible. An offset of -1 means the high watermark; one beyond it is
OFFSET_OUT_OF_RANGE, one below the log start changes nothing. The answer holds the log start that
results; a partition named twice counts as named last. Topics that are only compacted refuse with
POLICY_VIOLATION, internal ones with INVALID_TOPIC_EXCEPTION. What was appended before the request
is committed first, and can be deleted whatever its acks. The new log start is on disk before the
answer.

Differs from Kafka: there the log start reaches the disk with the next checkpoint only. Source:
Kafka's `ReplicaManager.deleteRecordsOnLocalLog`.
"""

from collections.abc import Awaitable, Callable

from engine.broker.commit import GroupCommit
from engine.broker.context import RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)
from engine.storage.errors import StorageError

_HIGH_WATERMARK = -1
_NO_LOW_WATERMARK = -1


class DeleteRecordsHandler:
    """Deletes records; `checkpoint` puts log starts on disk."""

    def __init__(
        self,
        partitions: Partitions,
        commit: GroupCommit,
        checkpoint: Callable[[], Awaitable[None]],
    ) -> None:
        self._partitions = partitions
        self._commit = commit
        self._checkpoint = checkpoint

    async def handle(
        self, request: DeleteRecordsRequest, context: RequestContext
    ) -> DeleteRecordsResponse:
        """Move what can be moved; waits for the disk."""
        asked_of = (
            (topic.name, asked.partition_index)
            for topic in request.topics
            for asked in topic.partitions
        )
        await self._commit.settled(self._partitions.open_among(asked_of))
        response = DeleteRecordsResponse(
            topics=[
                DeleteRecordsTopicResult(
                    name=name, partitions=[self._delete(name, each) for each in asked.values()]
                )
                for name, asked in _as_named_last(request).items()
            ]
        )
        results = [result for topic in response.topics for result in topic.partitions]
        if any(result.error_code == ErrorCode.NONE for result in results):
            try:
                await self._checkpoint()
            except (StorageError, OSError):
                for result in results:
                    _fail(result, ErrorCode.KAFKA_STORAGE_ERROR)
        return response

    def _delete(self, topic: str, asked: DeleteRecordsPartition) -> DeleteRecordsPartitionResult:
        result = DeleteRecordsPartitionResult(partition_index=asked.partition_index)
        try:
            partition = self._partitions.find(topic, asked.partition_index)
            code = (
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                if partition is None
                else _moved(partition, asked.offset)
            )
        except (StorageError, PartitionUnavailable) as error:
            partition, code = None, code_of(error)
        if partition is None or code != ErrorCode.NONE:
            _fail(result, code)
        else:
            result.low_watermark = partition.log.log_start_offset
        return result


def _as_named_last(request: DeleteRecordsRequest) -> dict[str, dict[int, DeleteRecordsPartition]]:
    """Each topic and partition once, topics without partitions not at all."""
    asked_of: dict[str, dict[int, DeleteRecordsPartition]] = {}
    for topic in request.topics:
        if not topic.partitions:
            continue
        asked = asked_of.setdefault(topic.name, {})
        asked.update((each.partition_index, each) for each in topic.partitions)
    return asked_of


def _moved(partition: Partition, offset: int) -> ErrorCode:
    if partition.is_internal:
        return ErrorCode.INVALID_TOPIC_EXCEPTION
    config = partition.log.config
    if config.is_compacted and not config.deletes_segments:
        return ErrorCode.POLICY_VIOLATION
    high_watermark = partition.high_watermark
    before = high_watermark if offset == _HIGH_WATERMARK else offset
    if not 0 <= before <= high_watermark:
        return ErrorCode.OFFSET_OUT_OF_RANGE
    if before > partition.log.log_start_offset:
        partition.log.delete_records(before)
        partition.interrupt_watchers()
    return ErrorCode.NONE


def _fail(result: DeleteRecordsPartitionResult, code: ErrorCode) -> None:
    result.error_code = code
    result.low_watermark = _NO_LOW_WATERMARK
