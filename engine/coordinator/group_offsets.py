"""What committing, reading, deleting and expiring positions leads to.

Who may commit and read is decided in `engine.coordinator.offset_access`.

Positions expire `offsets_retention_ms` after a classic group became Empty; of topics that nobody in
a Stable classic group of consumers subscribes to, that long after the commit; of a group that never
had members too (KIP-211). In a consumer group positions of topics that nobody subscribes to expire
that long after the commit, with or without members. Source: Kafka's `OffsetMetadataManager`.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.commands import CommitOffsets, DeleteOffsets, OffsetsReply
from engine.coordinator.committed_offsets import CommittedOffsets
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.groups import Group
from engine.coordinator.java_strings import utf16_length
from engine.coordinator.journal import CommittedOffset, OffsetKey, offset_record
from engine.coordinator.outcome import Turn
from engine.coordinator.views import FetchedOffset
from engine.kernel.ids import NO_PRODUCER_ID, NULL_TOPIC_ID, ProducerId, TopicId

_LATEST_MS = 2**63 - 1
"""The last moment that a record can tell."""


class GroupOffsets:
    """The positions of all groups of a partition: decisions on them, and their replay."""

    def __init__(self, settings: GroupSettings) -> None:
        self._settings = settings
        self._offsets = CommittedOffsets()

    def commit(self, command: CommitOffsets, turn: Turn) -> None:
        """Store each position whose metadata is short enough."""
        now_ms = turn.now.wall_ms
        expire_ms: int | None = None
        if command.retention_ms is not None:
            # Differs from Kafka, whose sum overflows: the longest time is no time in the past.
            expire_ms = min(now_ms + command.retention_ms, _LATEST_MS)
        errors = []
        for each in command.offsets:
            metadata = each.metadata or ""
            if utf16_length(metadata) > self._settings.now.offset_metadata_max_length:
                errors.append(GroupError.OFFSET_METADATA_TOO_LARGE)
                continue
            key = OffsetKey(command.group_id, each.topic, each.partition)
            value = CommittedOffset(
                each.offset, each.leader_epoch, metadata, now_ms, expire_ms, each.topic_id
            )
            turn.record(offset_record(key, value))
            errors.append(GroupError.NONE)
        turn.reply(command.token, OffsetsReply(error=GroupError.NONE, partitions=tuple(errors)))

    def delete(self, group: Group, command: DeleteOffsets, turn: Turn) -> None:
        """Forget each position that no member can be reading from."""
        if _hides_topics(group):
            error = GroupError.NON_EMPTY_GROUP
            turn.reply(command.token, refused_offsets(error, command.partitions))
            return
        errors = []
        for topic, partition in command.partitions:
            key = OffsetKey(command.group_id, topic, partition)
            if group.is_subscribed_to(topic):
                errors.append(GroupError.GROUP_SUBSCRIBED_TO_TOPIC)
                continue
            if self._offsets.get(key) is not None or self._offsets.is_pending(key):
                turn.record(offset_record(key, None))
            errors.append(GroupError.NONE)
        turn.reply(command.token, OffsetsReply(error=GroupError.NONE, partitions=tuple(errors)))

    def delete_all(self, group_id: str, turn: Turn) -> None:
        """Forget every position of a group."""
        for key in self._offsets.keys_of_group(group_id):
            turn.record(offset_record(key, None))

    def topics_deleted(self, topics: Mapping[str, TopicId], turn: Turn) -> None:
        """Forget positions in deleted topics; those committed under another topic id stay."""
        for group_id in self._offsets.groups():
            for key in self._offsets.keys_of_group(group_id):
                topic_id = topics.get(key.topic)
                value = self._offsets.get(key)
                stored_id = NULL_TOPIC_ID if value is None else value.topic_id
                if topic_id is not None and stored_id in (topic_id, NULL_TOPIC_ID):
                    turn.record(offset_record(key, None))

    def expire(self, group: Group, *, now_ms: int, turn: Turn) -> bool:
        """Forget the positions whose time has come; whether any position is left."""
        expired = set(self._expired(group, now_ms))
        for key in expired:
            turn.record(offset_record(key, None))
        return any(key not in expired for key in self._offsets.keys_of_group(group.group_id))

    def fetch(
        self,
        group_id: str,
        partitions: Iterable[tuple[str, TopicId, int]],
        *,
        require_stable: bool,
    ) -> list[FetchedOffset]:
        """The positions of partitions named by topic, topic id and number, in their order."""
        fetched = []
        for topic, topic_id, partition in partitions:
            key = OffsetKey(group_id, topic, partition)
            each = self._fetch_one(key, require_stable=require_stable)
            if each.value is not None and topic_id != NULL_TOPIC_ID:
                is_same_topic = each.value.topic_id in (topic_id, NULL_TOPIC_ID)
                each = each if is_same_topic else FetchedOffset(each.error, None)
            fetched.append(each)
        return fetched

    def fetch_all(
        self, group_id: str, *, require_stable: bool
    ) -> dict[str, dict[int, FetchedOffset]]:
        """Every position of a group, by topic and partition."""
        return {
            topic: {
                partition: self._fetch_one(
                    OffsetKey(group_id, topic, partition), require_stable=require_stable
                )
                for partition in partitions
            }
            for topic, partitions in self._offsets.of_group(group_id).items()
        }

    def replay(self, key: OffsetKey, value: CommittedOffset | None, producer: ProducerId) -> None:
        """Make a commit or a tombstone true that stands in the journal."""
        if value is None:
            self._offsets.remove(key)
        elif producer == NO_PRODUCER_ID:
            self._offsets.store(key, value)
        else:
            self._offsets.store_pending(key, value, producer)

    def replay_end_transaction(self, producer: ProducerId, *, is_committed: bool) -> None:
        """Make the end of a transaction true that stands in the journal."""
        self._offsets.end_transaction(producer, is_committed=is_committed)

    def clear(self) -> None:
        """Forget all positions, to read them from the journal again."""
        self._offsets = CommittedOffsets()

    def _fetch_one(self, key: OffsetKey, *, require_stable: bool) -> FetchedOffset:
        if require_stable and self._offsets.is_pending(key):
            return FetchedOffset(GroupError.UNSTABLE_OFFSET_COMMIT, None)
        return FetchedOffset(GroupError.NONE, self._offsets.get(key))

    def _expired(self, group: Group, now_ms: int) -> Iterator[OffsetKey]:
        empty_since_ms: int | None = None
        if isinstance(group, ClassicGroup):
            had_members = group.protocol_type is not None
            if had_members and not group.is_empty:
                knows_topics = group.is_consumer_group and group.subscribed_topics is not None
                if group.state is not GroupState.STABLE or not knows_topics:
                    return
            if had_members and group.is_empty:
                empty_since_ms = group.state_since_ms
        for topic, partitions in self._offsets.of_group(group.group_id).items():
            if group.is_subscribed_to(topic):
                continue
            for partition, value in partitions.items():
                since_ms = value.commit_timestamp_ms
                if empty_since_ms is not None:
                    since_ms = empty_since_ms
                due_ms = since_ms + self._settings.now.offsets_retention_ms
                if value.expire_timestamp_ms is not None:
                    due_ms = value.expire_timestamp_ms
                key = OffsetKey(group.group_id, topic, partition)
                if now_ms >= due_ms and not self._offsets.is_pending(key):
                    yield key


def refused_offsets(error: GroupError, entries: tuple[object, ...]) -> OffsetsReply:
    """The answer to a command that is refused as a whole."""
    return OffsetsReply(error=error, partitions=(error,) * len(entries))


def _hides_topics(group: Group) -> bool:
    """Whether the members of a group may read any topic: only consumers say what they read."""
    return isinstance(group, ClassicGroup) and not (group.is_empty or group.is_consumer_group)
