"""The consumer groups of one partition of the journal: decisions of all kinds, and their replay.

This is the one door to them. What a command leads to is decided in `consumer_heartbeats`,
`classic_consumers` and `consumer_fencing`; nothing of a group changes before its records are
replayed, save what a restart may forget: deadlines, and what a group was last compared with.
"""

from collections.abc import Mapping

from engine.coordinator.classic_consumers import ClassicConsumers
from engine.coordinator.consumer_changes import ConsumerChanges
from engine.coordinator.consumer_fencing import ConsumerFencing
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_heartbeats import ConsumerHeartbeats
from engine.coordinator.consumer_journal import (
    decode_current,
    decode_epoch,
    decode_member,
    decode_regex,
    decode_target,
    decode_target_epoch,
    epoch_record,
    regex_record,
)
from engine.coordinator.consumer_member import CurrentAssignment
from engine.coordinator.consumer_records import (
    ConsumerKey,
    GroupEpoch,
    RecordKind,
    ResolvedRegex,
    TargetEpoch,
)
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_conversion import tombstones
from engine.coordinator.groups import Groups
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Turn
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind, Rebalances
from engine.coordinator.subscription_counts import SubscriptionCounts, topics_of
from engine.coordinator.topic_image import TopicImage, metadata_hash, topic_ids
from engine.coordinator.topic_regexes import resolve
from engine.kernel.entropy import Entropy
from engine.kernel.ids import TopicId

_NO_TARGET = TargetEpoch(-1, 0)
_GONE = CurrentAssignment(-1, -1)


class ConsumerGroups:
    """Consumer groups among the groups of the partition."""

    def __init__(
        self,
        settings: GroupSettings,
        entropy: Entropy,
        groups: Groups,
        image: TopicImage,
        deadlines: Deadlines[DeadlineKey],
        rebalances: Rebalances,
    ) -> None:
        self._groups = groups
        self._image = image
        self.timers = ConsumerTimers(settings, deadlines)
        changes = ConsumerChanges(settings, image, self.timers)
        self._fencing = ConsumerFencing(settings, groups, image, self.timers, rebalances)
        self.heartbeats = ConsumerHeartbeats(
            settings, entropy, groups, image, self.timers, changes, self._fencing
        )
        self.classic = ClassicConsumers(
            settings, entropy, image, self.timers, changes, self._fencing
        )

    def delete(self, group: ConsumerGroup, turn: Turn) -> None:
        """Delete a group without members."""
        assert group.is_empty
        for record in tombstones(group):
            turn.record(record)

    def expect_all(self, now: Instant) -> None:
        """Set the deadlines that members must have, and compare every group with the topics anew.

        After loading, and after an append failed: what it was to write may have come of either.
        """
        for group in self._groups.by_id.values():
            if isinstance(group, ConsumerGroup):
                group.checked_version = group.regexes_checked_version = None
                for member in group.members.values():
                    self.timers.expect(group.group_id, member, now)

    def deadline_passed(
        self, group: ConsumerGroup, kind: DeadlineKind, member_id: str, turn: Turn
    ) -> None:
        """Do what a deadline of a consumer group is for; no other turn of it may be open."""
        if kind is DeadlineKind.EXPRESSIONS:
            self._resolve_regexes(group, turn)
        else:
            self._fencing.deadline_passed(group, kind, member_id, turn)

    def replay(self, key: ConsumerKey, value: bytes | None, *, is_loading: bool) -> None:
        """Make a record true that stands in the journal. Raises MalformedRecordError."""
        group = self._groups.consumer(key.group_id)
        if value is None:
            if is_loading and key.kind is RecordKind.GROUP_EPOCH:
                self._groups.deleted_consumer_groups.add(key.group_id)
            # A tombstone for a group that another has replaced, or that is gone, says nothing new.
            if group is not None:
                self._replay_tombstone(group, key)
            return
        if group is None:
            group = self._groups.by_id[key.group_id] = ConsumerGroup(key.group_id)
        match key.kind:
            case RecordKind.GROUP_EPOCH:
                group.epoch = decode_epoch(value)
            case RecordKind.PARTITION_METADATA:
                group.has_partition_metadata = True
            case RecordKind.MEMBER:
                group.put_metadata(key.name, decode_member(value))
            case RecordKind.TARGET_EPOCH:
                group.target_epoch = decode_target_epoch(value)
            case RecordKind.TARGET:
                group.targets[key.name] = decode_target(value)
            case RecordKind.CURRENT:
                group.put_current(key.name, decode_current(value))
            case RecordKind.REGEX:
                group.put_regex(key.name, decode_regex(value))

    def _replay_tombstone(self, group: ConsumerGroup, key: ConsumerKey) -> None:
        match key.kind:
            case RecordKind.GROUP_EPOCH:
                del self._groups.by_id[group.group_id]
            case RecordKind.PARTITION_METADATA:
                group.has_partition_metadata = False
            case RecordKind.MEMBER:
                group.remove_member(key.name)
            case RecordKind.TARGET_EPOCH:
                group.target_epoch = _NO_TARGET
            case RecordKind.TARGET:
                group.targets.pop(key.name, None)
            case RecordKind.CURRENT:
                if key.name in group.members:
                    group.put_current(key.name, _GONE)
            case RecordKind.REGEX:
                group.put_regex(key.name, None)

    def _resolve_regexes(self, group: ConsumerGroup, turn: Turn) -> None:
        """Look up what the group's expressions match; a new epoch begins if that has changed."""
        found = resolve(group.subscriptions.regexes, self._image, now_ms=turn.now.wall_ms)
        group.regexes_checked_version = self._image.created_version
        after = group.subscriptions.copy()
        has_changed = False
        for regex, matches in found.items():
            before = after.resolved.get(regex)
            has_changed |= matches.topics != (frozenset() if before is None else before.topics)
            after.resolved[regex] = matches
            turn.record(regex_record(group.group_id, regex, matches))
        has_changed = has_changed or self._has_unread_target(group, found, after)
        topics_hash = metadata_hash(after.topic_names(), self._image)
        if has_changed or topics_hash != group.epoch.metadata_hash:
            epoch = GroupEpoch(group.epoch.epoch + 1, topics_hash)
            turn.record(epoch_record(group.group_id, epoch))

    def _has_unread_target(
        self, group: ConsumerGroup, found: Mapping[str, ResolvedRegex], after: SubscriptionCounts
    ) -> bool:
        """Whether a member shall own what its expression, another than before, does not match.

        Differs from Kafka, where such partitions are nobody's until the next change: an expression
        that matches nothing from the first look on begins no epoch there.
        """
        if group.epoch.epoch > group.target_epoch.epoch:
            return False
        # Many members say the same, and what that is may be thousands of topics.
        read: dict[tuple[str | None, frozenset[str]], frozenset[TopicId]] = {}
        for member_id, member in group.members.items():
            metadata = member.metadata
            if metadata.regex not in found:
                continue
            said = metadata.regex, metadata.topic_names
            if said not in read:
                read[said] = topic_ids(topics_of(metadata, after.resolved), self._image)
            if not group.target_of(member_id).keys() <= read[said]:
                return True
        return False
