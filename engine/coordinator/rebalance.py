"""When a classic group rebalances, how long it waits for whom, and how each phase ends.

    event                                 in state                       leads to
    a member joins, changes or leaves     Empty                          PreparingRebalance, initial
                                          CompletingRebalance, Stable    PreparingRebalance
                                          PreparingRebalance             the same, or its end
    all members have joined               PreparingRebalance             CompletingRebalance
    the join deadline passes              PreparingRebalance             CompletingRebalance, Empty
    the leader's assignment is stored     CompletingRebalance            Stable
    the sync deadline passes              CompletingRebalance, Stable    PreparingRebalance
    a session expires                     any with members               as if the member had left

The join phase of an empty group lasts `initial_rebalance_delay_ms`, prolonged while new members
keep coming, at most the rebalance time-out. A later one ends as soon as every known member has
joined, at most after the largest rebalance time-out; dynamic members that have not joined by then
are out, static ones stay until their session expires.
Source: Kafka's `GroupMetadataManager` (KIP-134, KIP-345), KIP-62.
"""

from enum import Enum
from typing import TypeAlias

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.classic_member import ClassicMember
from engine.coordinator.commands import UNKNOWN_MEMBER, JoinReply, SyncReply
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.instant import Instant
from engine.coordinator.journal import group_record
from engine.coordinator.outcome import Turn


class DeadlineKind(Enum):
    """What happens when a deadline passes."""

    SESSION = "a member is lost"
    JOIN = "the join phase ends"
    SYNC = "members that have not synced are lost"
    OFFSETS = "expired offsets are looked for"
    CONSUMER_SESSION = "a member of a consumer group is lost"
    REVOCATION = "a member has not given its partitions up"
    CLASSIC_JOIN = "a classic member of a consumer group has not joined"
    CLASSIC_SYNC = "a classic member of a consumer group has not synced"
    EXPRESSIONS = "the expressions of a consumer group are resolved"


JOIN_RETRY_MS_MIN = 1_000
"""Least time between two looks whether a static member has come back."""

DeadlineKey: TypeAlias = tuple[DeadlineKind, str, str]
"""The kind, the group id, and for what concerns one member its id."""


class Rebalances:
    """Moves groups through their phases and keeps the deadlines of each."""

    def __init__(self, settings: GroupSettings, deadlines: Deadlines[DeadlineKey]) -> None:
        self._settings = settings
        self._deadlines = deadlines

    def keep_alive(
        self,
        group: ClassicGroup,
        member_id: str,
        now: Instant,
        *,
        timeout_ms: int,
    ) -> None:
        """Start a session anew."""
        key = (DeadlineKind.SESSION, group.group_id, member_id)
        self._deadlines.set(key, now.monotonic_ms + timeout_ms)

    def keep_member_alive(self, group: ClassicGroup, member: ClassicMember, now: Instant) -> None:
        """Start a member's session anew, with its own time-out."""
        self.keep_alive(group, member.member_id, now, timeout_ms=member.session_timeout_ms)

    def end_session(self, group: ClassicGroup, member_id: str) -> None:
        """Expect nothing more from a member."""
        self._deadlines.cancel((DeadlineKind.SESSION, group.group_id, member_id))

    def forget(self, group: ClassicGroup) -> None:
        """Drop every deadline of a group that is deleted."""
        for member_id in (*group.members, *group.pending_members):
            self.end_session(group, member_id)
        self._deadlines.cancel((DeadlineKind.JOIN, group.group_id, ""))
        self._deadlines.cancel((DeadlineKind.SYNC, group.group_id, ""))

    def synced(self, group: ClassicGroup, member_id: str) -> None:
        """Note that a member has asked for its assignment."""
        group.pending_sync.discard(member_id)
        if not group.pending_sync:
            self._deadlines.cancel((DeadlineKind.SYNC, group.group_id, ""))

    def remove_member(self, group: ClassicGroup, member_id: str, turn: Turn) -> None:
        """Take a member or pending member out; requests that it has waiting are refused.

        The caller decides what follows for the group.
        """
        self.end_session(group, member_id)
        member = group.remove(member_id)
        if member is None:
            return
        join_token = group.take_join(member)
        if join_token is not None:
            turn.reply(
                join_token,
                JoinReply(error=GroupError.UNKNOWN_MEMBER_ID, member_id=UNKNOWN_MEMBER),
            )
        if member.sync_token is not None:
            turn.reply(member.sync_token, SyncReply(error=GroupError.UNKNOWN_MEMBER_ID))
            member.sync_token = None

    def refuse_syncs(self, group: ClassicGroup, error: GroupError, turn: Turn) -> None:
        """Give everyone that waits for an assignment an error instead."""
        for member in group.members.values():
            member.assignment = b""
            token, member.sync_token = member.sync_token, None
            if token is not None:
                turn.reply(token, SyncReply(error=error))
                self.keep_member_alive(group, member, turn.now)

    def rebalance(self, group: ClassicGroup, turn: Turn) -> None:
        """Begin a rebalance, or take one that is under way to its end if nobody is missing."""
        if group.state is GroupState.PREPARING_REBALANCE:
            self.complete_if_all_joined(group, turn)
        else:
            self.prepare(group, turn)

    def prepare(self, group: ClassicGroup, turn: Turn) -> None:
        """Begin the join phase."""
        if group.state is GroupState.COMPLETING_REBALANCE:
            self.refuse_syncs(group, GroupError.REBALANCE_IN_PROGRESS, turn)
        group.pending_sync.clear()
        self._deadlines.cancel((DeadlineKind.SYNC, group.group_id, ""))
        group.enter(GroupState.PREPARING_REBALANCE, turn.now.wall_ms)
        if group.is_initial_rebalance:
            delay_ms = self._settings.now.initial_rebalance_delay_ms
            group.has_new_member = False
            group.initial_remaining_ms = max(group.rebalance_timeout_ms - delay_ms, 0)
            self._set_join_deadline(group, turn.now, delay_ms)
        elif group.has_all_joined:
            self._complete_join(group, turn)
        else:
            self._set_join_deadline(group, turn.now, group.rebalance_timeout_ms)

    def complete_if_all_joined(self, group: ClassicGroup, turn: Turn) -> None:
        """End a join phase early when nobody is missing; an initial one always lasts its time."""
        if (
            group.state is GroupState.PREPARING_REBALANCE
            and not group.is_initial_rebalance
            and group.has_all_joined
        ):
            self._complete_join(group, turn)

    def join_deadline_passed(self, group: ClassicGroup, turn: Turn) -> None:
        """End the join phase, or prolong an initial one in which a member has arrived."""
        if group.state is not GroupState.PREPARING_REBALANCE:
            return
        remaining_ms = group.initial_remaining_ms
        if group.is_initial_rebalance and group.has_new_member and remaining_ms > 0:
            delay_ms = self._settings.now.initial_rebalance_delay_ms
            group.has_new_member = False
            group.initial_remaining_ms = max(remaining_ms - delay_ms, 0)
            self._set_join_deadline(group, turn.now, min(delay_ms, remaining_ms))
        else:
            self._complete_join(group, turn)

    def sync_deadline_passed(self, group: ClassicGroup, turn: Turn) -> None:
        """Take out the members that joined a generation and never asked for its assignment."""
        if not group.pending_sync:
            return
        for member_id in list(group.pending_sync):
            self.remove_member(group, member_id, turn)
        self.prepare(group, turn)

    def session_expired(self, group: ClassicGroup, member_id: str, turn: Turn) -> None:
        """Take a silent member out, unless it has a request waiting."""
        member = group.members.get(member_id)
        if member is None:
            group.pending_members.discard(member_id)
            self.complete_if_all_joined(group, turn)
        elif not member.is_kept_alive_by_its_request:
            self.remove_member(group, member_id, turn)
            self.rebalance(group, turn)

    def _complete_join(self, group: ClassicGroup, turn: Turn) -> None:
        self._deadlines.cancel((DeadlineKind.JOIN, group.group_id, ""))
        for member in list(group.members.values()):
            if not member.is_awaiting_join and not member.is_static:
                self.remove_member(group, member.member_id, turn)
        if not group.elect_joined_leader() and group.members:
            # Only static members are left and none has come back. They keep their places until
            # their sessions expire, which may leave the group empty. The next look is later in any
            # case: a time-out of 0 would have it at once, for ever.
            delay_ms = max(group.rebalance_timeout_ms, JOIN_RETRY_MS_MIN)
            self._set_join_deadline(group, turn.now, delay_ms)
            return
        group.begin_generation(turn.now.wall_ms)
        if group.is_empty:
            turn.record(group_record(group.group_id, group.stored({})))
            return
        for member in group.members.values():
            self._answer_join(group, member, turn)
        self._deadlines.set(
            (DeadlineKind.SYNC, group.group_id, ""),
            turn.now.monotonic_ms + group.rebalance_timeout_ms,
        )

    def _answer_join(self, group: ClassicGroup, member: ClassicMember, turn: Turn) -> None:
        token = group.take_join(member)
        if token is not None:
            turn.reply(token, generation_reply(group, member.member_id))
        member.is_new = False
        self.keep_member_alive(group, member, turn.now)

    def _set_join_deadline(self, group: ClassicGroup, now: Instant, delay_ms: int) -> None:
        key = (DeadlineKind.JOIN, group.group_id, "")
        self._deadlines.set(key, now.monotonic_ms + delay_ms)


def generation_reply(
    group: ClassicGroup, member_id: str, *, skip_assignment: bool = False
) -> JoinReply:
    """The present generation as one member is told of it."""
    return JoinReply(
        error=GroupError.NONE,
        member_id=member_id,
        generation_id=group.generation_id,
        protocol_type=group.protocol_type,
        protocol_name=group.protocol_name,
        leader_id=group.leader_id or "",
        skip_assignment=skip_assignment,
        members=group.joined_members() if group.leader_id == member_id else (),
    )
