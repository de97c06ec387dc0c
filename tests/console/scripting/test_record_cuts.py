"""What a planned deletion of records does, tells and leaves, on a cluster in memory."""

import asyncio

import pytest

from console.model.names import TopicPartition
from console.port.errors import Refused, TimedOut
from console.scripting.record_cuts import Cut, CutPlan, carry_out, topic_ids_of
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.waiting import until

FIRST, MISSING = TopicPartition("orders", 0), TopicPartition("orders", 7)


@pytest.fixture
def cluster() -> FakeCluster:
    """One topic of one partition with ten records."""
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 1, end=10)
    return cluster


async def plan_of(cluster: FakeCluster, *keys: TopicPartition) -> CutPlan:
    """Four records of each partition go."""
    ids = topic_ids_of(await cluster.layout())
    return CutPlan([Cut(key, 0, 4) for key in keys], ids)


async def start(cluster: FakeCluster) -> object:
    """The first offset that is there."""
    return (await cluster.start_offsets([FIRST]))[FIRST]


async def test_done_is_told_and_nothing_failed(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await carry_out(await plan_of(cluster, FIRST), cluster, cluster) == ""
    assert capsys.readouterr().err == "kconsole: 1 of 1 partitions done, 4 records deleted\n"
    assert await start(cluster) == 4


async def test_partition_that_refuses_is_told_beside_what_was_done(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = await carry_out(await plan_of(cluster, FIRST, MISSING), cluster, cluster)

    assert failed.startswith("orders-7: ")
    assert capsys.readouterr().err == "kconsole: 1 of 2 partitions done, 4 records deleted\n"


async def test_topic_that_is_gone_is_told_and_nothing_is_deleted(cluster: FakeCluster) -> None:
    plan = await plan_of(cluster, FIRST)
    await cluster.delete_topic("orders")

    failed = await carry_out(plan, cluster, cluster)
    assert failed == "nothing is deleted: there is no topic orders any more"
    assert "delete_records" not in cluster.calls


async def test_topic_of_another_id_is_left_alone(cluster: FakeCluster) -> None:
    plan = CutPlan([Cut(FIRST, 0, 4)], {"orders": "another"})

    assert "created again" in await carry_out(plan, cluster, cluster)
    assert await start(cluster) == 0


async def test_answer_that_did_not_come_leaves_open_whether_it_was_done(
    cluster: FakeCluster,
) -> None:
    cluster.fail("delete_records", TimedOut("no answer"))
    failed = await carry_out(await plan_of(cluster, FIRST), cluster, cluster)

    assert failed.endswith("it may have been done")


async def test_what_cannot_be_looked_at_again_is_not_deleted(cluster: FakeCluster) -> None:
    plan = await plan_of(cluster, FIRST)
    cluster.fail("layout", Refused("no right"))

    with pytest.raises(Refused):
        await carry_out(plan, cluster, cluster)
    assert "delete_records" not in cluster.calls


async def test_interrupted_deletion_tells_how_much_may_be_gone(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.hold("delete_records")
    task = asyncio.create_task(carry_out(await plan_of(cluster, FIRST), cluster, cluster))
    await until(lambda: "delete_records" in cluster.calls)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    told = "up to 4 records may have been deleted; --dry-run tells what is left"
    assert capsys.readouterr().err == f"kconsole: {told}\n"
