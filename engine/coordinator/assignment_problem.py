"""What a server-side assignor is given: members with their topics and previous targets, topics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.coordinator.partition_maps import PartitionSets
from engine.kernel.ids import TopicId


@dataclass(frozen=True, slots=True)
class AssigningMember:
    """A member: the topics that it reads and that exist, and what it was to own so far."""

    member_id: str
    instance_id: str | None
    topic_ids: frozenset[TopicId]
    target: PartitionSets


@dataclass(frozen=True, slots=True)
class AssignmentProblem:
    """Members in the order of their ids, and the partitions of every topic that one of them reads.

    `is_uniform`: all members read the same topics.
    """

    members: tuple[AssigningMember, ...]
    partition_counts: Mapping[TopicId, int]
    is_uniform: bool


Targets: TypeAlias = dict[str, PartitionSets]
"""What each member shall own, by member id. A partition that somebody reads is in one target."""

Assignor: TypeAlias = Callable[[AssignmentProblem], Targets]
