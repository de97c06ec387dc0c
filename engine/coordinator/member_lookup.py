"""Which member of a consumer group a request speaks for, and whether it may.

    who asks         the instance id is     finds
    dynamic, joins   -                      its member, or a new one
    dynamic          -                      its member, else UNKNOWN_MEMBER_ID
    static, joins    not in use             its member, or a new one
                     left for a while       the place under its new id
                     in use                 UNRELEASED_INSTANCE_ID
    static           not in use             UNKNOWN_MEMBER_ID
                     another member's       FENCED_INSTANCE_ID
                     its own                its member

An instance id that a classic member has or wants is never unreleased: classic clients take over
without asking, and newer ones that replace them cannot wait for them to leave.
An epoch must be the member's own. The previous one is good too if the member owns nothing beyond
its assignment: the answer that told it the new one may have been lost.
Source: Kafka's `GroupMetadataManager`: `getOrMaybeSubscribeStaticConsumerGroupMember` and others.
"""

from dataclasses import replace

from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_member import (
    JOINING_EPOCH,
    LEAVING_STATIC_EPOCH,
    ConsumerMember,
)
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.partition_maps import PartitionSets, are_owned


def dynamic_member(group: ConsumerGroup, member_id: str) -> ConsumerMember:
    """The member of this id. Raises GroupRefusal."""
    member = group.members.get(member_id)
    if member is None:
        raise GroupRefusal(
            GroupError.UNKNOWN_MEMBER_ID,
            f"Member {member_id} is not a member of group {group.group_id}.",
        )
    return member


def existing_static_member(
    group: ConsumerGroup, member_id: str, instance_id: str
) -> ConsumerMember:
    """The member of this instance id, which has to have this member id. Raises GroupRefusal."""
    member = named_static_member(group, instance_id)
    if member.member_id != member_id:
        raise GroupRefusal(
            GroupError.FENCED_INSTANCE_ID,
            f"Static member {member_id} with instance id {instance_id} was fenced by member "
            f"{member.member_id}.",
        )
    return member


def named_static_member(group: ConsumerGroup, instance_id: str) -> ConsumerMember:
    """The member of this instance id, whatever its member id. Raises GroupRefusal."""
    member = group.static_member(instance_id)
    if member is None:
        raise GroupRefusal(GroupError.UNKNOWN_MEMBER_ID, f"Instance id {instance_id} is unknown.")
    return member


def joining_member(
    group: ConsumerGroup, member_id: str, instance_id: str | None, *, is_classic: bool
) -> tuple[ConsumerMember, ConsumerMember | None]:
    """A member that joins: known, new, or under a new id in the place of the one returned with it.

    Raises GroupRefusal while the instance id is in use.
    """
    replaced = group.static_member(instance_id)
    if replaced is None:
        return group.members.get(member_id, ConsumerMember(member_id)), None
    may_take_over = is_classic or replaced.is_classic
    if not may_take_over and replaced.current.epoch != LEAVING_STATIC_EPOCH:
        raise GroupRefusal(
            GroupError.UNRELEASED_INSTANCE_ID,
            f"Static member {member_id} with instance id {instance_id} cannot join the group "
            f"because the instance id is owned by {replaced.member_id} member.",
        )
    current = replace(replaced.current, epoch=JOINING_EPOCH, previous_epoch=JOINING_EPOCH)
    return ConsumerMember(member_id, replaced.metadata, current), replaced


def check_epoch(member: ConsumerMember, epoch: int, owned: PartitionSets | None) -> None:
    """Raise GroupRefusal unless a heartbeat comes in an epoch that the member can be in."""
    current = member.current
    if epoch in (JOINING_EPOCH, current.epoch):
        return
    is_previous = epoch < current.epoch and epoch == current.previous_epoch
    if is_previous and owned is not None and are_owned(owned, current.assigned):
        return
    relation = "greater" if epoch > current.epoch else "smaller"
    raise GroupRefusal(
        GroupError.FENCED_MEMBER_EPOCH,
        f"The consumer group member has a {relation} member epoch ({epoch}) than the one known by "
        f"the group coordinator ({current.epoch}). The member must abandon all its partitions and "
        "rejoin.",
    )
