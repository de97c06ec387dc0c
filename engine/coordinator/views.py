"""What a coordinator shows of its groups and positions to those that only look."""

from typing import NamedTuple

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.consumer_group import ConsumerGroup, ConsumerGroupState
from engine.coordinator.consumer_member import ConsumerMember
from engine.coordinator.errors import GroupError
from engine.coordinator.groups import Group
from engine.coordinator.journal import CommittedOffset
from engine.coordinator.partition_maps import PartitionSets, merged, without_epochs
from engine.coordinator.subscription import CONSUMER_PROTOCOL_TYPE

CLASSIC_TYPE = "classic"
CONSUMER_TYPE = "consumer"


class ListedGroup(NamedTuple):
    """A group in a list; `protocol_type` is empty for a classic one that never had members."""

    group_id: str
    protocol_type: str
    state: GroupState | ConsumerGroupState
    group_type: str


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


class DescribedConsumer(NamedTuple):
    """A member of a consumer group: what it owns, to be given up or not, and what it shall own."""

    member: ConsumerMember
    owned: PartitionSets
    target: PartitionSets


class ConsumerGroupDescription(NamedTuple):
    """A consumer group with its members."""

    group_id: str
    state: ConsumerGroupState
    epoch: int
    target_epoch: int
    assignor: str
    members: tuple[DescribedConsumer, ...]


class FetchedOffset(NamedTuple):
    """A committed position: None when there is none, or when an open transaction hides it."""

    error: GroupError
    value: CommittedOffset | None


def listed(group: Group) -> ListedGroup:
    """The line of a group in a list."""
    if isinstance(group, ConsumerGroup):
        return ListedGroup(group.group_id, CONSUMER_PROTOCOL_TYPE, group.state, CONSUMER_TYPE)
    return ListedGroup(group.group_id, group.protocol_type or "", group.state, CLASSIC_TYPE)


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


def described_consumer_group(
    group: ConsumerGroup, default_assignor: str
) -> ConsumerGroupDescription:
    """A consumer group in full."""
    members = tuple(
        DescribedConsumer(
            member,
            without_epochs(merged(member.current.assigned, member.current.pending_revocation)),
            group.target_of(member.member_id),
        )
        for member in group.members.values()
    )
    return ConsumerGroupDescription(
        group.group_id,
        group.state,
        group.epoch.epoch,
        group.target_epoch.epoch,
        group.preferred_assignor() or default_assignor,
        members,
    )
