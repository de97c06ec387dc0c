"""A place in a topic as people say it."""

import pytest

from console.messages.seek import Seek, parse_seek, sought_offsets
from console.messages.start_position import Start, StartKind
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

NOW_MS = 1_700_000_000_000
HOUR_AGO = Start(StartKind.TIME, NOW_MS - 3_600_000)


@pytest.mark.parametrize(
    ("text", "seek"),
    [
        ("-1h", Seek(HOUR_AGO)),
        ("p3:1200", Seek(None, {3: Start(StartKind.OFFSET, 1200)})),
        (
            "P3: 1200 , p04:end-10",
            Seek(None, {3: Start(StartKind.OFFSET, 1200), 4: Start(StartKind.BEFORE_END, 10)}),
        ),
        ("p3:1200, -1h", Seek(HOUR_AGO, {3: Start(StartKind.OFFSET, 1200)})),
    ],
)
def test_what_is_understood(text: str, seek: Seek) -> None:
    assert parse_seek(text, NOW_MS) == seek


@pytest.mark.parametrize("text", ["", "p3", "p3:", "p:5", "p3:x", "-1h,-2h", "p3:1200,", "p²:1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_seek(text, NOW_MS)


async def test_each_partition_starts_where_it_was_told() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 4, end=100)
    keys = cluster.world.partitions_of("orders")
    seek = parse_seek("p0:7, p1:end-10, p2:beginning", NOW_MS)

    assert await sought_offsets(cluster, keys, seek) == {keys[0]: 7, keys[1]: 90, keys[2]: 0}


async def test_a_time_is_the_first_record_from_then_on_or_the_end() -> None:
    cluster = FakeCluster(FakeClock(NOW_MS))
    cluster.world.add_topic("orders", 1, end=100)
    (key,) = cluster.world.partitions_of("orders")
    for text, offset in (("2023-11-14T22:13:25+00:00", 5), ("2031-01-01", 100)):
        assert await sought_offsets(cluster, [key], parse_seek(text, NOW_MS)) == {key: offset}


async def test_a_partition_that_cannot_be_asked_does_not_hide_the_others() -> None:
    cluster = FakeCluster(FakeClock(), nodes=2)
    cluster.world.add_topic("orders", 2, end=100)
    cluster.world.silent.add(2)
    found = await sought_offsets(
        cluster, cluster.world.partitions_of("orders"), parse_seek("end-10", NOW_MS)
    )
    assert found[TopicPartition("orders", 0)] == 90
    assert isinstance(found[TopicPartition("orders", 1)], ClusterError)
