"""What storage can answer: one class for each reaction of the caller.

What is wrong with a batch itself is in `engine.records.errors`, passed on here so that a handler
finds every error of an append in one place.
"""

import errno

from engine.kernel.errors import EngineError
from engine.kernel.ids import Offset, TopicId, TopicPartition
from engine.records.errors import CorruptBatch as CorruptBatch
from engine.records.errors import InvalidBatch as InvalidBatch
from engine.records.errors import InvalidRecord as InvalidRecord
from engine.records.errors import InvalidTimestamp as InvalidTimestamp
from engine.records.errors import MessageTooLarge as MessageTooLarge
from engine.records.errors import NotOneBatch as NotOneBatch
from engine.records.errors import PayloadTooLarge as PayloadTooLarge
from engine.records.errors import UnsupportedCompression as UnsupportedCompression
from engine.storage.filesystem import NO_DESCRIPTORS, NO_ROOM


class StorageError(EngineError):
    """Any failure of the storage layer that it foresees."""


class RecordListTooLarge(StorageError):
    """The batch is larger than a segment may be: RECORD_LIST_TOO_LARGE."""

    def __init__(self, size_bytes: int, segment_bytes: int) -> None:
        super().__init__(f"the batch has {size_bytes} bytes, a segment takes {segment_bytes}")
        self.size_bytes = size_bytes
        self.segment_bytes = segment_bytes


class OutOfOrderSequence(StorageError):
    """The sequence does not follow the producer's last: OUT_OF_ORDER_SEQUENCE_NUMBER."""


class InvalidProducerEpoch(StorageError):
    """The producer was replaced by a newer instance: INVALID_PRODUCER_EPOCH."""


class InvalidTransactionState(StorageError):
    """A transactional batch outside a transaction: INVALID_TXN_STATE."""


class LogFenced(StorageError):
    """A sync failed, so what is on disk is not known: KAFKA_STORAGE_ERROR until a restart."""


class LogClosed(StorageError):
    """The log was closed or deleted."""


class StorageFull(StorageError):
    """No room or no descriptors; the append was undone and may be tried again later.

    Nothing of it stays in the log.
    """


class NoFileFree(StorageFull):
    """No descriptor, or too many files that wait for a sync: as soon as one ends there is one."""


class ChangeFailed(StorageError):
    """The disk failed while directories were made, moved or synced: KAFKA_STORAGE_ERROR."""


def change_failure(what: str, error: OSError) -> StorageError:
    """What it means that directories of partitions could not be changed; `what` begins the text."""
    is_put_off = error.errno in NO_ROOM | NO_DESCRIPTORS
    kind = StorageFull if is_put_off else ChangeFailed
    return kind(f"{what}: {error}")


class ReadFailed(StorageError):
    """The operating system could not read; asking again may succeed: KAFKA_STORAGE_ERROR."""


class ReadPutOff(ReadFailed):
    """There was no descriptor to read with, or an index is being made anew: ask a little later."""


def read_failure(topic_partition: TopicPartition, error: OSError) -> ReadFailed:
    """What a failed read of a log means."""
    is_put_off = error.errno in NO_DESCRIPTORS or error.errno == errno.EAGAIN
    kind = ReadPutOff if is_put_off else ReadFailed
    return kind(f"{topic_partition}: {error}")


class OffsetOutOfRange(StorageError):
    """The offset is not in the log; `start_offset` and the exclusive `end_offset` bound it."""

    def __init__(self, offset: Offset, start_offset: Offset, end_offset: Offset) -> None:
        super().__init__(f"offset {offset} is outside [{start_offset}, {end_offset})")
        self.offset = offset
        self.start_offset = start_offset
        self.end_offset = end_offset


class StorageDamaged(StorageError):
    """The bytes of a range of offsets were damaged on disk: KAFKA_STORAGE_ERROR.

    Records before `start_offset` and from `end_offset` on are readable.
    """

    def __init__(
        self,
        topic_partition: TopicPartition,
        start_offset: Offset,
        end_offset: Offset,
        what: str = "are damaged on disk",
    ) -> None:
        super().__init__(f"offsets [{start_offset}, {end_offset}) of {topic_partition} {what}")
        self.topic_partition = topic_partition
        self.start_offset = start_offset
        self.end_offset = end_offset


class CheckpointFailed(StorageError):
    """A checkpoint could not be published; the one before it stays in force."""


class DirectoryInUse(StorageError):
    """Another process owns the data directory. The address is empty while it starts, that of its
    metrics where it serves none."""

    def __init__(self, path: str, pid: int, address: str, metrics: str = "") -> None:
        owner = f"process {pid}" + (f" at {address}" if address else "")
        super().__init__(f"{path} is in use by {owner}")
        self.path = path
        self.pid = pid
        self.address = address
        self.metrics = metrics


class OtherNode(StorageError):
    """The data directory was made by a node of another id."""

    def __init__(self, path: str, owner: int, node_id: int) -> None:
        super().__init__(f"{path} belongs to node {owner}, and this node is {node_id}")
        self.path = path
        self.owner = owner
        self.node_id = node_id


class UnknownPartition(StorageError):
    """The data directory has no such partition."""


class PartitionExists(StorageError):
    """The data directory has that partition already."""


class TopicIdMismatch(StorageError):
    """The directory belongs to another topic of the same name."""

    def __init__(self, topic_partition: TopicPartition, expected: TopicId, found: TopicId) -> None:
        super().__init__(f"{topic_partition} belongs to another topic of that name")
        self.topic_partition = topic_partition
        self.expected = expected
        self.found = found


class MalformedFile(StorageError):
    """A small file of ours cannot be read as what it should be; `path` and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
