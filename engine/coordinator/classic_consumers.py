"""Members of consumer groups that speak the classic protocol: they join, sync, live and leave.

Nobody waits here: a join is answered at once with the member's epoch as its generation, a sync with
what it owns in that epoch. A member learns from its heartbeat that it has to join again:

    the member                                       heartbeat               sync
    is behind the target                             REBALANCE_IN_PROGRESS   REBALANCE_IN_PROGRESS
    has to give partitions up                        REBALANCE_IN_PROGRESS   what it keeps
    waits for partitions of others                   NONE                    what it has
    waits for partitions that have become free       REBALANCE_IN_PROGRESS   what it has
    otherwise                                        NONE                    what it has

Source: Kafka's `GroupMetadataManager`: `classicGroupJoinToConsumerGroup` and its siblings; KIP-848.
"""

from dataclasses import replace

from engine.coordinator.commands import (
    UNKNOWN_MEMBER,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    LeaveReply,
    LeavingMember,
    SyncGroup,
    SyncReply,
)
from engine.coordinator.consumer_changes import ConsumerChanges, MemberChange, RegexChange
from engine.coordinator.consumer_fencing import ConsumerFencing
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_heartbeats import replacement_records
from engine.coordinator.consumer_member import (
    ClassicFacet,
    ConsumerMember,
    MemberMetadata,
    MemberState,
)
from engine.coordinator.consumer_protocol import (
    ConsumerSubscription,
    read_subscription,
    read_version,
    write_assignment,
)
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.group_config import GroupSettings, MigrationPolicy
from engine.coordinator.group_conversion import identified, named
from engine.coordinator.instant import Instant
from engine.coordinator.journal import JournalRecord
from engine.coordinator.member_ids import new_member_id
from engine.coordinator.member_lookup import (
    dynamic_member,
    existing_static_member,
    joining_member,
    named_static_member,
)
from engine.coordinator.outcome import Turn, UndoClassicJoin
from engine.coordinator.partition_maps import without_epochs
from engine.coordinator.subscription import CONSUMER_PROTOCOL_TYPE
from engine.coordinator.topic_image import TopicImage
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.entropy import Entropy


class ClassicConsumers:
    """Decides what classic members of consumer groups ask for."""

    def __init__(
        self,
        settings: GroupSettings,
        entropy: Entropy,
        image: TopicImage,
        timers: ConsumerTimers,
        changes: ConsumerChanges,
        fencing: ConsumerFencing,
    ) -> None:
        self._settings = settings
        self._entropy = entropy
        self._image = image
        self._timers = timers
        self._changes = changes
        self._fencing = fencing

    def join(self, group: ConsumerGroup, command: JoinGroup, turn: Turn) -> None:
        """Decide a join of a group that has members."""
        try:
            self._join(group, command, turn)
        except GroupRefusal as refusal:
            reply = JoinReply(error=refusal.error, member_id=UNKNOWN_MEMBER)
            turn.reply(command.token, reply)

    def sync(self, group: ConsumerGroup, command: SyncGroup, turn: Turn) -> None:
        """Give a member what it owns in its epoch."""
        try:
            member = self._member(group, command.member_id, command.group_instance_id)
            self._check_sync(group, member, command, turn.now)
        except GroupRefusal as refusal:
            turn.reply(command.token, SyncReply(error=refusal.error))
            return
        self._timers.synced(group.group_id, member.member_id)
        self._timers.keep_alive(group.group_id, member, turn.now)
        owned = named(without_epochs(member.current.assigned), self._image)
        reply = SyncReply(
            error=GroupError.NONE,
            protocol_type=command.protocol_type,
            protocol_name=command.protocol_name,
            assignment=write_assignment(owned, read_version(_facet(member).protocols[0].metadata)),
        )
        turn.reply(command.token, reply)

    def heartbeat(self, group: ConsumerGroup, command: Heartbeat, now: Instant) -> GroupError:
        """Note that a member is alive; answers whether it has to join again."""
        try:
            member = self._member(group, command.member_id, command.group_instance_id)
            _check_generation(member, command.generation_id)
        except GroupRefusal as refusal:
            return refusal.error
        self._timers.keep_alive(group.group_id, member, now)
        current = member.current
        is_behind = current.epoch < group.target_epoch.epoch
        must_revoke = current.state is MemberState.UNREVOKED_PARTITIONS
        can_have_more = (
            current.state is MemberState.UNRELEASED_PARTITIONS
            and not group.is_waiting_for_others(member)
        )
        if is_behind or must_revoke or can_have_more:
            self._timers.await_join(group.group_id, member, now)
            return GroupError.REBALANCE_IN_PROGRESS
        return GroupError.NONE

    def leave(self, group: ConsumerGroup, command: LeaveGroup, turn: Turn) -> None:
        """Take out each member that is named rightly, of either protocol."""
        leaving: dict[str, ConsumerMember] = {}
        errors = []
        for each in command.members:
            try:
                member = _leaving_member(group, each)
            except GroupRefusal as refusal:
                errors.append(refusal.error)
            else:
                leaving[member.member_id] = member
                errors.append(GroupError.NONE)
        self._fencing.take_out(group, list(leaving.values()), turn)
        turn.reply(command.token, LeaveReply(error=GroupError.NONE, members=tuple(errors)))

    def _join(self, group: ConsumerGroup, command: JoinGroup, turn: Turn) -> None:
        member_id = command.member_id or new_member_id(self._entropy)
        self._check_join(group, command, member_id)
        is_unknown = command.member_id == UNKNOWN_MEMBER
        if is_unknown and command.group_instance_id is None and command.requires_member_id:
            error = GroupError.MEMBER_ID_REQUIRED
            turn.reply(command.token, JoinReply(error=error, member_id=member_id))
            return
        subscription = _subscription(command)
        change, replaced = self._begin(group, command, member_id, subscription, turn.now)
        changes = self._changes
        names_changed = changes.store_metadata(change)
        has_changed = names_changed | (changes.change_regex(change) is not RegexChange.NONE)
        epoch, is_uniform = changes.change_epoch(change, must_grow=has_changed)
        staying = self._without_newer(group, command.group_instance_id)
        owned = identified(subscription.owned, self._image)
        if staying is None:
            target = changes.change_target(change, epoch, is_uniform=is_uniform)
        else:
            target = changes.present_target(change)
        if staying is None or target.epoch >= epoch:
            changes.reconcile(change, target, has_subscription_changed=has_changed, owned=owned)
        for record in change.records:
            turn.record(record)
        member = change.after
        if staying is not None:
            must_rebalance = target.epoch < epoch
            self._fencing.downgrade(
                group,
                [*staying, member],
                turn,
                must_rebalance=must_rebalance,
                replaced=replaced,
            )
        else:
            self._timers.joined(group.group_id, member, turn.now)
            turn.undo = UndoClassicJoin(group.group_id, member.member_id)
        turn.reply(
            command.token,
            JoinReply(
                error=GroupError.NONE,
                member_id=member.member_id,
                generation_id=member.current.epoch,
                protocol_type=CONSUMER_PROTOCOL_TYPE,
                protocol_name=_facet(member).protocols[0].name,
            ),
        )

    def _begin(
        self,
        group: ConsumerGroup,
        command: JoinGroup,
        member_id: str,
        subscription: ConsumerSubscription,
        now: Instant,
    ) -> tuple[MemberChange, ConsumerMember | None]:
        """The member before and after its join, and the static member whose place it takes."""
        records: list[JournalRecord] = []
        replaced: ConsumerMember | None = None
        instance_id = command.group_instance_id
        if instance_id is not None and command.member_id != UNKNOWN_MEMBER:
            before = existing_static_member(group, member_id, instance_id)
        else:
            before, replaced = joining_member(group, member_id, instance_id, is_classic=True)
            if replaced is not None:
                records += replacement_records(group, replaced, before)
        known = before.metadata
        metadata = MemberMetadata(
            client_id=command.client_id,
            client_host=command.client_host,
            instance_id=known.instance_id if instance_id is None else instance_id,
            rack_id=subscription.rack_id or known.rack_id,
            topic_names=frozenset(subscription.topics),
            # Classic members match expressions themselves and subscribe to what they find.
            topic_regex="",
            rebalance_timeout_ms=command.rebalance_timeout_ms,
            server_assignor=known.server_assignor,
            classic=ClassicFacet(command.session_timeout_ms, command.protocols),
        )
        after = replace(before, metadata=metadata)
        return MemberChange(group, before, after, now, records), replaced

    def _check_join(self, group: ConsumerGroup, command: JoinGroup, member_id: str) -> None:
        if self._settings.now.consumer.migration_policy is MigrationPolicy.DISABLED:
            raise _refusal(GroupError.INCONSISTENT_GROUP_PROTOCOL)
        if (
            len(group.members) >= self._settings.now.consumer.max_size
            and member_id not in group.members
        ):
            raise _refusal(GroupError.GROUP_MAX_SIZE_REACHED)
        names = frozenset(name for name, _ in command.protocols)
        if not group.supports_classic(command.protocol_type, names):
            raise _refusal(GroupError.INCONSISTENT_GROUP_PROTOCOL)

    def _without_newer(
        self, group: ConsumerGroup, instance_id: str | None
    ) -> list[ConsumerMember] | None:
        """The members beside a static one that was the last newer member, if that ends the group.

        None when the group stays a consumer group.
        """
        static = group.static_member(instance_id)
        if static is None or static.is_classic:
            return None
        staying = [each for each in group.members.values() if each is not static]
        can_end = self._fencing.can_downgrade(staying, size=len(group.members))
        return staying if can_end else None

    def _member(
        self, group: ConsumerGroup, member_id: str, instance_id: str | None
    ) -> ConsumerMember:
        """The classic member that a request speaks for. Raises GroupRefusal."""
        if instance_id is None:
            member = dynamic_member(group, member_id)
        else:
            member = existing_static_member(group, member_id, instance_id)
        if not member.is_classic:
            raise _refusal(GroupError.UNKNOWN_MEMBER_ID)
        return member

    def _check_sync(
        self, group: ConsumerGroup, member: ConsumerMember, command: SyncGroup, now: Instant
    ) -> None:
        _check_generation(member, command.generation_id)
        protocol_name = _facet(member).protocols[0].name
        is_type_right = command.protocol_type in (None, CONSUMER_PROTOCOL_TYPE)
        if not is_type_right or command.protocol_name not in (None, protocol_name):
            raise _refusal(GroupError.INCONSISTENT_GROUP_PROTOCOL)
        # A member that gives partitions up has joined already: it joins again when it has done so.
        must_revoke = member.current.state is MemberState.UNREVOKED_PARTITIONS
        if group.target_epoch.epoch > member.current.epoch and not must_revoke:
            self._timers.await_join(group.group_id, member, now)
            raise _refusal(GroupError.REBALANCE_IN_PROGRESS)


def _facet(member: ConsumerMember) -> ClassicFacet:
    assert member.metadata.classic is not None
    return member.metadata.classic


def _refusal(error: GroupError) -> GroupRefusal:
    """A refusal whose reply has no text."""
    return GroupRefusal(error, error.name)


def _check_generation(member: ConsumerMember, generation_id: int) -> None:
    if generation_id != member.current.epoch:
        raise _refusal(GroupError.ILLEGAL_GENERATION)


def _subscription(command: JoinGroup) -> ConsumerSubscription:
    try:
        return read_subscription(command.protocols[0].metadata)
    except MalformedRecordError as error:
        raise _refusal(GroupError.UNKNOWN_SERVER_ERROR) from error


def _leaving_member(group: ConsumerGroup, leaving: LeavingMember) -> ConsumerMember:
    instance_id = leaving.group_instance_id
    if instance_id is None:
        return dynamic_member(group, leaving.member_id)
    # Administrators name a static member by its instance id alone.
    if leaving.member_id == UNKNOWN_MEMBER:
        return named_static_member(group, instance_id)
    return existing_static_member(group, leaving.member_id, instance_id)
