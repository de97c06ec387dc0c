"""The classic groups of one partition of the journal: what commands on them lead to.

This is the one door to them: `joining`, `membership` and `rebalance` decide. What a restart may
forget - who waits, who is expected, which phase a rebalance is in - changes at once; generations
with their members and assignments when their records are replayed.
"""

from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.commands import (
    UNKNOWN_MEMBER,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    LeaveReply,
    SyncGroup,
    SyncReply,
)
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_conversion import tombstones
from engine.coordinator.groups import Groups
from engine.coordinator.instant import Instant
from engine.coordinator.joining import Joining
from engine.coordinator.journal import GroupMetadata, group_record
from engine.coordinator.membership import Membership
from engine.coordinator.outcome import (
    Turn,
    UndoAssignment,
    UndoNewGroup,
    UndoStaticReplacement,
)
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind, Rebalances
from engine.kernel.entropy import Entropy


class ClassicGroups:
    """Classic groups among the groups of the partition."""

    def __init__(
        self,
        settings: GroupSettings,
        entropy: Entropy,
        groups: Groups,
        deadlines: Deadlines[DeadlineKey],
    ) -> None:
        self._settings = settings
        self._groups = groups
        self.rebalances = Rebalances(settings, deadlines)
        self._joining = Joining(settings, entropy, self.rebalances)
        self._membership = Membership(self.rebalances)

    def join(self, command: JoinGroup, turn: Turn) -> None:
        """Let a client enter a group, which is made if need be, or take part in its rebalance.

        An empty consumer group makes way for a classic one.
        """
        group = self._groups.get(command.group_id)
        if isinstance(group, ClassicGroup):
            self._joining.join(group, command, turn)
        elif command.member_id != UNKNOWN_MEMBER:
            error = GroupError.UNKNOWN_MEMBER_ID
            turn.reply(command.token, JoinReply(error=error, member_id=command.member_id))
        else:
            self._join_new_group(command, group, turn)

    def sync(self, command: SyncGroup, turn: Turn) -> None:
        """Give a member its assignment, or let it wait for the leader's."""
        group = self._groups.classic(command.group_id)
        if group is None:
            error = _unknown_member_error(command.group_id)
            turn.reply(command.token, SyncReply(error=error))
        else:
            self._membership.sync(group, command, turn)

    def heartbeat(self, command: Heartbeat, now: Instant) -> GroupError:
        """Note that a member is alive. Writes nothing, waits for nothing."""
        group = self._groups.classic(command.group_id)
        if group is None:
            return _unknown_member_error(command.group_id)
        return self._membership.heartbeat(group, command, now)

    def leave(self, command: LeaveGroup, turn: Turn) -> None:
        """Take members out of a group; each gets an error or NONE of its own."""
        group = self._groups.classic(command.group_id)
        if not command.group_id:
            turn.reply(command.token, LeaveReply(error=GroupError.INVALID_GROUP_ID))
        elif group is None:
            errors = (GroupError.UNKNOWN_MEMBER_ID,) * len(command.members)
            turn.reply(command.token, LeaveReply(error=GroupError.NONE, members=errors))
        else:
            self._membership.leave(group, command, turn)

    def keep_alive(self, group: ClassicGroup, member_id: str, now: Instant) -> None:
        """Start the session of a member anew, if there is such a member."""
        member = group.members.get(member_id)
        if member is not None:
            self.rebalances.keep_member_alive(group, member, now)

    def deadline_passed(
        self, group: ClassicGroup, kind: DeadlineKind, member_id: str, turn: Turn
    ) -> None:
        """A session, a join phase or a sync phase is over."""
        if kind is DeadlineKind.SESSION:
            self.rebalances.session_expired(group, member_id, turn)
        elif kind is DeadlineKind.JOIN:
            self.rebalances.join_deadline_passed(group, turn)
        elif kind is DeadlineKind.SYNC:
            self.rebalances.sync_deadline_passed(group, turn)

    def replay(self, group_id: str, stored: GroupMetadata | None, *, is_loading: bool) -> None:
        """Make a generation true that stands in the journal; None deletes the group."""
        group = self._groups.classic(group_id)
        prepared = self._groups.prepared.pop(group_id, None)
        if is_loading and stored is not None:
            self._groups.note_generation(group_id)
        if stored is None:
            if group is not None:
                self.rebalances.forget(group)
                del self._groups.by_id[group_id]
        elif prepared is not None:
            self._groups.by_id[group_id] = prepared
        elif group is None or is_loading:
            self._groups.by_id[group_id] = ClassicGroup.restored(group_id, stored)
        else:
            group.settle(stored)

    def expect_all(self, turn: Turn) -> None:
        """All records have been replayed: expect heartbeats of every member from now on.

        Differs from Kafka: a group that was downgraded rebalances if it has not done so yet. Those
        who have left it are in no record of it, so that nothing else would give their partitions
        to the others.
        """
        for group in self._groups.by_id.values():
            if isinstance(group, ClassicGroup):
                for member in group.members.values():
                    self.rebalances.keep_member_alive(group, member, turn.now)
                is_unsettled = group.group_id in self._groups.unsettled and not group.is_empty
                if is_unsettled or len(group.members) > self._settings.now.max_size:
                    self.rebalances.prepare(group, turn)
        self._groups.unsettled.clear()
        self._groups.deleted_consumer_groups.clear()

    def undo_downgrades(self) -> None:
        """What was to take the place of a consumer group never was: nobody is expected in it."""
        for group in self._groups.prepared.values():
            self.rebalances.forget(group)
        self._groups.prepared.clear()

    def undo_new_group(self, undo: UndoNewGroup, error: GroupError, turn: Turn) -> None:
        """A group could not be stored: it never was."""
        group = self._groups.classic(undo.group_id)
        assert group is not None
        self.rebalances.forget(group)
        refuse_waiting(group, error, turn)
        if undo.replaced is None:
            del self._groups.by_id[undo.group_id]
        else:
            self._groups.by_id[undo.group_id] = undo.replaced

    def undo_static_replacement(self, undo: UndoStaticReplacement, now: Instant) -> None:
        """A static member that came back could not be stored: the old one is in its place."""
        group = self._groups.classic(undo.group_id)
        assert group is not None
        group.replace(undo.new_member_id, undo.old_member)
        self.rebalances.end_session(group, undo.new_member_id)
        self.rebalances.keep_member_alive(group, undo.old_member, now)

    def undo_assignment(self, undo: UndoAssignment, turn: Turn) -> None:
        """An assignment could not be stored: everybody joins again."""
        group = self._groups.classic(undo.group_id)
        assert group is not None
        for member in group.members.values():
            member.sync_token = None
        self.rebalances.prepare(group, turn)

    def unload(self, error: GroupError, turn: Turn) -> None:
        """Refuse everybody who waits, and expect nothing more."""
        for group in self._groups.by_id.values():
            if isinstance(group, ClassicGroup):
                refuse_waiting(group, error, turn)
                self.rebalances.forget(group)

    def _join_new_group(
        self, command: JoinGroup, replaced: ConsumerGroup | None, turn: Turn
    ) -> None:
        group = ClassicGroup(command.group_id)
        group.state_since_ms = turn.now.wall_ms
        self._joining.join(group, command, turn)
        if not group.members and not group.pending_members:
            return
        self._groups.by_id[group.group_id] = group
        if replaced is not None:
            for record in tombstones(replaced):
                turn.record(record)
        empty = GroupMetadata("", 0, None, None, turn.now.wall_ms, ())
        turn.record(group_record(group.group_id, empty))
        turn.undo = UndoNewGroup(group.group_id, replaced)


def refuse_waiting(group: ClassicGroup, error: GroupError, turn: Turn) -> None:
    """Refuse the joins and syncs that wait; each says who its member is."""
    for member in group.members.values():
        join_token = group.take_join(member)
        if join_token is not None:
            turn.reply(join_token, JoinReply(error=error, member_id=member.member_id))
        if member.sync_token is not None:
            turn.reply(member.sync_token, SyncReply(error=error))
            member.sync_token = None


def _unknown_member_error(group_id: str) -> GroupError:
    return GroupError.UNKNOWN_MEMBER_ID if group_id else GroupError.INVALID_GROUP_ID
