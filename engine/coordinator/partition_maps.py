"""Partitions by topic id: what a target holds, and what a member owns with since when.

A topic without partitions is left out, so that equal contents are equal values. Partitions of a
topic are in ascending order, topics in that of their ids.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from engine.kernel.ids import TopicId

PartitionSets: TypeAlias = Mapping[TopicId, frozenset[int]]
"""Partitions by topic id."""

PartitionEpochs: TypeAlias = Mapping[TopicId, Mapping[int, int]]
"""Partitions by topic id, each with the epoch in which its owner got it."""

NO_PARTITIONS: PartitionSets = {}
NO_EPOCHS: PartitionEpochs = {}


def with_epoch(partitions: PartitionSets, epoch: int) -> PartitionEpochs:
    """The partitions, all owned since one epoch."""
    return {topic_id: dict.fromkeys(sorted(each), epoch) for topic_id, each in partitions.items()}


def without_epochs(partitions: PartitionEpochs) -> PartitionSets:
    """The partitions alone."""
    return {topic_id: frozenset(each) for topic_id, each in partitions.items()}


def merged(first: PartitionEpochs, second: PartitionEpochs) -> PartitionEpochs:
    """The partitions of both; where both have one, the epoch of the second."""
    result = {topic_id: dict(each) for topic_id, each in first.items()}
    for topic_id, each in second.items():
        result.setdefault(topic_id, {}).update(each)
    return result


def collected(partitions: Iterable[tuple[TopicId, Iterable[int]]]) -> PartitionSets:
    """Partitions as a request or record lists them; topics that come twice are joined."""
    result: dict[TopicId, frozenset[int]] = {}
    for topic_id, each in partitions:
        found = result.get(topic_id, frozenset()) | frozenset(each)
        if found:
            result[topic_id] = found
    return result


def without_empty(partitions: PartitionEpochs) -> PartitionEpochs:
    """The topics that have partitions."""
    return {topic_id: each for topic_id, each in partitions.items() if each}


def are_owned(partitions: PartitionSets, owned: PartitionEpochs) -> bool:
    """Whether every partition is among the owned ones."""
    return all(each <= owned.get(topic_id, {}).keys() for topic_id, each in partitions.items())


def share_any(partitions: PartitionSets, others: PartitionEpochs) -> bool:
    """Whether a partition is among the others."""
    return any(
        not each.isdisjoint(others.get(topic_id, {})) for topic_id, each in partitions.items()
    )
