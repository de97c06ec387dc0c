"""What members do between joins: ask for their assignment, send heartbeats, leave.

    request     in state              answer
    SyncGroup   PreparingRebalance    REBALANCE_IN_PROGRESS
                CompletingRebalance   waits for the leader's, which ends the wait of all
                Stable                the assignment
    Heartbeat   PreparingRebalance    REBALANCE_IN_PROGRESS, and the session goes on
                CompletingRebalance   NONE
                Stable                NONE
    LeaveGroup  any                   one error for each member; then a rebalance

All three need a member that is known and not fenced, the first two its present generation.
Source: Kafka's `GroupMetadataManager`: `classicGroupSync`, `classicGroupHeartbeat`,
`classicGroupLeave`.
"""

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.commands import (
    UNKNOWN_MEMBER,
    Heartbeat,
    LeaveGroup,
    LeaveReply,
    LeavingMember,
    SyncGroup,
    SyncReply,
)
from engine.coordinator.errors import GroupError
from engine.coordinator.instant import Instant
from engine.coordinator.journal import group_record
from engine.coordinator.outcome import Turn, UndoAssignment
from engine.coordinator.rebalance import Rebalances


class Membership:
    """Decides syncs, heartbeats and leaves of groups that exist."""

    def __init__(self, rebalances: Rebalances) -> None:
        self._rebalances = rebalances

    def sync(self, group: ClassicGroup, command: SyncGroup, turn: Turn) -> None:
        """Decide one sync; the reply is given in this turn or a later one."""
        error = _sync_error(group, command)
        if error is not GroupError.NONE:
            turn.reply(command.token, SyncReply(error=error))
            return
        member = group.members[command.member_id]
        self._rebalances.synced(group, member.member_id)
        if group.state is GroupState.STABLE:
            self._rebalances.keep_member_alive(group, member, turn.now)
            turn.reply(command.token, _assignment_reply(group, member.assignment))
            return
        if member.sync_token is not None:
            # The client has given up on its earlier request and sent another.
            turn.reply(member.sync_token, SyncReply(error=GroupError.REBALANCE_IN_PROGRESS))
        member.sync_token = command.token
        if group.leader_id == member.member_id:
            self._assign(group, command, turn)

    def heartbeat(self, group: ClassicGroup, command: Heartbeat, now: Instant) -> GroupError:
        """Note that a member is alive; answers whether it has to join again."""
        error = group.member_error(command.member_id, command.group_instance_id)
        if error is not GroupError.NONE:
            return error
        if command.generation_id != group.generation_id:
            return GroupError.ILLEGAL_GENERATION
        self._rebalances.keep_member_alive(group, group.members[command.member_id], now)
        if group.state is GroupState.PREPARING_REBALANCE:
            return GroupError.REBALANCE_IN_PROGRESS
        return GroupError.NONE

    def leave(self, group: ClassicGroup, command: LeaveGroup, turn: Turn) -> None:
        """Take out each member that is named rightly."""
        errors = tuple(self._leave_one(group, member, turn) for member in command.members)
        if GroupError.NONE in errors and not group.is_empty:
            self._rebalances.rebalance(group, turn)
        turn.reply(command.token, LeaveReply(error=GroupError.NONE, members=errors))

    def _leave_one(self, group: ClassicGroup, leaving: LeavingMember, turn: Turn) -> GroupError:
        member_id = leaving.member_id
        if member_id == UNKNOWN_MEMBER:
            static_member_id = group.static_member_id(leaving.group_instance_id)
            if static_member_id is None:
                return GroupError.UNKNOWN_MEMBER_ID
            member_id = static_member_id
        elif member_id not in group.pending_members:
            error = group.member_error(member_id, leaving.group_instance_id)
            if error is not GroupError.NONE:
                return error
        self._rebalances.remove_member(group, member_id, turn)
        return GroupError.NONE

    def _assign(self, group: ClassicGroup, command: SyncGroup, turn: Turn) -> None:
        """The leader has spoken: everyone that waits gets its part once it is stored."""
        assignments = {
            member_id: command.assignments.get(member_id, b"") for member_id in group.members
        }
        turn.record(group_record(group.group_id, group.stored(assignments)))
        turn.undo = UndoAssignment(group.group_id)
        for member in group.members.values():
            if member.sync_token is not None:
                reply = _assignment_reply(group, assignments[member.member_id])
                turn.reply(member.sync_token, reply)
                self._rebalances.keep_member_alive(group, member, turn.now)


def _assignment_reply(group: ClassicGroup, assignment: bytes) -> SyncReply:
    return SyncReply(
        error=GroupError.NONE,
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        assignment=assignment,
    )


def _sync_error(group: ClassicGroup, command: SyncGroup) -> GroupError:
    error = group.member_error(command.member_id, command.group_instance_id)
    if error is not GroupError.NONE:
        return error
    if command.generation_id != group.generation_id:
        return GroupError.ILLEGAL_GENERATION
    if command.protocol_type not in (None, group.protocol_type):
        return GroupError.INCONSISTENT_GROUP_PROTOCOL
    if command.protocol_name not in (None, group.protocol_name):
        return GroupError.INCONSISTENT_GROUP_PROTOCOL
    if group.state is GroupState.PREPARING_REBALANCE:
        return GroupError.REBALANCE_IN_PROGRESS
    return GroupError.NONE
