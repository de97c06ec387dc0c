"""Which error code a client gets for what storage or the broker raised. One table."""

from engine.broker.commit import PartitionDeleted
from engine.broker.partitions import PartitionOpening
from engine.kernel.errors import EngineError
from engine.protocol.error_codes import ErrorCode
from engine.storage import errors as storage

_CODES: dict[type[EngineError], ErrorCode] = {
    storage.CorruptBatch: ErrorCode.CORRUPT_MESSAGE,
    storage.InvalidRecord: ErrorCode.INVALID_RECORD,
    storage.InvalidTimestamp: ErrorCode.INVALID_TIMESTAMP,
    storage.MessageTooLarge: ErrorCode.MESSAGE_TOO_LARGE,
    storage.PayloadTooLarge: ErrorCode.MESSAGE_TOO_LARGE,
    storage.UnsupportedCompression: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
    storage.RecordListTooLarge: ErrorCode.RECORD_LIST_TOO_LARGE,
    storage.OutOfOrderSequence: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    storage.InvalidProducerEpoch: ErrorCode.INVALID_PRODUCER_EPOCH,
    storage.InvalidTransactionState: ErrorCode.INVALID_TXN_STATE,
    storage.OffsetOutOfRange: ErrorCode.OFFSET_OUT_OF_RANGE,
    storage.LogClosed: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    storage.UnknownPartition: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    PartitionDeleted: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    PartitionOpening: ErrorCode.NOT_LEADER_OR_FOLLOWER,
}


def code_of(error: EngineError) -> ErrorCode:
    """The code for a failure; a failure of the disk is KAFKA_STORAGE_ERROR, which is retriable."""
    for kind in type(error).__mro__:
        code = _CODES.get(kind)
        if code is not None:
            return code
    return ErrorCode.KAFKA_STORAGE_ERROR
