"""The `range` assignor: each member gets a run of partitions of every topic that it reads.

Where all members read the same topics and those have the same size, a member gets the same
partitions of each (co-partitioning, for joins). Static members come first, by instance id, so that
a restart, which changes their member ids, moves nothing. Source: Kafka's `RangeAssignor`.
"""

from collections import Counter

from engine.coordinator.assignment_problem import AssigningMember, AssignmentProblem, Targets
from engine.kernel.ids import TopicId


def assign_ranges(problem: AssignmentProblem) -> Targets:
    """The targets; what members owned so far does not matter."""
    readers = Counter(topic_id for member in problem.members for topic_id in member.topic_ids)
    next_begin: Counter[TopicId] = Counter()
    served: Counter[TopicId] = Counter()
    targets: Targets = {}
    for member in sorted(problem.members, key=_rank):
        target: dict[TopicId, frozenset[int]] = {}
        for topic_id in sorted(member.topic_ids):
            share, extras = divmod(problem.partition_counts[topic_id], readers[topic_id])
            size = share + (served[topic_id] < extras)
            served[topic_id] += 1
            if size:
                begin = next_begin[topic_id]
                target[topic_id] = frozenset(range(begin, begin + size))
                next_begin[topic_id] = begin + size
        targets[member.member_id] = target
    return targets


def _rank(member: AssigningMember) -> tuple[bool, str]:
    is_dynamic = member.instance_id is None
    return is_dynamic, member.instance_id or member.member_id
