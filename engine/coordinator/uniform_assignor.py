"""The `uniform` assignor: as even as can be, and as few partitions move as that allows.

Members that read the same topics end up with the same number of partitions, give or take one. With
different topics evenness comes first among the readers of each topic; see
`engine.coordinator.mixed_assignment`. Source: Kafka's `UniformAssignor`,
`UniformHomogeneousAssignmentBuilder`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.coordinator.assignment_problem import AssigningMember, AssignmentProblem, Targets
from engine.coordinator.mixed_assignment import MixedAssignment
from engine.kernel.ids import TopicId


class _Place(NamedTuple):
    topic_id: TopicId
    partition: int


def assign_uniformly(problem: AssignmentProblem) -> Targets:
    """The targets, each as close to the previous one as evenness allows."""
    if problem.is_uniform:
        return _assign_alike(problem)
    return MixedAssignment(problem).solve()


def _assign_alike(problem: AssignmentProblem) -> Targets:
    total = sum(problem.partition_counts.values())
    share, extras = divmod(total, len(problem.members) or 1)
    kept: dict[str, list[_Place]] = {}
    room: dict[str, int] = {}
    orphans = _unassigned(problem)
    for index, member in enumerate(problem.members):
        quota = share + (extras > 0)
        places = list(_previous(member))
        kept[member.member_id] = places[:quota]
        orphans += places[quota:]
        # Whoever is full up to its extra partition keeps it. The others leave theirs to those that
        # come later, as long as there are enough of these.
        is_needed = len(problem.members) - index <= extras
        takes_extra = extras > 0 and (len(places) >= quota or is_needed)
        extras -= takes_extra
        room[member.member_id] = share + takes_extra - len(kept[member.member_id])
    begin = 0
    for member_id, places in kept.items():
        places += orphans[begin : begin + room[member_id]]
        begin += room[member_id]
    assert begin >= len(orphans), "every partition has found a member"
    return {member_id: _by_topic(places) for member_id, places in kept.items()}


def _previous(member: AssigningMember) -> Iterator[_Place]:
    """What the member was to own, of the topics that it still reads."""
    for topic_id in sorted(member.target):
        if topic_id in member.topic_ids:
            for partition in sorted(member.target[topic_id]):
                yield _Place(topic_id, partition)


def _unassigned(problem: AssignmentProblem) -> list[_Place]:
    """The partitions that nobody was to own."""
    owned = {place for member in problem.members for place in _previous(member)}
    return [
        place
        for topic_id in sorted(problem.partition_counts)
        for partition in range(problem.partition_counts[topic_id])
        if (place := _Place(topic_id, partition)) not in owned
    ]


def _by_topic(places: list[_Place]) -> dict[TopicId, frozenset[int]]:
    found: dict[TopicId, set[int]] = {}
    for topic_id, partition in places:
        found.setdefault(topic_id, set()).add(partition)
    return {topic_id: frozenset(partitions) for topic_id, partitions in found.items()}
