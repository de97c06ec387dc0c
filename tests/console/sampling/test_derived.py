"""Facts that several sections need: sizes, policies, who reads a topic."""

from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState, PartitionLag
from console.model.lag import Lag
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.series import Series
from console.model.verdict import Verdict
from console.port.errors import ClusterError, Refused, Unreachable
from console.port.readings import (
    ConfigReading,
    DirectoryReading,
    PartitionReading,
    TopicReading,
)
from console.sampling.derived import NO_READER, partition_sizes, policies_of, topic_readers
from tests.support.cluster_stages import key


def topics(*partitions: PartitionReading) -> tuple[TopicReading, ...]:
    return (TopicReading("orders", "id", False, partitions),)


def held(**sizes: int) -> tuple[DirectoryReading, ...]:
    """Log directories with partitions of orders: `p0=7`."""
    replicas = {key("orders", int(name[1:])): size for name, size in sizes.items()}
    return (DirectoryReading("/data", None, None, replicas),)


def test_the_size_of_a_partition_is_that_of_its_leader() -> None:
    found = partition_sizes(
        topics(PartitionReading(0, 2, 0, (1, 2), (1, 2))), {1: held(p0=5), 2: held(p0=7)}, 9
    )
    assert found == {key("orders"): Known(7, 9)}


def test_without_leader_or_its_answer_any_replica_tells_the_size() -> None:
    partitions = topics(
        PartitionReading(0, None, 0, (1, 2), ()), PartitionReading(1, 2, 0, (2, 1), (2,))
    )
    found = partition_sizes(partitions, {1: held(p0=5, p1=6), 2: Unreachable("down")}, 9)
    assert found == {key("orders", 0): Known(5, 9), key("orders", 1): Known(6, 9)}


def test_a_size_that_nobody_told_is_unknown() -> None:
    found = partition_sizes(topics(PartitionReading(0, 1, 0, (1,), (1,))), {1: held()}, 9)
    assert found == {key("orders"): NOT_READ}


def test_sizes_of_several_directories_of_a_broker_are_found() -> None:
    both = (*held(p0=5), *held(p1=6))
    partitions = topics(
        PartitionReading(0, 1, 0, (1,), (1,)), PartitionReading(1, 1, 0, (1,), (1,))
    )
    assert partition_sizes(partitions, {1: both}, 9)[key("orders", 1)] == Known(6, 9)


def policy(answer: tuple[ConfigReading, ...] | ClusterError) -> Figure[object]:
    return policies_of({"orders": answer}, 9)["orders"]


def test_equal_sizes_and_policies_are_the_same_objects() -> None:
    """Of thirty thousand partitions most are alike: what is kept of them is kept once."""
    partitions = topics(
        PartitionReading(0, 1, 0, (1,), (1,)), PartitionReading(1, 1, 0, (1,), (1,))
    )
    sizes = partition_sizes(partitions, {1: held(p0=5_000, p1=5_000)}, 9)
    assert sizes[key("orders", 0)] is sizes[key("orders", 1)]
    entries = (ConfigReading("retention.ms", "1000", "topic"),)
    policies = policies_of({"orders": entries, "payments": entries}, 9)
    assert policies["orders"] is policies["payments"]


def test_a_policy_is_known_unknown_or_not_readable() -> None:
    entries = (
        ConfigReading("cleanup.policy", "delete", "default"),
        ConfigReading("retention.ms", "1000", "topic"),
        ConfigReading("retention.bytes", None, "topic", is_sensitive=True),
    )
    known = policy(entries)
    assert isinstance(known, Known)
    assert known.at_ms == 9
    assert policy(Refused("no right")) == Unknown("no right")
    broken = policy((ConfigReading("retention.ms", "soon", "topic"),))
    assert isinstance(broken, Unknown)
    assert "not readable" in broken.reason


def reader(
    name: str, *lags: Figure[int], verdict: Verdict = Verdict.OK, topic: str = "orders"
) -> Group:
    rows = tuple(
        PartitionLag(topic, index, NOT_READ, NOT_READ, NOT_READ, Lag(lag, lag), verdict)
        for index, lag in enumerate(lags)
    )
    history = Series((5,), (1.0,))
    return Group(name, GroupState.STABLE, "classic", partitions=rows, lag_history=history)


def test_the_lag_of_a_topic_is_that_of_the_group_furthest_behind() -> None:
    found = topic_readers(
        [reader("near", Known(3, 1), Known(4, 1)), reader("far", Known(50, 1), NOT_READ)]
    )["orders"]
    assert found.groups == ("near", "far")
    assert found.lag == Known(50, 5)
    assert found.lag_total == Total(57, unknown=1)
    assert not found.is_lagging


def test_a_topic_is_lagging_when_any_reader_does_not_keep_up() -> None:
    groups = [reader("a", Known(0, 1)), reader("b", Known(9, 1), verdict=Verdict.WARN)]
    assert topic_readers(groups)["orders"].is_lagging


def test_a_reader_of_which_nothing_is_known_is_no_zero() -> None:
    found = topic_readers([reader("new", Unknown("nothing committed"))])["orders"]
    assert isinstance(found.lag, Unknown)
    assert "new" in found.lag.reason
    assert found.lag_total == Total(0, unknown=1)
    later = topic_readers([reader("new", NOT_READ), reader("old", Known(0, 1))])["orders"]
    assert later.lag == Known(0, 5)


def test_topics_without_readers_are_left_out() -> None:
    assert topic_readers([reader("a", topic="payments")]) == {}
    assert isinstance(NO_READER, Unknown)
    assert TopicPartition("orders", 0) == key("orders")
