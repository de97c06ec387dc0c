"""Groups that change their protocol while members are in them, and tombstones of consumer groups.

Upgrade: a classic group whose members all speak the consumer protocol becomes a consumer group in
the epoch of its generation; every member keeps its assignment, which is its target too.
Downgrade: a consumer group without newer members becomes a classic group in the generation of its
epoch, each member with its target as its assignment, or with what it owns if it has to rebalance.
Source: Kafka's `ConsumerGroup.fromClassicGroup`, `ClassicGroup.fromConsumerGroup`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.classic_member import ClassicMember
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_journal import (
    current_record,
    epoch_record,
    member_record,
    partition_metadata_tombstone,
    regex_record,
    target_epoch_record,
    target_record,
)
from engine.coordinator.consumer_member import (
    ClassicFacet,
    ConsumerMember,
    CurrentAssignment,
    MemberMetadata,
    MemberState,
)
from engine.coordinator.consumer_protocol import (
    NamedPartitions,
    read_assignment,
    read_subscription,
    read_version,
    write_assignment,
)
from engine.coordinator.consumer_records import GroupEpoch, TargetEpoch
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.journal import JournalRecord, group_record
from engine.coordinator.partition_maps import (
    PartitionSets,
    collected,
    merged,
    with_epoch,
    without_epochs,
)
from engine.coordinator.topic_image import TopicImage, metadata_hash
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.kernel.ids import TopicId

_UNSUPPORTED_ASSIGNOR = (
    "an unsupported custom assignor is in use. Please refer to the documentation or switch to a "
    "default assignor before re-attempting the upgrade"
)


def upgraded(group: ClassicGroup, image: TopicImage) -> tuple[ConsumerGroup, list[JournalRecord]]:
    """The consumer group that a classic group becomes, and the records that make it one.

    Raises GroupRefusal when a member says what only its own assignor understands.
    """
    try:
        members = [_newer_member(group, member, image) for member in group.members.values()]
    except MalformedRecordError as error:
        why = "the embedded consumer protocol is malformed"
        raise _not_upgradable(group.group_id, why) from error
    owned = [
        (topic_id, partition)
        for member in members
        for topic_id, epochs in member.current.assigned.items()
        for partition in epochs
    ]
    if len(set(owned)) < len(owned):
        # Differs from Kafka, which fails with an unknown error: no partition can have two owners.
        raise _not_upgradable(group.group_id, _UNSUPPORTED_ASSIGNOR)
    members = _with_what_is_held_back(group, members, set(owned), image)
    names = {name for member in members for name in member.metadata.topic_names}
    epoch = GroupEpoch(group.generation_id, metadata_hash(names, image))
    made = ConsumerGroup(group.group_id)
    made.epoch = epoch
    made.target_epoch = TargetEpoch(group.generation_id, 0)
    for member in members:
        made.put_metadata(member.member_id, member.metadata)
        made.put_current(member.member_id, member.current)
        made.targets[member.member_id] = without_epochs(member.current.assigned)
    return made, [group_record(group.group_id, None), *_records(made)]


def is_settled(group: ClassicGroup, made: ConsumerGroup, image: TopicImage) -> bool:
    """Whether all that the members of a classic group read was assigned when `made` was made of it.

    Differs from Kafka, which takes the last assignment for the present target also where a
    rebalance was under way: what that had not assigned yet could stay unread.
    """
    members = made.members.values()
    if group.state is not GroupState.STABLE or any(
        member.current.state is not MemberState.STABLE for member in members
    ):
        return False
    names = {name for member in members for name in member.metadata.topic_names}
    read = {
        (topic.topic_id, partition)
        for name in names
        if (topic := image.by_name(name)) is not None
        for partition in range(topic.partition_count)
    }
    assigned = {
        (topic_id, partition)
        for member in members
        for topic_id, partitions in member.current.assigned.items()
        for partition in partitions
    }
    return read == assigned


def downgraded(
    group: ConsumerGroup,
    members: Iterable[ConsumerMember],
    image: TopicImage,
    *,
    now_ms: int,
    must_rebalance: bool,
) -> tuple[ClassicGroup, JournalRecord]:
    """The classic group of these members, and its record.

    A member that has just replaced a static one gets that one's target. Raises GroupRefusal when a
    member's subscription cannot be read.

    Differs from Kafka: in a group that is to rebalance a member has what it owns, not its target.
    Were the group upgraded before that, what the member has yet to give up would seem to be free.
    """
    members = list(members)
    classic_members = [_classic_member(member) for member in members]
    made = ClassicGroup.formed(
        group.group_id,
        generation_id=group.epoch.epoch,
        members=classic_members,
        since_ms=now_ms,
    )
    assert made.protocol_name is not None
    owned = {
        each.member_id: without_epochs(
            merged(each.current.assigned, each.current.pending_revocation)
        )
        for each in members
    }
    for member in classic_members:
        target = group.target_of(member.member_id)
        static = group.static_member(member.group_instance_id)
        if static is not None:
            target = group.target_of(static.member_id)
        try:
            version = read_version(member.metadata_for(made.protocol_name))
        except MalformedRecordError as error:
            raise GroupRefusal(
                GroupError.GROUP_ID_NOT_FOUND,
                f"Cannot downgrade the classic group {group.group_id}: {error}.",
            ) from error
        partitions = owned[member.member_id] if must_rebalance else target
        member.assignment = write_assignment(named(partitions, image), version)
    assignments = {member.member_id: member.assignment for member in classic_members}
    return made, group_record(group.group_id, made.stored(assignments))


def tombstones(
    group: ConsumerGroup, member_ids: Collection[str] | None = None
) -> Iterator[JournalRecord]:
    """The records that delete a consumer group with its members, by default those it has."""
    group_id = group.group_id
    ids = group.members if member_ids is None else member_ids
    yield from (current_record(group_id, member_id, None) for member_id in ids)
    yield from (target_record(group_id, member_id, None) for member_id in ids)
    yield target_epoch_record(group_id, None)
    yield from (member_record(group_id, member_id, None) for member_id in ids)
    yield from (regex_record(group_id, regex, None) for regex in group.subscriptions.resolved)
    yield partition_metadata_tombstone(group_id)
    yield epoch_record(group_id, None)


def named(partitions: PartitionSets, image: TopicImage) -> NamedPartitions:
    """The partitions by topic name, without topics that are gone."""
    return {
        topic.name: sorted(numbers)
        for topic_id, numbers in partitions.items()
        if (topic := image.by_id(topic_id)) is not None
    }


def identified(partitions: NamedPartitions, image: TopicImage) -> PartitionSets:
    """The partitions by topic id, without topics that do not exist."""
    return collected(
        (topic.topic_id, numbers)
        for name, numbers in partitions.items()
        if (topic := image.by_name(name)) is not None
    )


def _records(group: ConsumerGroup) -> Iterator[JournalRecord]:
    group_id, members = group.group_id, group.members
    yield from (member_record(group_id, each, members[each].metadata) for each in members)
    yield epoch_record(group_id, group.epoch)
    yield from (target_record(group_id, each, group.targets[each]) for each in members)
    yield target_epoch_record(group_id, group.target_epoch)
    yield from (current_record(group_id, each, members[each].current) for each in members)


def _with_what_is_held_back(
    group: ClassicGroup,
    members: list[ConsumerMember],
    owned: set[tuple[TopicId, int]],
    image: TopicImage,
) -> list[ConsumerMember]:
    """The members, each with what it said to own and is not assigned: it has to give that up first.

    Differs from Kafka, where that is free at once. The cooperative protocol takes partitions away
    one generation before it gives them to others.
    """
    made = []
    for member in members:
        subscription = read_subscription(_metadata(group, group.members[member.member_id]))
        said = identified(subscription.owned, image)
        held = collected(
            (topic_id, [n for n in numbers if (topic_id, n) not in owned])
            for topic_id, numbers in said.items()
        )
        if held:
            owned |= {(topic_id, n) for topic_id, numbers in held.items() for n in numbers}
            pending = with_epoch(held, group.generation_id)
            current = replace(
                member.current,
                state=MemberState.UNREVOKED_PARTITIONS,
                pending_revocation=pending,
            )
            member = replace(member, current=current)
        made.append(member)
    return made


def _metadata(group: ClassicGroup, member: ClassicMember) -> bytes:
    """What a member subscribes to.

    Differs from Kafka, which fails while members gather that have not agreed on a protocol yet.
    A consumer offers the same subscription with each of its protocols.
    """
    offered = dict(member.protocols)
    return offered.get(group.protocol_name or "", member.protocols[0].metadata)


def _newer_member(group: ClassicGroup, member: ClassicMember, image: TopicImage) -> ConsumerMember:
    subscription = read_subscription(_metadata(group, member))
    assigned: PartitionSets = {}
    if member.assignment:
        partitions, has_user_data = read_assignment(member.assignment)
        if has_user_data:
            raise _not_upgradable(group.group_id, _UNSUPPORTED_ASSIGNOR)
        assigned = identified(partitions, image)
    generation_id = group.generation_id
    return ConsumerMember(
        member.member_id,
        MemberMetadata(
            client_id=member.client_id,
            client_host=member.client_host,
            instance_id=member.group_instance_id,
            rack_id=subscription.rack_id,
            topic_names=frozenset(subscription.topics),
            rebalance_timeout_ms=member.rebalance_timeout_ms,
            classic=ClassicFacet(member.session_timeout_ms, member.protocols),
        ),
        CurrentAssignment(
            generation_id, generation_id, assigned=with_epoch(assigned, generation_id)
        ),
    )


def _classic_member(member: ConsumerMember) -> ClassicMember:
    metadata = member.metadata
    assert metadata.classic is not None
    return ClassicMember(
        member_id=member.member_id,
        group_instance_id=metadata.instance_id,
        client_id=metadata.client_id,
        client_host=metadata.client_host,
        session_timeout_ms=metadata.classic.session_timeout_ms,
        rebalance_timeout_ms=metadata.rebalance_timeout_ms,
        protocols=metadata.classic.protocols,
    )


def _not_upgradable(group_id: str, why: str) -> GroupRefusal:
    return GroupRefusal(
        GroupError.GROUP_ID_NOT_FOUND,
        f"Cannot upgrade classic group {group_id} to consumer group because {why}.",
    )
