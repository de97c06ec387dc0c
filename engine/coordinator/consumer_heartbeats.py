"""Heartbeats of newer members: they join, say what is new, and hear what they are to own.

    the group is              a member that joins (epoch 0)            any other
    unknown                   a new consumer group                     GROUP_ID_NOT_FOUND
    classic, Empty            a consumer group in its place            GROUP_ID_NOT_FOUND
    classic, with members     upgraded, if the policy allows it        GROUP_ID_NOT_FOUND
    a consumer group          enters                                   lives on

The answer carries the assignment when the member joins, when it tells everything about itself (it
has lost touch), and when the assignment is another than before.
Source: Kafka's `GroupMetadataManager.consumerGroupHeartbeat`; KIP-848.
"""

from dataclasses import replace

from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.classic_groups import refuse_waiting
from engine.coordinator.commands import ConsumerHeartbeat, ConsumerReply
from engine.coordinator.consumer_changes import ConsumerChanges, MemberChange, RegexChange
from engine.coordinator.consumer_fencing import ConsumerFencing, member_tombstones
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_journal import current_record, member_record, target_record
from engine.coordinator.consumer_member import (
    JOINING_EPOCH,
    LEAVING_EPOCH,
    NO_TIMEOUT,
    ConsumerMember,
    MemberMetadata,
)
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_conversion import is_settled, upgraded
from engine.coordinator.groups import Groups
from engine.coordinator.heartbeat_checks import check_heartbeat
from engine.coordinator.journal import JournalRecord, group_record
from engine.coordinator.member_ids import new_member_id
from engine.coordinator.member_lookup import (
    check_epoch,
    dynamic_member,
    existing_static_member,
    joining_member,
)
from engine.coordinator.outcome import Turn
from engine.coordinator.partition_maps import without_epochs
from engine.coordinator.topic_image import TopicImage
from engine.kernel.entropy import Entropy


class ConsumerHeartbeats:
    """Decides heartbeats."""

    def __init__(
        self,
        settings: GroupSettings,
        entropy: Entropy,
        groups: Groups,
        image: TopicImage,
        timers: ConsumerTimers,
        changes: ConsumerChanges,
        fencing: ConsumerFencing,
    ) -> None:
        self._settings = settings
        self._entropy = entropy
        self._groups = groups
        self._image = image
        self._timers = timers
        self._changes = changes
        self._fencing = fencing

    def heartbeat(self, command: ConsumerHeartbeat, turn: Turn) -> None:
        """Decide one heartbeat; the reply is given in this turn."""
        if not self._settings.now.consumer.is_enabled:
            turn.reply(command.token, ConsumerReply(error=GroupError.UNSUPPORTED_VERSION))
            return
        try:
            check_heartbeat(command, self._settings.now.consumer.assignors)
            if command.member_epoch <= LEAVING_EPOCH:
                group = self._existing(command.group_id, "Group {} not found.")
                self._fencing.leave(group, command, turn)
            else:
                self._live(command, turn)
        except GroupRefusal as refusal:
            reply = ConsumerReply(error=refusal.error, message=refusal.message)
            turn.reply(command.token, reply)

    def _live(self, command: ConsumerHeartbeat, turn: Turn) -> None:
        change, converted = self._begin(command, turn)
        changes = self._changes
        names_changed = changes.store_metadata(change)
        regex_change = changes.change_regex(change)
        is_unsettled = converted is not None and not is_settled(
            converted, change.group, self._image
        )
        must_grow = names_changed or regex_change is RegexChange.RESOLVED or is_unsettled
        epoch, is_uniform = changes.change_epoch(change, must_grow=must_grow)
        target = changes.change_target(change, epoch, is_uniform=is_uniform)
        changes.reconcile(
            change,
            target,
            has_subscription_changed=names_changed or regex_change is not RegexChange.NONE,
            owned=command.owned,
        )
        # Nothing is refused from here on.
        if converted is not None:
            # Its members have to join again: they hear of it where they wait.
            refuse_waiting(converted, GroupError.REBALANCE_IN_PROGRESS, turn)
            for member in change.group.members.values():
                self._timers.keep_alive(change.group_id, member, turn.now)
        self._timers.keep_alive(change.group_id, change.after, turn.now)
        for record in change.records:
            turn.record(record)
        turn.reply(command.token, self._reply(command, change))

    def _begin(
        self, command: ConsumerHeartbeat, turn: Turn
    ) -> tuple[MemberChange, ClassicGroup | None]:
        """The group and its member before and after; and the classic group that it was till now."""
        joins = command.member_epoch == JOINING_EPOCH
        records: list[JournalRecord] = []
        converted: ClassicGroup | None = None
        if joins:
            group, converted = self._joined_group(command.group_id, records)
        else:
            group = self._existing(command.group_id, "Consumer group {} not found.")
        size_max = self._settings.now.consumer.max_size
        if len(group.members) >= size_max and command.member_id not in group.members:
            raise GroupRefusal(
                GroupError.GROUP_MAX_SIZE_REACHED,
                f"The consumer group has reached its maximum capacity of {size_max} members.",
            )
        member_id = command.member_id or new_member_id(self._entropy)
        if joins:
            before, replaced = joining_member(
                group, member_id, command.instance_id, is_classic=False
            )
            if replaced is not None:
                records += replacement_records(group, replaced, before)
        else:
            before = _existing_member(group, command)
            check_epoch(before, command.member_epoch, command.owned)
        after = replace(before, metadata=_told(command, before.metadata))
        return MemberChange(group, before, after, turn.now, records), converted

    def _existing(self, group_id: str, unknown: str) -> ConsumerGroup:
        group = self._groups.get(group_id)
        if isinstance(group, ConsumerGroup):
            return group
        message = f"Group {group_id} is not a consumer group."
        if group is None:
            message = unknown.format(group_id)
        raise GroupRefusal(GroupError.GROUP_ID_NOT_FOUND, message)

    def _joined_group(
        self, group_id: str, records: list[JournalRecord]
    ) -> tuple[ConsumerGroup, ClassicGroup | None]:
        """The group that a member joins, and the one with members that it is made of."""
        group = self._groups.get(group_id)
        if isinstance(group, ConsumerGroup):
            return group, None
        if group is None:
            return ConsumerGroup(group_id), None
        if group.is_empty:
            records.append(group_record(group_id, None))
            return ConsumerGroup(group_id), None
        why = self._upgrade_fault(group)
        if why is not None:
            raise GroupRefusal(
                GroupError.GROUP_ID_NOT_FOUND,
                f"Cannot upgrade classic group {group_id} to consumer group because {why}.",
            )
        made, conversion = upgraded(group, self._image)
        records += conversion
        return made, group

    def _upgrade_fault(self, group: ClassicGroup) -> str | None:
        if not self._settings.now.consumer.migration_policy.allows_upgrade:
            return "online upgrade is disabled"
        if not group.is_consumer_group:
            return "the group does not use the consumer embedded protocol"
        if len(group.members) > self._settings.now.consumer.max_size:
            return "the group size exceeds the consumer group maximum size"
        return None

    def _reply(self, command: ConsumerHeartbeat, change: MemberChange) -> ConsumerReply:
        current = change.after.current
        is_full = (
            command.rebalance_timeout_ms != NO_TIMEOUT
            and (command.topic_names is not None or command.topic_regex is not None)
            and command.owned is not None
        )
        has_changed = current.assigned != change.before.current.assigned
        tells_assignment = command.member_epoch == JOINING_EPOCH or is_full or has_changed
        return ConsumerReply(
            error=GroupError.NONE,
            member_id=change.after.member_id,
            epoch=current.epoch,
            heartbeat_interval_ms=self._settings.consumer_of(change.group_id).heartbeat_interval_ms,
            assignment=without_epochs(current.assigned) if tells_assignment else None,
        )


def replacement_records(
    group: ConsumerGroup, replaced: ConsumerMember, successor: ConsumerMember
) -> list[JournalRecord]:
    """The records that put a static member in the place of the one with its instance id."""
    group_id, member_id = group.group_id, successor.member_id
    return [
        *member_tombstones(group_id, replaced.member_id),
        member_record(group_id, member_id, successor.metadata),
        target_record(group_id, member_id, group.target_of(replaced.member_id)),
        current_record(group_id, member_id, successor.current),
    ]


def _existing_member(group: ConsumerGroup, command: ConsumerHeartbeat) -> ConsumerMember:
    if command.instance_id is None:
        return dynamic_member(group, command.member_id)
    return existing_static_member(group, command.member_id, command.instance_id)


def _told(command: ConsumerHeartbeat, known: MemberMetadata) -> MemberMetadata:
    """What is known of a member after a heartbeat: what it does not tell has not changed."""
    timeout_ms, names = command.rebalance_timeout_ms, command.topic_names
    regex, assignor = command.topic_regex, command.server_assignor
    return MemberMetadata(
        client_id=command.client_id,
        client_host=command.client_host,
        instance_id=known.instance_id if command.instance_id is None else command.instance_id,
        rack_id=known.rack_id if command.rack_id is None else command.rack_id,
        topic_names=known.topic_names if names is None else names,
        topic_regex=known.topic_regex if regex is None else regex,
        rebalance_timeout_ms=known.rebalance_timeout_ms if timeout_ms == NO_TIMEOUT else timeout_ms,
        server_assignor=known.server_assignor if assignor is None else assignor,
        classic=None,
    )
