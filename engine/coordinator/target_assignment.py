"""A new target assignment: what the assignor makes of the members as a change leaves them.

A member takes over the target of the static member that it replaces. Records are written for the
members whose target is another than before, and for the epoch in any case. Source: Kafka's
`TargetAssignmentBuilder`.
"""

from collections.abc import Iterator

from engine.coordinator.assignment_problem import (
    AssigningMember,
    AssignmentProblem,
    Assignor,
    Targets,
)
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_journal import target_epoch_record, target_record
from engine.coordinator.consumer_member import ConsumerMember, MemberMetadata
from engine.coordinator.consumer_records import TargetEpoch
from engine.coordinator.journal import JournalRecord
from engine.coordinator.partition_maps import PartitionSets
from engine.coordinator.subscription_counts import topics_of
from engine.coordinator.topic_image import TopicImage, topic_ids
from engine.kernel.ids import TopicId


def new_targets(
    group: ConsumerGroup,
    changed: ConsumerMember,
    image: TopicImage,
    assign: Assignor,
    *,
    is_uniform: bool,
) -> Targets:
    """The targets of all members once `changed` is one of them as it is here."""
    replaced = group.static_member(changed.instance_id)
    members = {member_id: each.metadata for member_id, each in group.members.items()}
    previous = group.target_of(changed.member_id)
    if replaced is not None and replaced.member_id != changed.member_id:
        del members[replaced.member_id]
        previous = group.target_of(replaced.member_id)
    members[changed.member_id] = changed.metadata
    resolved = group.subscriptions.resolved
    # Members mostly share their topics: each set of names is looked up once.
    ids_of: dict[frozenset[str], frozenset[TopicId]] = {}

    def problem_member(member_id: str, metadata: MemberMetadata) -> AssigningMember:
        names = topics_of(metadata, resolved)
        if names not in ids_of:
            ids_of[names] = topic_ids(names, image)
        had = previous if member_id == changed.member_id else group.target_of(member_id)
        target = _existing(had, image)
        return AssigningMember(member_id, metadata.instance_id, ids_of[names], target)

    made = tuple(problem_member(member_id, members[member_id]) for member_id in sorted(members))
    counts = {
        topic_id: topic.partition_count
        for topic_id in frozenset().union(*ids_of.values())
        if (topic := image.by_id(topic_id)) is not None
    }
    return assign(AssignmentProblem(made, counts, is_uniform))


def target_records(
    group: ConsumerGroup, targets: Targets, epoch: int, *, now_ms: int
) -> Iterator[JournalRecord]:
    """The records that put new targets in the place of the present ones."""
    for member_id, target in targets.items():
        if group.targets.get(member_id) != target:
            yield target_record(group.group_id, member_id, target)
    yield target_epoch_record(group.group_id, TargetEpoch(epoch, now_ms))


def _existing(partitions: PartitionSets, image: TopicImage) -> PartitionSets:
    """The partitions that exist: a journal may speak of topics that are gone or were larger."""
    found: dict[TopicId, frozenset[int]] = {}
    for topic_id, numbers in partitions.items():
        topic = image.by_id(topic_id)
        if topic is not None:
            found[topic_id] = frozenset(n for n in numbers if n < topic.partition_count)
    return found
