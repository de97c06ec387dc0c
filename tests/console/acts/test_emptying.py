"""Every record of a topic goes, or it is said which partitions kept theirs."""

import pytest

from console.acts.emptying import empty
from console.acts.job import NotDone
from console.model.names import TopicPartition
from console.port.errors import Unreachable
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster


def cluster() -> FakeCluster:
    found = FakeCluster(FakeClock())
    found.world.add_topic("orders", 2, end=10)
    return found


async def starts(found: FakeCluster) -> list[object]:
    keys = [TopicPartition("orders", index) for index in (0, 1)]
    return list((await found.start_offsets(keys)).values())


async def test_every_partition_is_emptied() -> None:
    found = cluster()
    await empty("orders", 2, found)
    assert await starts(found) == [10, 10]


async def test_partitions_that_keep_their_records_are_told() -> None:
    found = cluster()
    with pytest.raises(NotDone, match="1 of 3 partitions: "):
        await empty("orders", 3, found)
    assert await starts(found) == [10, 10]


async def test_a_cluster_that_cannot_be_asked_is_an_error() -> None:
    found = cluster()
    found.fail("delete_records", Unreachable("no broker answers"))
    with pytest.raises(Unreachable):
        await empty("orders", 2, found)
    assert await starts(found) == [0, 0]
