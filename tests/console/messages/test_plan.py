"""The ranges that a scan reads."""

from hypothesis import given
from hypothesis import strategies as st

from console.messages.bounds import Bounds
from console.messages.plan import (
    LATE_RECORDS,
    Order,
    Plan,
    Query,
    Span,
    make_plan,
    onward_plan,
)
from console.messages.seek import parse_seek
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

ONE, TWO = TopicPartition("orders", 0), TopicPartition("orders", 1)


def cluster_of(*ends: int, nodes: int = 1) -> FakeCluster:
    """A topic `orders` with partitions of these sizes, whose first 10 records are deleted."""
    cluster = FakeCluster(FakeClock(), nodes=nodes)
    topic = cluster.world.add_topic("orders", len(ends))
    for partition, end in zip(topic.partitions, ends, strict=True):
        partition.end.value = end
        partition.start = min(10, end)
    return cluster


async def test_everything_that_is_kept_is_planned_and_nothing_that_comes_later() -> None:
    cluster = cluster_of(100, 5)
    plan = await make_plan(cluster, Query("orders", [0, 1]))
    cluster.world.topics["orders"].partitions[0].end.value = 500
    assert plan.spans == {ONE: Span(10, 100), TWO: Span(5, 5)}
    assert plan.total_offsets == 90


async def test_bounds_are_moved_to_the_edge_of_the_log() -> None:
    cluster = cluster_of(100)
    for start, end, span in (
        ("0", "50", Span(10, 50)),
        ("end-5", "end", Span(95, 100)),
        ("60", "40", Span(60, 60)),
        ("900", "1000", Span(100, 100)),
    ):
        query = Query("orders", [0], start=parse_seek(start, 0), end=parse_seek(end, 0))
        assert (await make_plan(cluster, query)).spans == {ONE: span}


async def test_a_place_in_one_partition_leaves_out_the_others() -> None:
    query = Query("orders", [0, 1], start=parse_seek("p1:20", 0))
    assert (await make_plan(cluster_of(100, 100), query)).spans == {TWO: Span(20, 100)}


async def test_a_broker_that_is_down_costs_its_own_partitions() -> None:
    cluster = cluster_of(100, 100, nodes=2)
    cluster.world.silent.add(2)
    plan = await make_plan(cluster, Query("orders", [0, 1]))
    assert plan.spans == {ONE: Span(10, 100)}
    assert isinstance(plan.failures[TWO], ClusterError)


async def test_what_was_written_since_is_planned_behind_a_plan() -> None:
    cluster = cluster_of(100, 100)
    plan = await make_plan(cluster, Query("orders", [0, 1]))
    cluster.world.topics["orders"].partitions[1].end.value = 120
    onward = await onward_plan(cluster, plan)
    assert onward.order is Order.OLDEST_FIRST
    assert onward.spans == {ONE: Span(100, 100), TWO: Span(100, 120)}


@given(
    st.sampled_from(Order),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(-10, 120),
)
def test_what_is_left_and_what_was_read_make_the_whole(
    order: Order, start: int, size: int, position: int
) -> None:
    plan = Plan(order, {ONE: Span(start, start + size)})
    rest = plan.resumed({ONE: position}).spans[ONE]
    if order is Order.NEWEST_FIRST:
        assert rest.start == start
        read = Span(rest.end, start + size)
    else:
        assert rest.end == start + size
        read = Span(start, rest.start)
    assert read.size + rest.size == size
    assert read.size >= 0
    assert rest.size >= 0


async def test_what_a_filter_says_bounds_the_ranges() -> None:
    cluster = cluster_of(5000, 5000)
    second = 1_700_000_000_000
    bounds = Bounds(
        partitions=frozenset({1, 9}),
        start_offset=100,
        end_offset=4000,
        since_ms=second + 200_000,
        until_ms=second + 900_000,
    )
    plan = await make_plan(cluster, Query("orders", [0, 1], bounds=bounds))
    assert plan.spans == {TWO: Span(200, 900 + LATE_RECORDS)}


async def test_a_time_to_come_bounds_nothing_at_the_end_and_all_at_the_start() -> None:
    cluster = cluster_of(100)
    for bounds, span in (
        (Bounds(until_ms=2_000_000_000_000), Span(10, 100)),
        (Bounds(since_ms=2_000_000_000_000), Span(100, 100)),
    ):
        plan = await make_plan(cluster, Query("orders", [0], bounds=bounds))
        assert plan.spans == {ONE: span}
