"""What a question about deleting records says of them, by what the cluster answers."""

from collections.abc import Collection

import pytest

from console.port.errors import ClusterError, Refused, Unreachable
from console.sampling.stake import Stake, stakes_of
from tests.support.clock import FakeClock
from tests.support.fake_cluster import RECORD_BYTES, FakeCluster


def arranged() -> FakeCluster:
    """Two topics of three partitions, with 20 and 100 records in each."""
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("small", 3, end=20)
    for partition in cluster.world.add_topic("large", 3, end=200).partitions:
        partition.start = 100
    return cluster


async def told(cluster: FakeCluster, names: Collection[str]) -> list[Stake]:
    return [stake async for stake in stakes_of(names, cluster)]


async def test_the_count_comes_first_and_then_the_size() -> None:
    assert await told(arranged(), ["large"]) == [Stake(300), Stake(300, 300 * RECORD_BYTES)]


async def test_several_topics_are_added() -> None:
    *_, last = await told(arranged(), ["small", "large"])
    assert last.said == "All 360 records (36.0 KB)"


async def test_a_topic_without_records_has_a_size_too() -> None:
    cluster = arranged()
    cluster.world.add_topic("bare", 1)
    *_, last = await told(cluster, ["bare"])
    assert last.said == "All 0 records (0 B)"


@pytest.mark.parametrize("error", [Refused("cluster: describe"), Unreachable("no answer")])
async def test_sizes_that_are_not_told_leave_the_count(error: ClusterError) -> None:
    cluster = arranged()
    cluster.fail("directories", error)
    assert [stake.said for stake in await told(cluster, ["small"])] == ["All 60 records"]


@pytest.mark.parametrize("operation", ["layout", "start_offsets", "end_offsets"])
async def test_what_cannot_be_counted_says_why(operation: str) -> None:
    cluster = arranged()
    cluster.fail(operation, Unreachable("no broker \x1b[2J answers"))
    assert [stake.said for stake in await told(cluster, ["small"])] == [
        "All records (how many is not known: no broker ␛[2J answers)"
    ]


async def test_one_partition_that_does_not_tell_makes_the_count_unknown() -> None:
    cluster = arranged()
    cluster.world.topics["small"].partitions[1].leader = None
    assert [stake.said for stake in await told(cluster, ["small"])] == [
        "All records (how many is not known: small-1: The partition has no leader at present)"
    ]


async def test_a_topic_that_is_gone_is_said_to_be() -> None:
    assert [stake.said for stake in await told(arranged(), ["small", "gone"])] == [
        "All records (how many is not known: there is no topic gone)"
    ]
