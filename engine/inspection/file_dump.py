"""Shows what one file of a partition holds, fact by fact, under the names that Kafka's tools use.

Understands segments (`.log`), both indexes, producer snapshots and the checkpoint files. Bytes of a
segment that are no batch are told and passed over. The records of `__consumer_offsets` are opened:
whose offset they are, or which generation of which group. Source: Kafka's `DumpLogSegments`.
"""

import base64
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from engine.coordinator.journal import (
    CONSUMER_OFFSETS,
    GroupKey,
    OffsetKey,
    decode_group,
    decode_key,
    decode_offset,
)
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.errors import EngineError
from engine.kernel.ids import OFFSET_MAX, Position, format_topic_id
from engine.kernel.limits import INSPECTED_BATCH_BYTES_MAX
from engine.records.errors import InvalidBatch
from engine.records.record import Record, iterate_records
from engine.storage.batch_walk import BatchAt, find_batch_behind, walk_verified
from engine.storage.file_names import (
    CLEANED,
    DELETED,
    LEADER_EPOCHS,
    LOG,
    OFFSET_INDEX,
    PARTITION_METADATA,
    SNAPSHOT,
    SWAP,
    TIME_INDEX,
    base_offset_of,
    partition_of,
)
from engine.storage.filesystem import File, FileSystem
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, decode_offsets
from engine.storage.offset_index import OffsetIndex
from engine.storage.partition_metadata import decode_metadata
from engine.storage.producer_snapshot import decode_snapshot
from engine.storage.time_index import TimeIndex
from engine.storage.whole_file import read_file

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"
Facts: TypeAlias = dict[str, Plain]


class UnknownFile(EngineError):
    """The file's name is none that a partition has."""


class FileDump:
    """The facts of one file. Blocks on the disk."""

    def __init__(self, filesystem: FileSystem, path: str, *, has_records: bool) -> None:
        """`path` is absolute. With `has_records` the records of a segment are told, too."""
        self._filesystem = filesystem
        self._path = path
        self._directory, _, name = path.rpartition("/")
        # Files on their way in or out hold what their names without that say.
        self._name = name.removesuffix(DELETED).removesuffix(CLEANED).removesuffix(SWAP)
        self._has_records = has_records

    def run(self) -> Iterator[Facts]:
        """One mapping per batch, record, entry or line. Raises UnknownFile, MalformedFile, OSError.

        A record follows its batch and is told apart by its key `offset`.
        """
        for suffix, dump in _SEGMENT_FILES.items():
            base_offset = base_offset_of(self._name, suffix)
            if base_offset is not None:
                yield from dump(self, base_offset)
                return
        whole = _WHOLE_FILES.get(self._name)
        if whole is None:
            known = ", ".join([*(f"<offset>{suffix}" for suffix in _SEGMENT_FILES), *_WHOLE_FILES])
            raise UnknownFile(f"{self._name} is not a file that can be shown; known: {known}")
        yield from whole(read_file(self._filesystem, self._path), self._path)

    def _log(self, base_offset: int) -> Iterator[Facts]:
        file = self._filesystem.open(self._path)
        size, position, expected = file.size(), 0, base_offset
        while position < size:
            for batch in walk_verified(file, position, size):
                yield _batch_facts(batch)
                if self._has_records:
                    yield from self._records(batch)
                position, expected = batch.end_position, batch.header.last_offset + 1
            if position < size:
                end = _end_of_damage(file, position, size, expected)
                yield {"noBatch": True, "position": position, "size": end - position}
                position = end

    def _records(self, batch: BatchAt) -> Iterator[Facts]:
        partition = partition_of(self._directory.rpartition("/")[2])
        is_journal = partition is not None and partition.topic == CONSUMER_OFFSETS
        try:
            for record in iterate_records(batch.content, INSPECTED_BATCH_BYTES_MAX):
                is_opened = is_journal and not batch.header.is_control
                yield _journal_facts(record) if is_opened else _record_facts(record)
        except InvalidBatch as error:
            yield {"isvalid": False, "reason": str(error)}

    def _offset_index(self, base_offset: int) -> Iterator[Facts]:
        index = OffsetIndex.decode_prefix(read_file(self._filesystem, self._path), OFFSET_MAX)
        for relative, position in zip(index.offsets, index.positions, strict=True):
            yield {"offset": base_offset + relative, "position": position}

    def _time_index(self, base_offset: int) -> Iterator[Facts]:
        index = TimeIndex.decode_prefix(read_file(self._filesystem, self._path))
        for timestamp_ms, relative in zip(index.timestamps, index.offsets, strict=True):
            yield {"timestamp": timestamp_ms, "offset": base_offset + relative}

    def _snapshot(self, _offset: int) -> Iterator[Facts]:
        producers = decode_snapshot(read_file(self._filesystem, self._path), self._path)
        for producer_id, entry in producers.items():
            last = entry.batches[-1] if entry.batches else None
            yield {
                "producerId": producer_id,
                "producerEpoch": entry.epoch,
                "coordinatorEpoch": entry.coordinator_epoch,
                "currentTxnFirstOffset": entry.transaction_start,
                "firstSequence": -1 if last is None else last.first_sequence,
                "lastSequence": -1 if last is None else last.last_sequence,
                "lastOffset": -1 if last is None else last.last_offset,
                "timestamp": entry.updated_ms,
            }


def as_text(facts: Facts) -> str:
    """One line: `name: value name: value`; a record is set in behind its batch."""
    shown = " ".join(f"{name}: {value}" for name, value in facts.items())
    return f"| {shown}" if "keySize" in facts or "journal" in facts else shown


def text_of(content: bytes | None) -> Plain:
    """Bytes as text where they are UTF-8, else as an object with their base64."""
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}


def _batch_facts(batch: BatchAt) -> Facts:
    header = batch.header
    return {
        "baseOffset": header.base_offset,
        "lastOffset": header.last_offset,
        "count": header.record_count,
        "baseSequence": header.base_sequence,
        "lastSequence": header.last_sequence,
        "producerId": header.producer_id,
        "producerEpoch": header.producer_epoch,
        "partitionLeaderEpoch": header.leader_epoch,
        "isTransactional": header.is_transactional,
        "isControl": header.is_control,
        "position": batch.position,
        "CreateTime" if not header.is_log_append_time else "LogAppendTime": header.max_timestamp_ms,
        "size": header.size_bytes,
        "magic": header.magic,
        "compresscodec": header.compression.name.lower(),
        "crc": header.crc,
        "isvalid": True,
    }


def _record_facts(record: Record) -> Facts:
    return {
        "offset": record.offset,
        "timestamp": record.timestamp_ms,
        "keySize": -1 if record.key is None else len(record.key),
        "valueSize": -1 if record.value is None else len(record.value),
        "key": text_of(record.key),
        "value": text_of(record.value),
        "headers": {name: text_of(value) for name, value in record.headers},
    }


def _journal_facts(record: Record) -> Facts:
    """A record of `__consumer_offsets`, opened; as it is where that cannot be done."""
    try:
        key = None if record.key is None else decode_key(record.key)
        if key is None:
            return _record_facts(record)
        decode: Callable[[bytes], object] = (
            decode_offset if isinstance(key, OffsetKey) else decode_group
        )
        value = None if record.value is None else _plain(decode(record.value))
    except MalformedRecordError:
        return _record_facts(record)
    kind = "group" if isinstance(key, GroupKey) else "offset"
    return {"offset": record.offset, "journal": kind, "key": _plain(key), "value": value}


def _plain(value: object) -> Plain:
    """A value of the coordinator in plain JSON terms."""
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain(value._asdict())
    match value:
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case bytes():
            return text_of(value)
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _end_of_damage(file: File, position: Position, size: int, expected: int) -> Position:
    behind = find_batch_behind(file, position, size, expected, OFFSET_MAX)
    return size if behind is None else behind.position


def _epochs(content: bytes, path: str) -> Iterator[Facts]:
    for epoch, start_offset in LeaderEpochs.decode(content, path):
        yield {"epoch": epoch, "startOffset": start_offset}


def _offsets(content: bytes, path: str) -> Iterator[Facts]:
    for (topic, partition), offset in decode_offsets(content, path).items():
        yield {"topic": topic, "partition": partition, "offset": offset}


def _metadata(content: bytes, path: str) -> Iterator[Facts]:
    yield {"topicId": format_topic_id(decode_metadata(content, path))}


_SEGMENT_FILES: dict[str, Callable[[FileDump, int], Iterator[Facts]]] = {
    LOG: FileDump._log,
    OFFSET_INDEX: FileDump._offset_index,
    TIME_INDEX: FileDump._time_index,
    SNAPSHOT: FileDump._snapshot,
}
_WHOLE_FILES: dict[str, Callable[[bytes, str], Iterator[Facts]]] = {
    LEADER_EPOCHS: _epochs,
    RECOVERY_POINTS: _offsets,
    LOG_STARTS: _offsets,
    PARTITION_METADATA: _metadata,
}
