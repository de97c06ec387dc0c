"""One change to each of several things, when the way to the cluster is lost on the way."""

import asyncio

import pytest

from console.port.cluster import Writes
from console.port.errors import Unreachable
from console.scripting.changes import EachChange
from console.scripting.waiting import Waiting
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.waiting import until


@pytest.fixture
def cluster() -> FakeCluster:
    """Three topics."""
    cluster = FakeCluster(FakeClock())
    for name in "abc":
        cluster.world.add_topic(name)
    return cluster


async def test_way_that_is_lost_leaves_things_that_are_named(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    async def deleted(name: str, writes: Writes) -> str:
        await writes.delete_topic(name)
        cluster.fail("delete_topic", Unreachable("gone"))
        return f"{name} is deleted"

    with pytest.raises(Unreachable):
        await EachChange("abc", deleted, Waiting()).run(cluster, cluster)

    told = capsys.readouterr()
    assert told.out == "a is deleted\n"
    assert told.err == "kconsole: not done: b c\n"


async def test_interrupt_leaves_things_that_are_named(
    cluster: FakeCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    async def deleted(name: str, writes: Writes) -> str:
        await writes.delete_topic(name)
        return f"{name} is deleted"

    cluster.hold("delete_topic")
    task = asyncio.create_task(EachChange("abc", deleted, Waiting()).run(cluster, cluster))
    await until(lambda: "delete_topic" in cluster.calls)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    unheard = "its answer was not waited for; it may have been done"
    assert capsys.readouterr().err == f"kconsole: a: {unheard}\nkconsole: not done: b c\n"
