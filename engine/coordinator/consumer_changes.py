"""The steps by which the word of one member changes its group, in the order of Kafka's records.

    step               when                                   writes
    store_metadata     the member said something new          the member
    change_regex       its expression is another              tombstones of unused ones; resolves
    change_epoch       subscriptions or topics changed        the group's epoch
    change_target      the target is older than the group,    targets that changed, their epoch
                       and the last one not too young
    reconcile          the member is not where it shall be    where it stands

Each step sees the group as it is and the member as the change leaves it; replay of the records
makes it true. Source: Kafka's `GroupMetadataManager`: `consumerGroupHeartbeat` and what it calls.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

from engine.coordinator.assignment_problem import Assignor
from engine.coordinator.assignors import ASSIGNORS
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_journal import (
    current_record,
    epoch_record,
    member_record,
    partition_metadata_tombstone,
    regex_record,
)
from engine.coordinator.consumer_member import ConsumerMember, MemberState
from engine.coordinator.consumer_records import GroupEpoch
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.instant import Instant
from engine.coordinator.journal import JournalRecord
from engine.coordinator.partition_maps import PartitionSets
from engine.coordinator.reconciliation import Reconciliation
from engine.coordinator.subscription_counts import topics_of
from engine.coordinator.target_assignment import new_targets, target_records
from engine.coordinator.topic_image import TopicImage, metadata_hash, topic_ids
from engine.coordinator.topic_regexes import check_regex

REGEX_REFRESH_INTERVAL_MS_MIN = 10_000
"""Expressions of one group are not resolved more often, however many topics are created."""


class RegexChange(Enum):
    """What became of a member's expression."""

    NONE = "as it was"
    UNRESOLVED = "another, whose topics are not known yet"
    RESOLVED = "another, or none any more: what it reads is known"


@dataclass(slots=True)
class MemberChange:
    """One member before and after its word, and the records that the change takes so far.

    For a member that is new `before` says nothing; for one that replaces a static member it is
    that one under the new id.
    """

    group: ConsumerGroup
    before: ConsumerMember
    after: ConsumerMember
    now: Instant
    records: list[JournalRecord] = field(default_factory=list)

    @property
    def group_id(self) -> str:
        return self.group.group_id


@dataclass(frozen=True, slots=True)
class Target:
    """What a member shall own, and in which epoch."""

    epoch: int
    partitions: PartitionSets


class ConsumerChanges:
    """Takes the steps. `image` is the broker's own and changes between two commands."""

    def __init__(self, settings: GroupSettings, image: TopicImage, timers: ConsumerTimers) -> None:
        self._settings = settings
        self._image = image
        self._timers = timers

    def store_metadata(self, change: MemberChange) -> bool:
        """Write what the member said if it is new; whether it names other topics."""
        before, after = change.before.metadata, change.after.metadata
        if before != after:
            change.records.append(member_record(change.group_id, change.after.member_id, after))
        return before.topic_names != after.topic_names

    def change_regex(self, change: MemberChange) -> RegexChange:
        """Take over the member's expression, and have all resolved that need it.

        Raises GroupRefusal for an expression that nobody used before and that is invalid.
        """
        group = change.group
        before, after = change.before.metadata.regex, change.after.metadata.regex
        outcome = RegexChange.NONE
        is_first = False
        if change.before.metadata.topic_regex != change.after.metadata.topic_regex:
            outcome = RegexChange.UNRESOLVED
            if before is not None and group.subscriptions.subscribers(before) == 1:
                change.records.append(regex_record(change.group_id, before, None))
            if after is not None:
                is_first = group.subscriptions.subscribers(after) == 0
                if is_first:
                    check_regex(after)
                elif after in group.subscriptions.resolved:
                    outcome = RegexChange.RESOLVED
            elif before is not None:
                outcome = RegexChange.RESOLVED
        if self._needs_resolving(change, is_first=is_first):
            self._timers.resolve_soon(change.group_id, change.now)
        return outcome

    def change_epoch(self, change: MemberChange, *, must_grow: bool) -> tuple[int, bool]:
        """Begin a new epoch if one is due; returns the epoch and whether members read the same."""
        group = change.group
        image_version = self._image.version
        if not must_grow and group.checked_version == image_version:
            return group.epoch.epoch, group.subscriptions.are_uniform(len(group.members))
        after = group.subscriptions.copy()
        after.replace(change.before.metadata, change.after.metadata)
        after.forget_unused()
        is_known = (
            change.after.member_id in group.members
            or group.static_member(change.after.instance_id) is not None
        )
        is_uniform = after.are_uniform(len(group.members) + (not is_known))
        topics_hash = metadata_hash(after.topic_names(), self._image)
        epoch = group.epoch.epoch
        if must_grow or topics_hash != group.epoch.metadata_hash:
            epoch += 1
            change.records.append(epoch_record(change.group_id, GroupEpoch(epoch, topics_hash)))
        group.checked_version = image_version
        if group.has_partition_metadata:
            change.records.append(partition_metadata_tombstone(change.group_id))
        return epoch, is_uniform

    def change_target(self, change: MemberChange, group_epoch: int, *, is_uniform: bool) -> Target:
        """Make a new target if one is due and the last is old enough; the one that holds then."""
        group, after = change.group, change.after
        if group.target_epoch.epoch >= group_epoch or self._has_young_target(change):
            return self.present_target(change)
        assign = self._assignor(group.preferred_assignor(change.before.metadata, after.metadata))
        targets = new_targets(group, after, self._image, assign, is_uniform=is_uniform)
        now_ms = change.now.wall_ms
        change.records += target_records(group, targets, group_epoch, now_ms=now_ms)
        return Target(group_epoch, targets[after.member_id])

    def present_target(self, change: MemberChange) -> Target:
        """The target as it is: a static member that comes back finds that of its instance id."""
        group, after = change.group, change.after
        member_id: str | None = after.member_id
        if after.instance_id is not None:
            known = group.static_member(after.instance_id)
            member_id = None if known is None else known.member_id
        partitions = {} if member_id is None else group.target_of(member_id)
        return Target(group.target_epoch.epoch, partitions)

    def reconcile(
        self,
        change: MemberChange,
        target: Target,
        *,
        has_subscription_changed: bool,
        owned: PartitionSets | None,
    ) -> None:
        """Move the member towards its target as far as it can go. Raises GroupRefusal."""
        group, member = change.group, change.after
        if not has_subscription_changed and member.current.is_reconciled_to(target.epoch):
            return
        names = topics_of(member.metadata, group.subscriptions.resolved)
        current = Reconciliation(
            target_epoch=target.epoch,
            target=target.partitions,
            topic_ids=topic_ids(names, self._image),
            has_subscription_changed=has_subscription_changed,
            owned=owned,
            is_free=group.is_free,
        ).next(member.current)
        if current == member.current:
            return
        change.after = replace(member, current=current)
        change.records.append(current_record(change.group_id, member.member_id, current))
        # Classic members have deadlines for their joins and syncs instead.
        if not member.is_classic:
            if current.state is MemberState.UNREVOKED_PARTITIONS:
                self._timers.await_revocation(change.group_id, member, change.now)
            else:
                self._timers.revoked(change.group_id, member.member_id)

    def _needs_resolving(self, change: MemberChange, *, is_first: bool) -> bool:
        group, now = change.group, change.now
        resolved = group.subscriptions.resolved
        has_regexes = is_first or bool(group.subscriptions.regexes)
        if not has_regexes or self._timers.is_resolving(change.group_id):
            return False
        # The clock can be set back: what lies in the future holds nothing up.
        age_ms = min((now.wall_ms - found.timestamp_ms for found in resolved.values()), default=-1)
        if 0 <= age_ms <= REGEX_REFRESH_INTERVAL_MS_MIN:
            return False
        after = group.subscriptions.copy()
        after.replace(change.before.metadata, change.after.metadata)
        if not after.regexes:
            return False
        return (
            is_first
            or len(after.regexes) != len(resolved)
            or group.regexes_checked_version != self._image.created_version
            or not 0 <= age_ms <= self._settings.now.consumer.regex_refresh_interval_ms
        )

    def _assignor(self, name: str | None) -> Assignor:
        """The assignor of this name; the default for none, or for one that is offered no more."""
        offered = self._settings.now.consumer.assignors
        return ASSIGNORS[name if name is not None and name in offered else offered[0]]

    def _has_young_target(self, change: MemberChange) -> bool:
        """Whether the target was made just now: changes that come together share the next one.

        Differs from Kafka: a target from the future, before the clock was set back, is not young.
        """
        made_ms = change.group.target_epoch.timestamp_ms
        if made_ms == 0:
            return False
        age_ms = change.now.wall_ms - made_ms
        return 0 <= age_ms < self._settings.consumer_of(change.group_id).assignment_interval_ms
