"""Facts that follow from collected answers and that several sections need.

Each function is pure. The sampler keeps a result until the answers that it came from change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.model.figures import NOTHING, Figure, Known, Total, Unknown
from console.model.group import Group
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.retention import RetentionPolicy, policy_from
from console.model.severity import Severity
from console.port.errors import ClusterError
from console.port.readings import ConfigReading, DirectoryReading, TopicReading

NO_READER = Unknown("no group reads it")


@dataclass(frozen=True, slots=True)
class TopicReaders:
    """Who reads a topic and how far behind they are; `lag` is that of the group furthest behind."""

    groups: tuple[str, ...] = ()
    lag: Figure[int] = NO_READER
    lag_total: Total = NOTHING
    is_lagging: bool = False


def partition_sizes(
    topics: Iterable[TopicReading],
    directories: Mapping[int, tuple[DirectoryReading, ...] | ClusterError],
    at_ms: int,
) -> dict[TopicPartition, Figure[int]]:
    """The size of each partition's leader replica; that of any replica while it has no leader."""
    held = {
        node_id: [directory.replica_bytes for directory in answer]
        for node_id, answer in directories.items()
        if not isinstance(answer, ClusterError)
    }
    found: dict[TopicPartition, Figure[int]] = {}
    figures: dict[int | None, Figure[int]] = {None: NOT_READ}
    for topic in topics:
        for key, partition in zip(topic.keys, topic.partitions, strict=True):
            leader = () if partition.leader is None else (partition.leader,)
            sizes = (
                replicas[key]
                for node_id in (*leader, *partition.replicas)
                for replicas in held.get(node_id, ())
                if key in replicas
            )
            size = next(sizes, None)
            if size not in figures:
                figures[size] = NOT_READ if size is None else Known(size, at_ms)
            found[key] = figures[size]
    return found


@dataclass(frozen=True, slots=True)
class Copies:
    """How many partitions each broker leads, and of how many it holds a replica."""

    leaders: Counter[int]
    replicas: Counter[int]


def copies_of(topics: Iterable[TopicReading]) -> Copies:
    """What each broker holds of these topics."""
    partitions = [partition for topic in topics for partition in topic.partitions]
    return Copies(
        Counter(each.leader for each in partitions if each.leader is not None),
        Counter(node_id for each in partitions for node_id in each.replicas),
    )


def policies_of(
    configs: Mapping[str, tuple[ConfigReading, ...] | ClusterError], now_ms: int
) -> dict[str, Figure[RetentionPolicy]]:
    """The retention policy of each topic whose configuration was read.

    Topics that share a configuration, as one object, share their policy.
    """
    made: dict[int, Figure[RetentionPolicy]] = {}
    found: dict[str, Figure[RetentionPolicy]] = {}
    for name, answer in configs.items():
        policy = made.get(id(answer))
        if policy is None:
            policy = made[id(answer)] = _policy(answer, now_ms)
        found[name] = policy
    return found


def topic_readers(groups: Iterable[Group]) -> dict[str, TopicReaders]:
    """By topic, who reads it. Topics without readers are left out."""
    found: dict[str, TopicReaders] = {}
    for group in groups:
        sums: dict[str, tuple[int, int, int, bool]] = {}
        for row in group.partitions:
            records, known, unknown, is_lagging = sums.get(row.topic, (0, 0, 0, False))
            if isinstance(row.records, Known):
                records, known = records + row.records.value, known + 1
            if isinstance(row.records, Unknown) or group.problem:
                unknown += 1
            is_lagging = is_lagging or row.verdict.severity >= Severity.WARNING
            sums[row.topic] = (records, known, unknown, is_lagging)
        for topic, (records, known, unknown, is_lagging) in sums.items():
            before = found.get(topic, TopicReaders())
            lag = before.lag
            if known and (isinstance(lag, Unknown) or records > lag.value):
                at_ms = group.lag_history.times_ms[-1] if group.lag_history.times_ms else 0
                lag = Known(records, at_ms)
            elif lag is NO_READER:
                lag = Unknown(f"group {group.name} has committed nothing that can be compared")
            found[topic] = TopicReaders(
                groups=(*before.groups, group.name),
                lag=lag,
                lag_total=Total(
                    before.lag_total.amount + records, before.lag_total.unknown + unknown
                ),
                is_lagging=before.is_lagging or is_lagging,
            )
    return found


def _policy(
    answer: tuple[ConfigReading, ...] | ClusterError, now_ms: int
) -> Figure[RetentionPolicy]:
    if isinstance(answer, ClusterError):
        return Unknown(answer.reason)
    values = {each.name: each.value for each in answer if each.value is not None}
    try:
        return Known(policy_from(values), now_ms)
    except ValueError as error:
        return Unknown(f"the configuration is not readable: {error}")
