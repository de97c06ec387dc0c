"""The records that groups keep in `__consumer_offsets`, byte for byte as Kafka 4.3 writes them.

Keys begin with an int16 that names the record type: 0 and 1 an offset commit, 2 a group's metadata.
Other types belong to other kinds of groups; `decode_key` answers None for them and replay passes
over them. Values carry a version of their own: offset commits are written as version 4 (version 1
when the client chose an expiry), group metadata as version 3; every version is read.
Source: `OffsetCommitKey.json`, `OffsetCommitValue.json`, `GroupMetadataKey.json`,
`GroupMetadataValue.json`, `GroupCoordinatorRecordHelpers`.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from engine.coordinator.versioned_bytes import MalformedRecordError, Reader, Writer
from engine.kernel.ids import NULL_TOPIC_ID, TopicId

CONSUMER_OFFSETS = "__consumer_offsets"
"""The topic of the journal."""

_LEGACY_OFFSET_COMMIT = 0
_OFFSET_COMMIT = 1
_GROUP_METADATA = 2
_OFFSET_VALUE_VERSION = 4
_OFFSET_VALUE_VERSION_WITH_EXPIRY = 1
_GROUP_VALUE_VERSION = 3
_HIGHEST_VALUE_VERSION = 4
_NO_TIMESTAMP = -1
_TOPIC_ID_TAG = 0


class JournalRecord(NamedTuple):
    """One record to append; a value of None is a tombstone."""

    key: bytes
    value: bytes | None


class OffsetKey(NamedTuple):
    """Whose offset of which partition."""

    group_id: str
    topic: str
    partition: int


class GroupKey(NamedTuple):
    """Which group."""

    group_id: str


JournalKey: TypeAlias = OffsetKey | GroupKey


class CommittedOffset(NamedTuple):
    """A position that a group has stored.

    `leader_epoch` is -1 when unknown; `expire_timestamp_ms` is None unless the client chose it;
    `topic_id` is the null id when the commit named its topic without one.
    """

    offset: int
    leader_epoch: int
    metadata: str
    commit_timestamp_ms: int
    expire_timestamp_ms: int | None = None
    topic_id: TopicId = NULL_TOPIC_ID


@dataclass(frozen=True, slots=True)
class StoredMember:
    """A member of a stored generation; subscription and assignment are opaque."""

    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    subscription: bytes
    assignment: bytes


@dataclass(frozen=True, slots=True)
class GroupMetadata:
    """A stored generation of a group. `state_timestamp_ms` is None in records before version 2."""

    protocol_type: str
    generation_id: int
    protocol_name: str | None
    leader_id: str | None
    state_timestamp_ms: int | None
    members: tuple[StoredMember, ...]


def offset_record(key: OffsetKey, value: CommittedOffset | None) -> JournalRecord:
    """The record of a commit, or with None the tombstone that forgets it."""
    writer = Writer(_OFFSET_COMMIT)
    writer.string(key.group_id)
    writer.string(key.topic)
    writer.int32(key.partition)
    return JournalRecord(writer.getvalue(), None if value is None else _offset_value(value))


def group_record(group_id: str, metadata: GroupMetadata | None) -> JournalRecord:
    """The record of a generation, or with None the tombstone that deletes the group."""
    writer = Writer(_GROUP_METADATA)
    writer.string(group_id)
    return JournalRecord(writer.getvalue(), None if metadata is None else _group_value(metadata))


def decode_key(key: bytes) -> JournalKey | None:
    """What a key names; None for a record type of another kind of group."""
    reader = Reader(key)
    record_type = reader.int16()
    if record_type in (_LEGACY_OFFSET_COMMIT, _OFFSET_COMMIT):
        return OffsetKey(reader.string(), reader.string(), reader.int32())
    if record_type == _GROUP_METADATA:
        return GroupKey(reader.string())
    return None


def decode_offset(value: bytes) -> CommittedOffset:
    """Read an offset commit value of any version. Raises MalformedRecordError."""
    reader = Reader(value)
    version = _value_version(reader)
    is_flexible = version >= 4
    offset = reader.int64()
    leader_epoch = reader.int32() if version >= 3 else -1
    metadata = reader.string(is_flexible=is_flexible)
    commit_timestamp_ms = reader.int64()
    expire_timestamp_ms = reader.int64() if version == 1 else _NO_TIMESTAMP
    topic_id = NULL_TOPIC_ID
    if is_flexible:
        topic_id = TopicId(reader.tagged_fields().get(_TOPIC_ID_TAG, NULL_TOPIC_ID))
        if len(topic_id) != len(NULL_TOPIC_ID):
            raise MalformedRecordError(f"a topic id cannot have {len(topic_id)} bytes")
    return CommittedOffset(
        offset,
        leader_epoch,
        metadata,
        commit_timestamp_ms,
        None if expire_timestamp_ms == _NO_TIMESTAMP else expire_timestamp_ms,
        topic_id,
    )


def decode_group(value: bytes) -> GroupMetadata:
    """Read a group metadata value of any version. Raises MalformedRecordError."""
    reader = Reader(value)
    version = _value_version(reader)
    is_flexible = version >= 4
    protocol_type = reader.string(is_flexible=is_flexible)
    generation_id = reader.int32()
    protocol_name = reader.nullable_string(is_flexible=is_flexible)
    leader_id = reader.nullable_string(is_flexible=is_flexible)
    state_timestamp_ms = reader.int64() if version >= 2 else _NO_TIMESTAMP
    count = reader.array_length(is_flexible=is_flexible)
    members = tuple(_read_member(reader, version) for _ in range(count))
    return GroupMetadata(
        protocol_type,
        generation_id,
        protocol_name,
        leader_id,
        None if state_timestamp_ms == _NO_TIMESTAMP else state_timestamp_ms,
        members,
    )


def _value_version(reader: Reader) -> int:
    version = reader.int16()
    if not 0 <= version <= _HIGHEST_VALUE_VERSION:
        raise MalformedRecordError(f"value version {version} is unknown")
    return version


def _read_member(reader: Reader, version: int) -> StoredMember:
    is_flexible = version >= 4
    member_id = reader.string(is_flexible=is_flexible)
    group_instance_id = reader.nullable_string(is_flexible=is_flexible) if version >= 3 else None
    client_id = reader.string(is_flexible=is_flexible)
    client_host = reader.string(is_flexible=is_flexible)
    rebalance_timeout_ms = reader.int32() if version >= 1 else -1
    session_timeout_ms = reader.int32()
    subscription = reader.byte_string(is_flexible=is_flexible)
    assignment = reader.byte_string(is_flexible=is_flexible)
    if is_flexible:
        reader.tagged_fields()
    return StoredMember(
        member_id,
        group_instance_id,
        client_id,
        client_host,
        # Version 0 knew one time-out for both.
        session_timeout_ms if rebalance_timeout_ms == -1 else rebalance_timeout_ms,
        session_timeout_ms,
        subscription,
        assignment,
    )


def _offset_value(value: CommittedOffset) -> bytes:
    if value.expire_timestamp_ms is not None:
        writer = Writer(_OFFSET_VALUE_VERSION_WITH_EXPIRY)
        writer.int64(value.offset)
        writer.string(value.metadata)
        writer.int64(value.commit_timestamp_ms)
        writer.int64(value.expire_timestamp_ms)
        return writer.getvalue()
    writer = Writer(_OFFSET_VALUE_VERSION)
    writer.int64(value.offset)
    writer.int32(value.leader_epoch)
    writer.string(value.metadata, is_flexible=True)
    writer.int64(value.commit_timestamp_ms)
    writer.tagged_fields({} if value.topic_id == NULL_TOPIC_ID else {_TOPIC_ID_TAG: value.topic_id})
    return writer.getvalue()


def _group_value(metadata: GroupMetadata) -> bytes:
    writer = Writer(_GROUP_VALUE_VERSION)
    writer.string(metadata.protocol_type)
    writer.int32(metadata.generation_id)
    writer.string(metadata.protocol_name)
    writer.string(metadata.leader_id)
    timestamp_ms = metadata.state_timestamp_ms
    writer.int64(_NO_TIMESTAMP if timestamp_ms is None else timestamp_ms)
    writer.int32(len(metadata.members))
    for member in metadata.members:
        writer.string(member.member_id)
        writer.string(member.group_instance_id)
        writer.string(member.client_id)
        writer.string(member.client_host)
        writer.int32(member.rebalance_timeout_ms)
        writer.int32(member.session_timeout_ms)
        writer.byte_string(member.subscription)
        writer.byte_string(member.assignment)
    return writer.getvalue()
