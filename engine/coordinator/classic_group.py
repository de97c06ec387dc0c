"""A classic group's membership and state: who is in it, what they agree on, who leads.

This module keeps the books and holds their invariants; when to rebalance is decided in
`engine.coordinator.rebalance`. The states and the moves between them:

    state                what it means                              moves to
    Empty                no members, perhaps offsets                PreparingRebalance
    PreparingRebalance   waiting for members to join                CompletingRebalance, Empty
    CompletingRebalance  waiting for the leader's assignment        Stable, PreparingRebalance
    Stable               everyone may have its assignment           PreparingRebalance

Each completed join phase is a new generation, also the one that finds no members. A group that is
deleted is forgotten at once; its describers are told Dead, which is no state here.
Source: Kafka's `ClassicGroup` and `ClassicGroupState`.
"""

from collections import Counter
from enum import Enum
from typing import Self

from engine.coordinator.classic_member import ClassicMember, restored_member
from engine.coordinator.commands import JoinedMember, OfferedProtocol
from engine.coordinator.errors import GroupError
from engine.coordinator.journal import GroupMetadata
from engine.coordinator.subscription import CONSUMER_PROTOCOL_TYPE, subscribed_topics
from engine.coordinator.versioned_bytes import MalformedRecordError


class GroupState(Enum):
    """The state of a classic group, by the name that the protocol uses."""

    EMPTY = "Empty"
    PREPARING_REBALANCE = "PreparingRebalance"
    COMPLETING_REBALANCE = "CompletingRebalance"
    STABLE = "Stable"


TRANSITIONS: dict[GroupState, frozenset[GroupState]] = {
    GroupState.EMPTY: frozenset([GroupState.PREPARING_REBALANCE]),
    GroupState.PREPARING_REBALANCE: frozenset([GroupState.COMPLETING_REBALANCE, GroupState.EMPTY]),
    GroupState.COMPLETING_REBALANCE: frozenset([GroupState.STABLE, GroupState.PREPARING_REBALANCE]),
    GroupState.STABLE: frozenset([GroupState.PREPARING_REBALANCE]),
}
"""The moves that a group can make; any other is a programmer's error."""


class ClassicGroup:
    """One group. `state_since_ms` is wall time; None when a stored generation did not tell it.

    `is_initial_rebalance` holds while the first members of an empty group gather.
    """

    def __init__(self, group_id: str) -> None:
        self.group_id = group_id
        self.state = GroupState.EMPTY
        self.state_since_ms: int | None = None
        self.generation_id = 0
        self.protocol_type: str | None = None
        self.protocol_name: str | None = None
        self.leader_id: str | None = None
        self.subscribed_topics: frozenset[str] | None = None
        self.members: dict[str, ClassicMember] = {}
        self.pending_members: set[str] = set()
        self.pending_sync: set[str] = set()
        self.is_initial_rebalance = False
        self.has_new_member = False
        self.initial_remaining_ms = 0
        self.awaiting_join_count = 0
        self._static_members: dict[str, str] = {}
        self._supported: Counter[str] = Counter()

    @classmethod
    def restored(cls, group_id: str, stored: GroupMetadata) -> Self:
        """The group that a stored generation describes: Stable, or Empty without members.

        Raises MalformedRecordError for a generation that no group can have.
        """
        _check_stored(stored)
        group = cls(group_id)
        group.generation_id = stored.generation_id
        group.protocol_type = stored.protocol_type or None
        group.protocol_name = stored.protocol_name
        group.leader_id = stored.leader_id
        group.state_since_ms = stored.state_timestamp_ms
        for member in stored.members:
            group.add(
                restored_member(member, stored.protocol_name or ""), stored.protocol_type or ""
            )
        if group.members:
            group.state = GroupState.STABLE
        group.subscribed_topics = group._collect_topics()
        return group

    @classmethod
    def formed(
        cls, group_id: str, *, generation_id: int, members: list[ClassicMember], since_ms: int
    ) -> Self:
        """A Stable group of consumers that have been together in a group of another protocol."""
        group = cls(group_id)
        group.generation_id = generation_id
        group.state_since_ms = since_ms
        for member in members:
            group.add(member, CONSUMER_PROTOCOL_TYPE)
        group.protocol_name = group.select_protocol()
        group.state = GroupState.STABLE
        group.subscribed_topics = group._collect_topics()
        group._check()
        return group

    @property
    def is_empty(self) -> bool:
        return self.state is GroupState.EMPTY

    @property
    def has_all_joined(self) -> bool:
        """Every member waits for the join phase to end, and none is still expected to enter."""
        return self.awaiting_join_count == len(self.members) and not self.pending_members

    @property
    def rebalance_timeout_ms(self) -> int:
        """The largest rebalance time-out of all members; 0 without members."""
        return max((member.rebalance_timeout_ms for member in self.members.values()), default=0)

    @property
    def is_consumer_group(self) -> bool:
        return self.protocol_type == CONSUMER_PROTOCOL_TYPE

    def enter(self, state: GroupState, since_ms: int | None) -> None:
        """Move to another state."""
        assert state in TRANSITIONS[self.state], (self.group_id, self.state, state)
        self.is_initial_rebalance = self.state is GroupState.EMPTY
        self.state = state
        self.state_since_ms = since_ms
        self._check()

    def static_member_id(self, group_instance_id: str | None) -> str | None:
        """The member id that an instance id stands for, or None."""
        return None if group_instance_id is None else self._static_members.get(group_instance_id)

    def member_error(self, member_id: str, group_instance_id: str | None) -> GroupError:
        """Whether a request may speak for a member: NONE, UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID.

        A static member is fenced when a later process has taken its instance id.
        """
        if group_instance_id is not None:
            owner = self._static_members.get(group_instance_id)
            if owner is None:
                return GroupError.UNKNOWN_MEMBER_ID
            if owner != member_id:
                return GroupError.FENCED_INSTANCE_ID
        return GroupError.NONE if member_id in self.members else GroupError.UNKNOWN_MEMBER_ID

    def supports(self, protocol_type: str, protocols: tuple[OfferedProtocol, ...]) -> bool:
        """Whether a member that offers these protocols has one in common with all members."""
        if self.is_empty:
            return bool(protocol_type) and bool(protocols)
        return protocol_type == self.protocol_type and any(
            self._supported[name] == len(self.members) for name, _ in protocols
        )

    def add(self, member: ClassicMember, protocol_type: str) -> None:
        """Take a member in; the first one leads and gives the group its protocol type."""
        assert member.member_id not in self.members
        if not self.members:
            self.protocol_type = protocol_type
        if self.leader_id is None:
            self.leader_id = member.member_id
        self.members[member.member_id] = member
        self._count_protocols(member.protocols, 1)
        self.awaiting_join_count += member.is_awaiting_join
        if member.group_instance_id is not None:
            self._static_members[member.group_instance_id] = member.member_id
        self.pending_members.discard(member.member_id)

    def remove(self, member_id: str) -> ClassicMember | None:
        """Take a member or pending member out; returns the member, whose requests still wait."""
        self.pending_members.discard(member_id)
        self.pending_sync.discard(member_id)
        member = self.members.pop(member_id, None)
        if member is None:
            return None
        self._count_protocols(member.protocols, -1)
        self.awaiting_join_count -= member.is_awaiting_join
        if member.group_instance_id is not None:
            del self._static_members[member.group_instance_id]
        if self.leader_id == member_id:
            self.leader_id = next(iter(self.members), None)
        return member

    def replace(self, old_member_id: str, new_member: ClassicMember) -> None:
        """Put a member in the place of another, leadership included."""
        assert self.protocol_type is not None
        was_leader = self.leader_id == old_member_id
        self.remove(old_member_id)
        self.add(new_member, self.protocol_type)
        if was_leader:
            self.leader_id = new_member.member_id

    def update(
        self,
        member: ClassicMember,
        *,
        protocols: tuple[OfferedProtocol, ...],
        session_timeout_ms: int,
        rebalance_timeout_ms: int,
    ) -> None:
        """Take over what a member says about itself when it joins again."""
        self._count_protocols(member.protocols, -1)
        self._count_protocols(protocols, 1)
        member.protocols = protocols
        member.session_timeout_ms = session_timeout_ms
        member.rebalance_timeout_ms = rebalance_timeout_ms

    def park_join(self, member: ClassicMember, token: object) -> None:
        """Let a member's join wait for the join phase to end."""
        assert member.join_token is None
        member.join_token = token
        self.awaiting_join_count += 1

    def take_join(self, member: ClassicMember) -> object | None:
        """The token of a waiting join, which waits no longer; None when none waits."""
        token, member.join_token = member.join_token, None
        if token is not None and member.member_id in self.members:
            self.awaiting_join_count -= 1
        return token

    def select_protocol(self) -> str:
        """The protocol with the most votes among those that all members know."""
        count = len(self.members)
        assert count > 0
        candidates = frozenset(name for name, known in self._supported.items() if known == count)
        votes = Counter(member.vote(candidates) for member in self.members.values())
        return votes.most_common(1)[0][0]

    def elect_joined_leader(self) -> bool:
        """Keep a leader that has joined, or choose one that has; False when nobody has."""
        leader = None if self.leader_id is None else self.members.get(self.leader_id)
        if leader is not None and leader.is_awaiting_join:
            return True
        for member in self.members.values():
            if member.is_awaiting_join:
                self.leader_id = member.member_id
                return True
        return False

    def begin_generation(self, since_ms: int) -> None:
        """End the join phase with the members that are there, perhaps none."""
        self.generation_id += 1
        self.protocol_name = self.select_protocol() if self.members else None
        self.subscribed_topics = self._collect_topics()
        has_members = bool(self.members)
        self.enter(GroupState.COMPLETING_REBALANCE if has_members else GroupState.EMPTY, since_ms)
        self.pending_sync = set(self.members)

    def joined_members(self) -> tuple[JoinedMember, ...]:
        """What the leader of the present generation is told."""
        assert self.protocol_name is not None
        return tuple(
            JoinedMember(
                member.member_id, member.group_instance_id, member.metadata_for(self.protocol_name)
            )
            for member in self.members.values()
        )

    def is_subscribed_to(self, topic: str) -> bool:
        """Whether a member may read the topic; for a consumer group that cannot tell, yes."""
        if self.subscribed_topics is None:
            return self.is_consumer_group
        return topic in self.subscribed_topics

    def stored(self, assignments: dict[str, bytes]) -> GroupMetadata:
        """The present generation as it is kept, each member with its assignment."""
        protocol_name = self.protocol_name or ""
        return GroupMetadata(
            self.protocol_type or "",
            self.generation_id,
            self.protocol_name,
            self.leader_id,
            self.state_since_ms,
            tuple(
                member.stored(protocol_name, assignments[member.member_id])
                for member in self.members.values()
            ),
        )

    def settle(self, stored: GroupMetadata) -> None:
        """Take over what has been stored: the leader's assignments hold, the group is Stable.

        A group that was Stable already has taken in a static member that came back; in any other
        state nothing is left to do.
        """
        if self.state is GroupState.COMPLETING_REBALANCE:
            assert stored.generation_id == self.generation_id
            for stored_member in stored.members:
                member = self.members[stored_member.member_id]
                member.assignment = stored_member.assignment
                member.sync_token = None
            self.enter(GroupState.STABLE, stored.state_timestamp_ms)
        elif self.state is GroupState.STABLE:
            self.subscribed_topics = self._collect_topics()

    def _collect_topics(self) -> frozenset[str] | None:
        if not self.is_consumer_group:
            return None
        topics: set[str] = set()
        for member in self.members.values():
            assert self.protocol_name is not None
            of_member = subscribed_topics(member.metadata_for(self.protocol_name))
            if of_member is None:
                return None
            topics |= of_member
        return frozenset(topics)

    def _check(self) -> None:
        """What holds after each move."""
        assert (self.leader_id is None) == (not self.members)
        assert self.leader_id is None or self.leader_id in self.members
        assert self.pending_members.isdisjoint(self.members)
        assert self.pending_sync <= self.members.keys()
        assert set(self._static_members.values()) <= self.members.keys()
        waiting = sum(member.is_awaiting_join for member in self.members.values())
        assert self.awaiting_join_count == waiting
        assert (self.state is GroupState.EMPTY) <= (not self.members)

    def _count_protocols(self, protocols: tuple[OfferedProtocol, ...], change: int) -> None:
        for name in {name for name, _ in protocols}:
            self._supported[name] += change
            if self._supported[name] == 0:
                del self._supported[name]


def _check_stored(stored: GroupMetadata) -> None:
    """What this program and Kafka store always holds; a journal may come from elsewhere."""
    member_ids = {member.member_id for member in stored.members}
    instance_ids = [m.group_instance_id for m in stored.members if m.group_instance_id is not None]
    if len(member_ids) < len(stored.members) or len(set(instance_ids)) < len(instance_ids):
        raise MalformedRecordError("a stored generation has one member twice")
    if member_ids and (stored.leader_id not in member_ids or stored.protocol_name is None):
        raise MalformedRecordError("a stored generation has members without leader or protocol")
    if stored.leader_id is not None and not member_ids:
        raise MalformedRecordError("a stored generation has a leader without members")
