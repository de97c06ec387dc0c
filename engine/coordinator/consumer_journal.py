"""The records of consumer groups in `__consumer_offsets`, byte for byte as Kafka 4.3 writes them.

`engine.coordinator.consumer_records` lists them. All values are of version 0. Source: Kafka's
`ConsumerGroup*Key.json` and `ConsumerGroup*Value.json`, `GroupCoordinatorRecordHelpers`.
"""

from collections.abc import Iterable

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.consumer_member import (
    ClassicFacet,
    CurrentAssignment,
    MemberMetadata,
    MemberState,
)
from engine.coordinator.consumer_records import (
    ConsumerKey,
    GroupEpoch,
    RecordKind,
    ResolvedRegex,
    TargetEpoch,
)
from engine.coordinator.journal import JournalRecord
from engine.coordinator.partition_maps import PartitionEpochs, PartitionSets, collected
from engine.coordinator.versioned_bytes import MalformedRecordError, Reader, Writer
from engine.kernel.ids import TopicId

_KINDS = frozenset(RecordKind)
_VALUE_VERSION = 0
_METADATA_HASH_TAG = 0
_TIMESTAMP_TAG = 0
_CLASSIC_TAG = 0
_EPOCHS_TAG = 0
_NOT_NULL = 1
_NULL = b"\x00"


def decode_consumer_key(key: bytes) -> ConsumerKey | None:
    """What a key names; None for a kind that is not of consumer groups."""
    reader = Reader(key)
    number = reader.int16()
    if number not in _KINDS:
        return None
    kind = RecordKind(number)
    return ConsumerKey(kind, reader.string(), "" if kind.is_of_the_group else reader.string())


def epoch_record(group_id: str, value: GroupEpoch | None) -> JournalRecord:
    """The record of a group's epoch, or with None the tombstone that deletes the group."""
    writer = Writer(_VALUE_VERSION)
    if value is not None:
        writer.int32(value.epoch)
        writer.tagged_fields(_int64_tag(_METADATA_HASH_TAG, value.metadata_hash))
    return _record(_key(RecordKind.GROUP_EPOCH, group_id), None if value is None else writer)


def partition_metadata_tombstone(group_id: str) -> JournalRecord:
    """The tombstone of what brokers before 4.1 kept in place of the hash."""
    return _record(_key(RecordKind.PARTITION_METADATA, group_id), None)


def member_record(group_id: str, member_id: str, value: MemberMetadata | None) -> JournalRecord:
    """The record of what a member said about itself, or its tombstone."""
    key = _key(RecordKind.MEMBER, group_id, member_id)
    if value is None:
        return _record(key, None)
    writer = Writer(_VALUE_VERSION)
    writer.string(value.instance_id, is_flexible=True)
    writer.string(value.rack_id, is_flexible=True)
    writer.string(value.client_id, is_flexible=True)
    writer.string(value.client_host, is_flexible=True)
    _write_strings(writer, sorted(value.topic_names))
    writer.string(value.topic_regex, is_flexible=True)
    writer.int32(value.rebalance_timeout_ms)
    writer.string(value.server_assignor, is_flexible=True)
    # Kafka writes this field when it is null too.
    classic = _NULL if value.classic is None else _classic_facet(value.classic)
    writer.tagged_fields({_CLASSIC_TAG: classic})
    return _record(key, writer)


def target_epoch_record(group_id: str, value: TargetEpoch | None) -> JournalRecord:
    """The record of a target's epoch, or its tombstone."""
    writer = Writer(_VALUE_VERSION)
    if value is not None:
        writer.int32(value.epoch)
        writer.tagged_fields(_int64_tag(_TIMESTAMP_TAG, value.timestamp_ms))
    return _record(_key(RecordKind.TARGET_EPOCH, group_id), None if value is None else writer)


def target_record(group_id: str, member_id: str, value: PartitionSets | None) -> JournalRecord:
    """The record of a member's target, or its tombstone."""
    key = _key(RecordKind.TARGET, group_id, member_id)
    if value is None:
        return _record(key, None)
    writer = Writer(_VALUE_VERSION)
    writer.array_length(len(value), is_flexible=True)
    for topic_id in sorted(value):
        writer.uuid(topic_id)
        _write_numbers(writer, sorted(value[topic_id]))
        writer.tagged_fields({})
    writer.tagged_fields({})
    return _record(key, writer)


def current_record(group_id: str, member_id: str, value: CurrentAssignment | None) -> JournalRecord:
    """The record of where a member stands, or its tombstone."""
    key = _key(RecordKind.CURRENT, group_id, member_id)
    if value is None:
        return _record(key, None)
    writer = Writer(_VALUE_VERSION)
    writer.int32(value.epoch)
    writer.int32(value.previous_epoch)
    writer.int8(value.state.value)
    _write_epochs(writer, value.assigned)
    _write_epochs(writer, value.pending_revocation)
    writer.tagged_fields({})
    return _record(key, writer)


def regex_record(group_id: str, regex: str, value: ResolvedRegex | None) -> JournalRecord:
    """The record of what an expression matches, or its tombstone."""
    writer = Writer(_VALUE_VERSION)
    if value is not None:
        _write_strings(writer, sorted(value.topics))
        writer.int64(value.version)
        writer.int64(value.timestamp_ms)
        writer.tagged_fields({})
    return _record(_key(RecordKind.REGEX, group_id, regex), None if value is None else writer)


def decode_epoch(value: bytes) -> GroupEpoch:
    """Read a value of kind 3. Raises MalformedRecordError, as all of these do."""
    reader = _value_reader(value)
    epoch = reader.int32()
    return GroupEpoch(epoch, _tagged_int64(reader, _METADATA_HASH_TAG))


def decode_member(value: bytes) -> MemberMetadata:
    """Read a value of kind 5."""
    reader = _value_reader(value)
    instance_id = reader.nullable_string(is_flexible=True)
    rack_id = reader.nullable_string(is_flexible=True)
    client_id = reader.string(is_flexible=True)
    client_host = reader.string(is_flexible=True)
    topic_names = frozenset(_read_strings(reader))
    topic_regex = reader.nullable_string(is_flexible=True)
    rebalance_timeout_ms = reader.int32()
    server_assignor = reader.nullable_string(is_flexible=True)
    classic = reader.tagged_fields().get(_CLASSIC_TAG)
    return MemberMetadata(
        client_id,
        client_host,
        instance_id,
        rack_id,
        topic_names,
        topic_regex,
        rebalance_timeout_ms,
        server_assignor,
        None if classic is None else _read_classic_facet(Reader(classic)),
    )


def decode_target_epoch(value: bytes) -> TargetEpoch:
    """Read a value of kind 6."""
    reader = _value_reader(value)
    epoch = reader.int32()
    return TargetEpoch(epoch, _tagged_int64(reader, _TIMESTAMP_TAG))


def decode_target(value: bytes) -> PartitionSets:
    """Read a value of kind 7."""
    reader = _value_reader(value)
    found = []
    for _ in range(reader.array_length(is_flexible=True)):
        found.append((TopicId(reader.uuid()), _read_numbers(reader)))
        reader.tagged_fields()
    return collected(found)


def decode_current(value: bytes) -> CurrentAssignment:
    """Read a value of kind 8."""
    reader = _value_reader(value)
    epoch = reader.int32()
    previous_epoch = reader.int32()
    state = MemberState.of(reader.int8())
    # Brokers before 4.3 stored no epochs of partitions; a static member that has left stores -2.
    since = max(epoch, 0)
    assigned = _read_epochs(reader, since)
    pending_revocation = _read_epochs(reader, since)
    return CurrentAssignment(epoch, previous_epoch, state, assigned, pending_revocation)


def decode_regex(value: bytes) -> ResolvedRegex:
    """Read a value of kind 16."""
    reader = _value_reader(value)
    topics = frozenset(_read_strings(reader))
    return ResolvedRegex(topics, reader.int64(), reader.int64())


def _key(kind: RecordKind, *names: str) -> bytes:
    writer = Writer(kind)
    for name in names:
        writer.string(name)
    return writer.getvalue()


def _record(key: bytes, writer: Writer | None) -> JournalRecord:
    return JournalRecord(key, None if writer is None else writer.getvalue())


def _value_reader(value: bytes) -> Reader:
    reader = Reader(value)
    version = reader.int16()
    if version != _VALUE_VERSION:
        raise MalformedRecordError(f"value version {version} is unknown")
    return reader


def _int64_tag(tag: int, value: int) -> dict[int, bytes]:
    """A tagged number, which is left out when it is 0."""
    writer = Writer()
    writer.int64(value)
    return {tag: writer.getvalue()} if value else {}


def _tagged_int64(reader: Reader, tag: int) -> int:
    raw = reader.tagged_fields().get(tag)
    return 0 if raw is None else Reader(raw).int64()


def _write_strings(writer: Writer, texts: Iterable[str]) -> None:
    listed = list(texts)
    writer.array_length(len(listed), is_flexible=True)
    for text in listed:
        writer.string(text, is_flexible=True)


def _read_strings(reader: Reader) -> list[str]:
    count = reader.array_length(is_flexible=True)
    return [reader.string(is_flexible=True) for _ in range(count)]


def _write_numbers(writer: Writer, numbers: Iterable[int]) -> None:
    listed = list(numbers)
    writer.array_length(len(listed), is_flexible=True)
    for number in listed:
        writer.int32(number)


def _read_numbers(reader: Reader) -> list[int]:
    return [reader.int32() for _ in range(reader.array_length(is_flexible=True))]


def _write_epochs(writer: Writer, partitions: PartitionEpochs) -> None:
    writer.array_length(len(partitions), is_flexible=True)
    for topic_id in sorted(partitions):
        epochs = partitions[topic_id]
        order = sorted(epochs)
        writer.uuid(topic_id)
        _write_numbers(writer, order)
        tag = Writer()
        _write_numbers(tag, [epochs[partition] for partition in order])
        writer.tagged_fields({_EPOCHS_TAG: tag.getvalue()})


def _read_epochs(reader: Reader, since: int) -> PartitionEpochs:
    found: dict[TopicId, dict[int, int]] = {}
    for _ in range(reader.array_length(is_flexible=True)):
        topic_id = TopicId(reader.uuid())
        partitions = _read_numbers(reader)
        raw = reader.tagged_fields().get(_EPOCHS_TAG)
        epochs = [] if raw is None else _read_numbers(Reader(raw))
        if len(epochs) != len(partitions):
            epochs = [since] * len(partitions)
        found[topic_id] = dict(zip(partitions, epochs, strict=True))
    return found


def _classic_facet(classic: ClassicFacet) -> bytes:
    writer = Writer()
    writer.int8(_NOT_NULL)
    writer.int32(classic.session_timeout_ms)
    writer.array_length(len(classic.protocols), is_flexible=True)
    for name, metadata in classic.protocols:
        writer.string(name, is_flexible=True)
        writer.byte_string(metadata, is_flexible=True)
        writer.tagged_fields({})
    writer.tagged_fields({})
    return writer.getvalue()


def _read_classic_facet(reader: Reader) -> ClassicFacet | None:
    if reader.int8() != _NOT_NULL:
        return None
    session_timeout_ms = reader.int32()
    protocols = []
    for _ in range(reader.array_length(is_flexible=True)):
        name = reader.string(is_flexible=True)
        protocols.append(OfferedProtocol(name, reader.byte_string(is_flexible=True)))
        reader.tagged_fields()
    return ClassicFacet(session_timeout_ms, tuple(protocols))
