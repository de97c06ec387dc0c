"""Produce: appends one record batch per partition.

Versions 3-13. Version 7 may carry zstd (KIP-110), 8 tells which records were at fault (KIP-467),
10 hints at the leader (KIP-951), 13 names topics by id. All versions end in the same append.

acks=0 gets no answer, and any error closes the connection so that the producer notices; acks=1 is
answered once the batch is in its file; acks=all once it is committed. A partition that fails does
not keep the others of its request from being appended.

Differs from Kafka: transactions are not served, so a request with a transactional id is refused as
INVALID_TXN_STATE; no producer should get that far, since FindCoordinator refuses them. And while
the reserve of the disk is reached every batch is refused with KAFKA_STORAGE_ERROR, which clients
retry, where Kafka goes on until the disk is full and then stops; what an idempotent producer has in
flight behind such a batch, if it is not known, is out of order until that is taken. And records
that are null are INVALID_RECORD, where Kafka never answers.
Source: Kafka's `KafkaApis.handleProduceRequest`, `ReplicaManager.appendRecords`,
`ProduceRequest.validateRecords`.
"""

from operator import attrgetter
from typing import Final, cast

from engine.broker.commit import GroupCommit, Stage
from engine.broker.context import Reply, RequestContext
from engine.broker.disk_reserve import DiskReserve
from engine.broker.error_mapping import code_of
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.broker.throttling import Throttling
from engine.broker.topic_entries import joined
from engine.kernel.errors import EngineError
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from engine.records.batch import COMPRESSION_MASK, HEADER_SIZE, TRANSACTIONAL_BIT
from engine.records.compression import Compression
from engine.storage.errors import (
    CorruptBatch,
    InvalidBatch,
    InvalidRecord,
    InvalidTimestamp,
    LogClosed,
    LogFenced,
    MessageTooLarge,
    NotOneBatch,
    RecordListTooLarge,
    StorageError,
)
from engine.storage.partition_log import Origin

ACKS_ALL: Final = -1
ZSTD_SINCE: Final = 7
TOPIC_IDS_SINCE: Final = 13
ADMIN_CLIENT_ID: Final = "__admin_client"
"""The client id that may write to internal topics, as in Kafka."""

_TOPIC_OF: Final = attrgetter("name", "topic_id")
_PARTITIONS_OF: Final = attrgetter("partition_responses")
_ATTRIBUTES_LOW_BYTE: Final = 22

_BEFORE_THE_LOG: Final = (
    NotOneBatch,
    CorruptBatch,
    MessageTooLarge,
    RecordListTooLarge,
    LogFenced,
    LogClosed,
)
"""Errors that Kafka answers without the log start."""


class ProduceHandler:
    """Appends what requests carry."""

    def __init__(
        self,
        partitions: Partitions,
        commit: GroupCommit,
        throttling: Throttling,
        reserve: DiskReserve,
    ) -> None:
        self._partitions = partitions
        self._commit = commit
        self._throttling = throttling
        self._reserve = reserve

    def handle(self, request: ProduceRequest, context: RequestContext, reply: Reply) -> None:
        """Append every batch; the reply follows when all have reached the stage of `acks`."""
        throttle_ms = self._throttling.produced(context, context.size_bytes)
        pending = _PendingProduce(reply, request.acks, throttle_ms)
        refusal = _refusal(request)
        version = context.api_version
        is_admin = context.client_id == ADMIN_CLIENT_ID
        find = self._partitions.find
        find_by_id = self._partitions.find_by_id
        for topic in request.topic_data:
            if not topic.partition_data:
                continue
            answers: list[PartitionProduceResponse] = []
            pending.response.responses.append(
                TopicProduceResponse(topic.name, topic.topic_id, answers)
            )
            for data in topic.partition_data:
                answer = PartitionProduceResponse(data.index, base_offset=-1)
                answers.append(answer)
                if refusal is not None:
                    pending.refuse(answer, refusal)
                    continue
                try:
                    if version >= TOPIC_IDS_SINCE:
                        partition = find_by_id(topic.topic_id, data.index)
                    else:
                        partition = find(topic.name, data.index)
                except PartitionUnavailable as error:
                    pending.refuse(answer, code_of(error))
                    continue
                if partition is None:
                    pending.refuse(answer, self._unknown(version, topic.topic_id))
                    continue
                fault = _precondition(partition, data, request.acks, version, is_admin=is_admin)
                if fault is not None:
                    pending.refuse(answer, *fault)
                    continue
                records = cast(memoryview, data.records)
                if not self._reserve.admits(len(records)):
                    partition.log.refuse(records)
                    pending.refuse(answer, ErrorCode.KAFKA_STORAGE_ERROR, "the disk is full")
                    continue
                self._append(partition, records, answer, pending)
        responses = pending.response.responses
        pending.response.responses = joined(responses, _TOPIC_OF, _PARTITIONS_OF)
        pending.appended_all()

    def _unknown(self, version: int, topic_id: bytes) -> ErrorCode:
        if version >= TOPIC_IDS_SINCE and self._partitions.topic_name(topic_id) is None:
            return ErrorCode.UNKNOWN_TOPIC_ID
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION

    def _append(
        self,
        partition: Partition,
        records: memoryview,
        answer: PartitionProduceResponse,
        pending: "_PendingProduce",
    ) -> None:
        try:
            result = partition.log.append(
                records, leader_epoch=partition.leader_epoch, origin=Origin.CLIENT
            )
        except (StorageError, InvalidBatch) as error:
            if not isinstance(error, _BEFORE_THE_LOG):
                answer.log_start_offset = partition.log.log_start_offset
            pending.fail(answer, error)
            return
        answer.base_offset = result.base_offset
        answer.log_append_time_ms = result.log_append_time_ms
        answer.log_start_offset = partition.log.log_start_offset
        pending.missing += 1
        self._commit.enlist(
            partition,
            result.last_offset + 1,
            0 if result.is_duplicate else len(records),
            pending,
            answer,
            stage=Stage.COMMITTED if pending.acks == ACKS_ALL else Stage.WRITTEN,
        )


class _PendingProduce:
    """One request on its way: its response, and how many of its appends are still waited for."""

    __slots__ = ("_has_errors", "_reply", "acks", "missing", "response")

    def __init__(self, reply: Reply, acks: int, throttle_ms: int) -> None:
        self._reply = reply
        self._has_errors = False
        self.acks = acks
        self.missing = 1
        self.response = ProduceResponse(throttle_time_ms=throttle_ms)

    def refuse(
        self, answer: PartitionProduceResponse, code: ErrorCode, message: str | None = None
    ) -> None:
        """Nothing was appended for this partition, or what was is gone again."""
        self._has_errors = True
        answer.error_code = code
        answer.error_message = message
        answer.base_offset = -1
        answer.log_append_time_ms = -1

    def fail(self, answer: PartitionProduceResponse, error: EngineError) -> None:
        """Refuse because of what storage said; tell which records were at fault."""
        self.refuse(answer, code_of(error), str(error) or None)
        if isinstance(error, InvalidRecord | InvalidTimestamp):
            answer.record_errors = [
                BatchIndexAndErrorMessage(fault.batch_index, fault.message)
                for fault in error.record_errors
            ]

    def appended_all(self) -> None:
        """Every partition has been tried."""
        self._one_less()

    def committed(self, token: object) -> None:
        """One append has reached its stage."""
        self._one_less()

    def failed(self, token: object, error: EngineError) -> None:
        """One append was undone."""
        self.fail(cast(PartitionProduceResponse, token), error)
        self._one_less()

    def _one_less(self) -> None:
        self.missing -= 1
        if self.missing:
            return
        if self.acks != 0:
            self._reply.send(self.response)
        elif self._has_errors:
            self._reply.close_connection("a produce request with acks=0 failed")
        else:
            self._reply.omit(self.response.throttle_time_ms)


def _refusal(request: ProduceRequest) -> ErrorCode | None:
    """Why the whole request is refused, partition by partition."""
    if request.acks not in (0, 1, ACKS_ALL):
        return ErrorCode.INVALID_REQUIRED_ACKS
    if request.transactional_id is not None:
        return ErrorCode.INVALID_TXN_STATE
    return None


def _precondition(
    partition: Partition,
    data: PartitionProduceData,
    acks: int,
    version: int,
    *,
    is_admin: bool,
) -> tuple[ErrorCode, str] | None:
    """Why a batch is refused before storage looks at it."""
    records = data.records
    if partition.is_internal and not is_admin:
        return ErrorCode.INVALID_TOPIC_EXCEPTION, "clients do not write to internal topics"
    if records is None or len(records) == 0:
        return ErrorCode.INVALID_RECORD, "a partition needs exactly one record batch, it has none"
    if acks == ACKS_ALL and partition.is_under_min_isr:
        return (
            ErrorCode.NOT_ENOUGH_REPLICAS,
            f"{len(partition.isr)} in sync, min.insync.replicas is {partition.min_insync_replicas}",
        )
    if len(records) < HEADER_SIZE:
        return None
    attributes = cast(memoryview, records)[_ATTRIBUTES_LOW_BYTE]
    if attributes & TRANSACTIONAL_BIT:
        return (
            ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            "a transactional batch needs a transactional id",
        )
    if version < ZSTD_SINCE and attributes & COMPRESSION_MASK == Compression.ZSTD:
        return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, "zstd needs Produce 7"
    return None
