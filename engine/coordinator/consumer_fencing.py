"""Members that leave a consumer group or are taken out, and what becomes of the group.

A group that is left with classic members alone becomes a classic group, which then rebalances; in
any other case the group begins a new epoch without them. A static member that leaves for a while
keeps its place and its partitions: it is taken out when its session ends.
Source: Kafka's `GroupMetadataManager`: `consumerGroupLeave`, `consumerGroupFenceMembers`,
`convertToClassicGroup`.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.coordinator.commands import ConsumerHeartbeat, ConsumerReply
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_journal import (
    current_record,
    epoch_record,
    member_record,
    regex_record,
    target_record,
)
from engine.coordinator.consumer_member import (
    LEAVING_STATIC_EPOCH,
    ConsumerMember,
    MemberState,
)
from engine.coordinator.consumer_records import GroupEpoch
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_conversion import downgraded, tombstones
from engine.coordinator.groups import Groups
from engine.coordinator.journal import JournalRecord
from engine.coordinator.member_lookup import dynamic_member, existing_static_member
from engine.coordinator.outcome import Turn
from engine.coordinator.partition_maps import NO_EPOCHS, with_epoch, without_epochs
from engine.coordinator.rebalance import DeadlineKind, Rebalances
from engine.coordinator.topic_image import TopicImage, metadata_hash

_JOINED_EPOCH = 0


class ConsumerFencing:
    """Takes members out of consumer groups."""

    def __init__(
        self,
        settings: GroupSettings,
        groups: Groups,
        image: TopicImage,
        timers: ConsumerTimers,
        rebalances: Rebalances,
    ) -> None:
        self._settings = settings
        self._groups = groups
        self._image = image
        self._timers = timers
        self._rebalances = rebalances

    def leave(self, group: ConsumerGroup, command: ConsumerHeartbeat, turn: Turn) -> None:
        """A member says that it leaves, for good or for a while. Raises GroupRefusal."""
        if command.instance_id is None:
            member = dynamic_member(group, command.member_id)
        else:
            member = existing_static_member(group, command.member_id, command.instance_id)
        epoch = command.member_epoch
        if command.instance_id is not None and epoch == LEAVING_STATIC_EPOCH:
            self._suspend(group, member, turn)
        else:
            self.take_out(group, [member], turn)
        reply = ConsumerReply(error=GroupError.NONE, member_id=command.member_id, epoch=epoch)
        turn.reply(command.token, reply)

    def take_out(self, group: ConsumerGroup, members: Sequence[ConsumerMember], turn: Turn) -> None:
        """Take members out at once; nothing happens when there are none."""
        leaving = {member.member_id: member for member in members}
        if not leaving:
            return
        staying = [each for each in group.members.values() if each.member_id not in leaving]
        if staying and self.can_downgrade(staying, size=len(staying)):
            self.downgrade(group, staying, turn, must_rebalance=True)
            return
        for member_id in leaving:
            self._timers.forget(group.group_id, member_id)
            for record in member_tombstones(group.group_id, member_id):
                turn.record(record)
        after = group.subscriptions.copy()
        for member in leaving.values():
            after.replace(member.metadata, None)
        for regex in sorted(group.subscriptions.regexes - after.regexes):
            turn.record(regex_record(group.group_id, regex, None))
        after.forget_unused()
        epoch = GroupEpoch(group.epoch.epoch + 1, metadata_hash(after.topic_names(), self._image))
        turn.record(epoch_record(group.group_id, epoch))

    def can_downgrade(self, staying: Sequence[ConsumerMember], *, size: int) -> bool:
        """Whether a group of these members shall be a classic group, once it has this size."""
        return (
            all(member.is_classic for member in staying)
            and self._settings.now.consumer.migration_policy.allows_downgrade
            and size <= self._settings.now.max_size
        )

    def downgrade(
        self,
        group: ConsumerGroup,
        members: Sequence[ConsumerMember],
        turn: Turn,
        *,
        must_rebalance: bool,
        replaced: ConsumerMember | None = None,
    ) -> None:
        """Make a classic group of the members, which takes this one's place in replay.

        `replaced` is a static member whose successor is among the members, its records written.
        """
        made, record = downgraded(
            group,
            members,
            self._image,
            now_ms=turn.now.wall_ms,
            must_rebalance=must_rebalance,
        )
        ids = list(group.members)
        if replaced is not None:
            successor = made.static_member_id(replaced.instance_id)
            assert successor is not None
            ids = [successor if each == replaced.member_id else each for each in ids]
        for tombstone in tombstones(group, ids):
            turn.record(tombstone)
        turn.record(record)
        for member_id in group.members:
            self._timers.forget(group.group_id, member_id)
        for member in made.members.values():
            self._rebalances.keep_member_alive(made, member, turn.now)
        if must_rebalance:
            self._rebalances.prepare(made, turn)
        self._groups.prepared[group.group_id] = made

    def deadline_passed(
        self, group: ConsumerGroup, kind: DeadlineKind, member_id: str, turn: Turn
    ) -> None:
        """A member has not done in time what it had to do."""
        member = group.members.get(member_id)
        if member is None:
            return
        if kind is DeadlineKind.REVOCATION:
            current = member.current
            if current.state is not MemberState.UNREVOKED_PARTITIONS or current.epoch < 0:
                return
        self.take_out(group, [member], turn)

    def _suspend(self, group: ConsumerGroup, member: ConsumerMember, turn: Turn) -> None:
        """The place of a static member waits for its return, with what it need not give up."""
        # Whoever comes back commits in an epoch of its own: what it finds is its since the first.
        assigned = with_epoch(without_epochs(member.current.assigned), _JOINED_EPOCH)
        current = replace(
            member.current,
            epoch=LEAVING_STATIC_EPOCH,
            assigned=assigned,
            pending_revocation=NO_EPOCHS,
        )
        turn.record(current_record(group.group_id, member.member_id, current))


def member_tombstones(group_id: str, member_id: str) -> list[JournalRecord]:
    """The tombstones of one member, in the order in which brokers expect them."""
    return [
        current_record(group_id, member_id, None),
        target_record(group_id, member_id, None),
        member_record(group_id, member_id, None),
    ]
