"""What a coordinator shows of its groups and positions to those that only look."""

from typing import NamedTuple

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.errors import GroupError
from engine.coordinator.journal import CommittedOffset


class ListedGroup(NamedTuple):
    """A group in a list; `protocol_type` is empty for one that never had members."""

    group_id: str
    protocol_type: str
    state: GroupState


class DescribedMember(NamedTuple):
    """A member; metadata is empty unless the group is Stable, the assignment is the last one."""

    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    metadata: bytes
    assignment: bytes


class GroupDescription(NamedTuple):
    """A group with its members; `protocol_name` is empty unless the group is Stable."""

    group_id: str
    state: GroupState
    protocol_type: str
    protocol_name: str
    members: tuple[DescribedMember, ...]


class FetchedOffset(NamedTuple):
    """A committed position: None when there is none, or when an open transaction hides it."""

    error: GroupError
    value: CommittedOffset | None


def listed(group: ClassicGroup) -> ListedGroup:
    """The line of a group in a list."""
    return ListedGroup(group.group_id, group.protocol_type or "", group.state)


def described(group: ClassicGroup) -> GroupDescription:
    """A group in full, as Kafka shows it: what members know only while that is settled."""
    protocol_name = group.protocol_name if group.state is GroupState.STABLE else None
    members = tuple(
        DescribedMember(
            member.member_id,
            member.group_instance_id,
            member.client_id,
            member.client_host,
            b"" if protocol_name is None else member.metadata_for(protocol_name),
            member.assignment,
        )
        for member in group.members.values()
    )
    return GroupDescription(
        group.group_id, group.state, group.protocol_type or "", protocol_name or "", members
    )
