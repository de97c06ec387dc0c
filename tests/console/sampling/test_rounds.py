"""What each question teaches: known or unknown, fresh or stale, and how much is asked at once."""

from collections import Counter
from dataclasses import replace

from console.model.figures import Known, Total, Unknown
from console.model.section import LOADING, Ready, Refused, Stale, content
from console.model.snapshot import Snapshot
from console.port.errors import Failed, TimedOut, Unreachable
from console.port.errors import Refused as RefusedError
from console.port.readings import MetricSample
from console.sampling.engine_section import NOT_OURS
from console.sampling.needs import View
from console.sampling.rounds import CALLS_MAX
from tests.support.waiting import until
from tests.support.watched_cluster import (
    WatchedCluster,
    busy,
    group_of,
    lag_of,
    running,
    topic_of,
    value_of,
)

GROUP_CALLS = {"list_groups", "describe_groups", "committed"}


async def test_what_was_not_read_is_unknown_and_not_zero() -> None:
    watched = busy()
    published: list[Snapshot] = []
    watched.cluster.hold("end_offsets")
    async with running(watched, published):
        await until(lambda: published and content(published[-1].groups))
    snapshot = published[-1]
    orders = topic_of(snapshot, "orders")
    for figure in (orders.messages_per_s, orders.message_count, orders.bytes_per_s, orders.lag):
        assert isinstance(figure, Unknown)
    group = group_of(snapshot, "billing")
    assert not group.is_enriched
    assert isinstance(group.lag_max, Unknown)
    totals = content(snapshot.totals)
    assert totals is not None
    assert not totals.is_lag_read
    assert totals.lag == Total(0, unknown=1)


async def test_a_group_that_committed_nothing_is_counted_as_unknown_beside_the_sum() -> None:
    watched = busy()
    watched.world.add_group("idle", "orders", committed=None)
    snapshot = await watched.after(1)
    assert group_of(snapshot, "idle").lag_total == Total(0, unknown=3)
    totals = content(snapshot.totals)
    assert totals is not None
    assert totals.lag == Total(120, unknown=3)


async def test_a_partition_that_failed_is_unknown_with_its_reason_and_hides_no_other() -> None:
    watched = WatchedCluster(nodes=2)
    watched.world.add_topic("orders", 2, end=100)
    watched.world.add_group("billing", "orders", committed=60)
    await watched.tick()
    watched.world.silent.add(2)
    snapshot = await watched.after(1)
    assert lag_of(snapshot, "billing", "orders", 0) == Known(40, watched.clock.wall_ms())
    broken = lag_of(snapshot, "billing", "orders", 1)
    assert broken == Unknown("kafka-2:9092 refused the connection")
    assert group_of(snapshot, "billing").lag_total == Total(40, unknown=1)
    assert isinstance(snapshot.groups, Ready)


async def test_a_group_whose_coordinator_is_down_keeps_its_figures_and_says_why() -> None:
    watched = WatchedCluster(nodes=2)
    watched.world.add_topic("orders", 1, end=100, replication=2)
    watched.world.add_group("near", "orders", committed=60, coordinator=1)
    watched.world.add_group("far", "orders", committed=30, coordinator=2)
    await watched.tick()
    watched.world.silent.add(2)
    snapshot = await watched.after(4)
    near, far = group_of(snapshot, "near"), group_of(snapshot, "far")
    assert (near.lag_total, near.problem) == (Total(40), "")
    assert (far.lag_total, far.problem) == (Total(70), "kafka-2:9092 refused the connection")


async def test_when_nothing_answers_the_last_figures_stay_and_are_marked_stale() -> None:
    watched = busy()
    before = await watched.after(2)
    lost_ms = watched.clock.wall_ms()
    watched.world.silent.add(1)
    for operation in ("layout", "list_groups"):
        watched.cluster.fail(operation, Unreachable("kafka-1:9092 refused the connection"))
    snapshot = await watched.after(8)
    for name in ("topics", "groups", "totals"):
        section, old = getattr(snapshot, name), getattr(before, name)
        assert isinstance(section, Stale), name
        assert section.reason == "kafka-1:9092 refused the connection"
        assert section.at_ms <= lost_ms < section.since_ms
        assert content(section) is not None
        assert name != "topics" or section.value == old.value
    assert group_of(snapshot, "billing").lag_total == group_of(before, "billing").lag_total
    assert topic_of(snapshot, "orders").messages_per_s == topic_of(before, "orders").messages_per_s


async def test_offsets_alone_that_nobody_answers_leave_lag_and_totals_stale() -> None:
    """The list of groups is fresh then; how far behind they are is not."""
    watched = busy()
    await watched.after(2)
    watched.world.silent.add(1)
    watched.cluster.fail("list_groups", None)
    snapshot = await watched.after(1)
    assert isinstance(snapshot.totals, Stale)
    assert isinstance(snapshot.groups, Stale)
    assert isinstance(snapshot.topics, Ready)


async def test_the_moment_since_when_a_section_is_stale_does_not_move() -> None:
    watched = busy()
    await watched.tick()
    watched.cluster.fail("layout", Unreachable("gone"))
    first = (await watched.after(3)).topics
    second = (await watched.after(9)).topics
    assert isinstance(first, Stale)
    assert isinstance(second, Stale)
    assert (second.at_ms, second.since_ms) == (first.at_ms, first.since_ms)


async def test_a_right_that_is_missing_is_said_and_the_other_sections_live() -> None:
    watched = busy()
    watched.cluster.fail("list_groups", RefusedError("Group authorization failed"))
    snapshot = await watched.after(1)
    assert snapshot.groups == Refused("Group authorization failed")
    assert isinstance(snapshot.topics, Ready)


async def test_calls_under_way_are_bounded_and_large_questions_come_in_parts() -> None:
    watched = WatchedCluster()
    for number in range(1200):
        watched.world.add_topic(f"topic-{number:04d}", 10, per_s=1)
    for number in range(260):
        watched.world.add_group(f"group-{number:03d}", f"topic-{number:04d}")
    watched.need(*View)
    await watched.after(3)
    assert watched.cluster.in_flight_max <= CALLS_MAX
    asked = Counter(watched.cluster.calls)
    assert asked["end_offsets"] >= 6
    assert asked["committed"] >= 2


async def test_vitals_are_asked_of_an_engine_that_tells_them_and_of_no_other() -> None:
    watched = busy()
    assert "metrics" not in await watched.asked(5)
    watched = busy()
    watched.cluster.offered = replace(watched.cluster.offered, tells_vitals=True)
    watched.cluster.metric_samples = (MetricSample("kconsole_connections", {}, 7.0),)
    snapshot = await watched.after(3)
    health = content(snapshot.health)
    assert health is not None
    assert health.vitals is not None
    assert value_of(health.vitals.connections) == 7
    assert isinstance(health.vitals.memory_bytes, Unknown)


async def test_the_inside_of_an_engine_is_in_the_picture_while_somebody_looks_at_it() -> None:
    watched = busy()
    watched.cluster.offered = replace(watched.cluster.offered, tells_vitals=True)
    watched.cluster.metric_samples = (MetricSample("kconsole_connections", {}, 7.0),)
    assert (await watched.after(3)).engine == LOADING
    watched.need(View.ENGINE)
    snapshot = await watched.after(2)
    state = content(snapshot.engine)
    assert state is not None
    assert value_of(state.connections) == 7
    assert "metrics" in await watched.asked(2)
    watched.cluster.fail("metrics", TimedOut("no answer in time"))
    assert isinstance((await watched.after(3)).engine, Stale)


async def test_another_cluster_has_no_inside_and_says_so() -> None:
    watched = busy()
    watched.need(View.ENGINE)
    assert (await watched.after(2)).engine == Refused(NOT_OURS)


async def test_what_the_cluster_offers_is_asked_again_after_an_absence() -> None:
    """The broker that answers then may be another one: newer, older, or no engine of ours."""
    watched = busy()
    await watched.after(3)
    assert watched.cluster.calls.count("capabilities") == 1
    watched.cluster.fail("layout", Unreachable("gone"))
    await watched.after(3)
    watched.cluster.fail("layout", None)
    watched.cluster.offered = replace(watched.cluster.offered, version="5.0")
    cluster = content((await watched.after(12)).cluster)
    assert cluster is not None
    assert cluster.version == "5.0"
    assert watched.cluster.calls.count("capabilities") == 2


async def test_a_cluster_that_does_not_tell_what_it_offers_shows_its_topics_all_the_same() -> None:
    watched = busy()
    watched.cluster.fail("capabilities", Failed("UNKNOWN_SERVER_ERROR", "no"))
    assert isinstance((await watched.tick()).topics, Ready)
    watched.cluster.fail("capabilities", None)
    cluster = content((await watched.after(3)).cluster)
    assert cluster is not None
    assert cluster.mode == "KRaft"


async def test_lag_is_measured_to_the_end_while_stable_offsets_cannot_be_read() -> None:
    """An old stable offset would hide what was written since, and call it held back."""
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, end=100, per_s=10)
    watched.world.add_group("billing", "orders", committed=60)
    await watched.after(1)
    watched.cluster.fail("stable_offsets", Failed("UNKNOWN_SERVER_ERROR", "no"))
    snapshot = await watched.after(5)
    assert lag_of(snapshot, "billing", "orders", 0) == Known(100, watched.clock.wall_ms())
    assert group_of(snapshot, "billing").held_back == 0
