"""What a JoinGroup leads to: a new member, a returning one, or a rebalance.

    who asks                          in state               answer
    dynamic, without id, version 4+   any                    MEMBER_ID_REQUIRED, with an id
    dynamic, without id, older        any                    member; waits for the generation
    static, instance id not in use    any                    member; waits for the generation
    static, instance id in use        Stable                 takes the place over, no rebalance
                                      otherwise              takes the place over; waits
    with a promised id                any                    member; waits for the generation
    member, as before, follower       Stable                 the present generation
    member, as before                 CompletingRebalance    the present generation
    member, leader or changed         Stable                 rebalance; waits
    member, changed                   CompletingRebalance    rebalance; waits
    member                            PreparingRebalance     waits for the generation

Source: Kafka's `GroupMetadataManager.classicGroupJoin`; KIP-394 (member id), KIP-345 (static
members), KIP-814 (skip assignment).
"""

import uuid
from dataclasses import replace

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.classic_member import ClassicMember
from engine.coordinator.commands import UNKNOWN_MEMBER, JoinGroup, JoinReply, SyncReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.journal import group_record
from engine.coordinator.outcome import Turn, UndoStaticReplacement
from engine.coordinator.rebalance import Rebalances, generation_reply
from engine.kernel.entropy import Entropy

MEMBER_ID_PREFIX_MAX = 8_000
"""Characters of a client or instance id that go into a member id; each has up to four bytes."""


class Joining:
    """Decides joins of groups that exist. Member ids end in a UUID from `entropy`."""

    def __init__(self, settings: GroupSettings, entropy: Entropy, rebalances: Rebalances) -> None:
        self._settings = settings
        self._entropy = entropy
        self._rebalances = rebalances

    def join(self, group: ClassicGroup, command: JoinGroup, turn: Turn) -> None:
        """Decide one join; the reply is given in this turn or a later one."""
        member_id = command.member_id
        if not self._has_room(group, member_id):
            self._rebalances.remove_member(group, member_id, turn)
            _refuse(command, GroupError.GROUP_MAX_SIZE_REACHED, turn, member_id=UNKNOWN_MEMBER)
            self._rebalances.complete_if_all_joined(group, turn)
        elif not group.supports(command.protocol_type, command.protocols):
            _refuse(command, GroupError.INCONSISTENT_GROUP_PROTOCOL, turn)
        elif member_id == UNKNOWN_MEMBER:
            self._join_without_id(group, command, turn)
        elif member_id in group.pending_members and command.group_instance_id is None:
            self._add(group, command, member_id, turn)
        else:
            error = group.member_error(member_id, command.group_instance_id)
            if error is not GroupError.NONE:
                _refuse(command, error, turn)
            else:
                self._join_again(group, command, group.members[member_id], turn)

    def _has_room(self, group: ClassicGroup, member_id: str) -> bool:
        if group.is_empty:
            return True
        member = group.members.get(member_id)
        if group.state is GroupState.PREPARING_REBALANCE:
            # Counting those that wait, not all members, lets a group that is over a lowered limit
            # shrink to it: the last to rejoin find no room.
            is_waiting = member is not None and member.is_awaiting_join
            return is_waiting or group.awaiting_join_count < self._settings.now.max_size
        return member is not None or len(group.members) < self._settings.now.max_size

    def _join_without_id(self, group: ClassicGroup, command: JoinGroup, turn: Turn) -> None:
        instance_id = command.group_instance_id
        prefix = command.client_id if instance_id is None else instance_id
        # Differs from Kafka: cut, since an id of more than 32,767 bytes could not be stored.
        prefix = prefix[:MEMBER_ID_PREFIX_MAX]
        member_id = f"{prefix}-{uuid.UUID(bytes=self._entropy.uuid_bytes())}"
        old_member_id = group.static_member_id(instance_id)
        if old_member_id is not None:
            self._take_over(group, command, old_member_id, member_id, turn)
        elif instance_id is None and command.requires_member_id:
            group.pending_members.add(member_id)
            self._rebalances.keep_alive(
                group, member_id, turn.now, timeout_ms=command.session_timeout_ms
            )
            _refuse(command, GroupError.MEMBER_ID_REQUIRED, turn, member_id=member_id)
        else:
            self._add(group, command, member_id, turn)

    def _add(self, group: ClassicGroup, command: JoinGroup, member_id: str, turn: Turn) -> None:
        member = _member(command, member_id)
        member.is_new = True
        member.join_token = command.token
        group.add(member, command.protocol_type)
        if group.is_initial_rebalance:
            group.has_new_member = True
        # The client cannot send heartbeats before it knows its id. If it has gone away it would
        # hold its place for ever, so a first join that waits too long is given up.
        self._rebalances.keep_alive(
            group, member_id, turn.now, timeout_ms=self._settings.now.new_member_join_timeout_ms
        )
        self._rebalances.rebalance(group, turn)

    def _join_again(
        self, group: ClassicGroup, command: JoinGroup, member: ClassicMember, turn: Turn
    ) -> None:
        is_changed = member.protocols != command.protocols
        is_leader = group.leader_id == member.member_id
        if group.state is GroupState.STABLE:
            needs_rebalance = is_changed or is_leader
        else:
            needs_rebalance = is_changed or group.state is GroupState.PREPARING_REBALANCE
        if not needs_rebalance:
            # The member has missed the reply to its join; what it joined still stands.
            self._rebalances.keep_member_alive(group, member, turn.now)
            turn.reply(command.token, generation_reply(group, member.member_id))
            return
        group.update(
            member,
            protocols=command.protocols,
            session_timeout_ms=command.session_timeout_ms,
            rebalance_timeout_ms=command.rebalance_timeout_ms,
        )
        self._park(group, member, command, turn)
        self._rebalances.rebalance(group, turn)

    def _park(
        self, group: ClassicGroup, member: ClassicMember, command: JoinGroup, turn: Turn
    ) -> None:
        earlier = group.take_join(member)
        if earlier is not None:
            # The client has given up on its earlier request and sent another.
            turn.reply(
                earlier,
                JoinReply(error=GroupError.REBALANCE_IN_PROGRESS, member_id=member.member_id),
            )
        group.park_join(member, command.token)

    def _take_over(
        self,
        group: ClassicGroup,
        command: JoinGroup,
        old_member_id: str,
        new_member_id: str,
        turn: Turn,
    ) -> None:
        """A static member has started again: it takes its place under a new member id."""
        old_member = group.members[old_member_id]
        old_leader_id = group.leader_id or ""
        self._fence(group, old_member, turn)
        member = _member(command, new_member_id)
        member.assignment = old_member.assignment
        # As in Kafka, the place is told by the client that first took it.
        member.client_id, member.client_host = old_member.client_id, old_member.client_host
        group.replace(old_member_id, member)
        self._rebalances.end_session(group, old_member_id)
        self._rebalances.keep_member_alive(group, member, turn.now)
        if group.state is not GroupState.STABLE or group.select_protocol() != group.protocol_name:
            # While the leader assigns, it knows the old member id: only a new generation can give
            # the new one its partitions.
            group.park_join(member, command.token)
            self._rebalances.rebalance(group, turn)
            return
        assignments = {each.member_id: each.assignment for each in group.members.values()}
        turn.record(group_record(group.group_id, group.stored(assignments)))
        turn.undo = UndoStaticReplacement(group.group_id, new_member_id, old_member)
        if command.can_skip_assignment:
            is_leader = group.leader_id == new_member_id
            reply = generation_reply(group, new_member_id, skip_assignment=is_leader)
        else:
            # A client that cannot skip the assignment must not learn that it leads.
            reply = replace(
                generation_reply(group, new_member_id), leader_id=old_leader_id, members=()
            )
        turn.reply(command.token, reply)

    def _fence(self, group: ClassicGroup, member: ClassicMember, turn: Turn) -> None:
        error = GroupError.FENCED_INSTANCE_ID
        join_token = group.take_join(member)
        if join_token is not None:
            turn.reply(join_token, JoinReply(error=error, member_id=member.member_id))
        sync_token, member.sync_token = member.sync_token, None
        if sync_token is not None:
            turn.reply(sync_token, SyncReply(error=error))


def _member(command: JoinGroup, member_id: str) -> ClassicMember:
    return ClassicMember(
        member_id=member_id,
        group_instance_id=command.group_instance_id,
        client_id=command.client_id,
        client_host=command.client_host,
        session_timeout_ms=command.session_timeout_ms,
        rebalance_timeout_ms=command.rebalance_timeout_ms,
        protocols=command.protocols,
    )


def _refuse(
    command: JoinGroup, error: GroupError, turn: Turn, *, member_id: str | None = None
) -> None:
    reply = JoinReply(error=error, member_id=command.member_id if member_id is None else member_id)
    turn.reply(command.token, reply)
