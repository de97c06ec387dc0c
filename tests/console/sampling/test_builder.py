"""Snapshots: every section in its face, and nothing made anew that did not change."""

import pytest

from console.model.cluster import Broker, ConnectionState, RoundTrip
from console.model.figures import Known, Unknown
from console.model.section import Loading, Ready, Refused, Stale, content
from console.model.snapshot import Snapshot
from console.port.errors import ClusterError, Failed, Unreachable
from console.port.errors import Refused as RefusedError
from console.sampling.needs import View
from tests.support.fake_cluster import RECORD_BYTES
from tests.support.watched_cluster import WatchedCluster, busy, group_of, topic_of, value_of

SECTIONS = ("cluster", "totals", "topics", "groups", "retention", "health")


def brokers_of(snapshot: Snapshot) -> tuple[Broker, ...]:
    """The brokers in the order of their ids."""
    cluster = content(snapshot.cluster)
    assert cluster is not None
    return cluster.brokers


async def test_every_section_is_ready_when_everything_answers() -> None:
    watched = busy()
    watched.need(*View)
    snapshot = await watched.after(2)
    assert {name: type(getattr(snapshot, name)) for name in SECTIONS} == dict.fromkeys(
        SECTIONS, Ready
    )


async def test_a_cluster_that_never_answered_says_why() -> None:
    watched = busy()
    watched.need(*View)
    for node in watched.world.nodes:
        watched.world.stop_node(node)
    snapshot = await watched.after(2)
    for name in ("topics", "groups", "cluster", "totals"):
        assert getattr(snapshot, name) == Loading("no broker can be reached"), name


@pytest.mark.parametrize(
    ("operation", "section"),
    [("layout", "topics"), ("layout", "cluster"), ("list_groups", "groups")],
)
async def test_a_section_that_may_not_be_read_is_refused(operation: str, section: str) -> None:
    watched = busy()
    watched.cluster.fail(operation, RefusedError("no right"))
    assert getattr(await watched.after(2), section) == Refused("no right")


async def test_retention_that_may_not_be_read_is_refused_and_no_other_section() -> None:
    watched = busy()
    watched.need(*View)
    watched.cluster.fail("topic_configs", RefusedError("no right"))
    snapshot = await watched.after(2)
    assert snapshot.retention == Refused("no right")
    assert isinstance(snapshot.topics, Ready)


async def test_every_part_of_a_topic_that_is_not_there_says_so() -> None:
    watched = busy()
    watched.need(View.TOPICS, topics=frozenset({"gone"}))
    detail = (await watched.after(2)).topic_details["gone"]
    absent = Refused("there is no topic gone, or no right to see it")
    assert (detail.partitions, detail.configs, detail.retention) == (absent, absent, absent)


async def test_retention_is_made_only_while_it_is_shown() -> None:
    watched = busy()
    assert isinstance((await watched.after(2)).retention, Loading)
    watched.need(View.RETENTION)
    (row,) = content((await watched.tick()).retention) or ()
    assert row.topic == "orders"
    assert isinstance(row.policy, Known)


async def test_between_rounds_rows_are_the_same_objects() -> None:
    watched = busy()
    first = await watched.after(20)
    second = await watched.tick()
    assert second is not first
    assert topic_of(second, "orders") is topic_of(first, "orders")
    assert group_of(second, "billing") is group_of(first, "billing")


async def test_a_snapshot_has_the_next_number_and_says_how_it_came_about() -> None:
    watched = WatchedCluster(interval_s=2.0)
    first, second = await watched.tick(), await watched.tick()
    assert (first.sequence, second.sequence) == (0, 1)
    assert second.at_ms == watched.clock.wall_ms()
    assert second.connection.state is ConnectionState.CONNECTED
    assert (second.cluster_name, second.interval_s, second.is_paused) == ("test", 2.0, False)


async def test_an_open_topic_has_its_detail_and_one_that_is_gone_says_so() -> None:
    watched = busy()
    watched.need(View.TOPICS, topics=frozenset({"orders", "nowhere"}))
    snapshot = await watched.after(3)
    detail = snapshot.topic_details["orders"]
    partitions = content(detail.partitions) or ()
    assert [row.index for row in partitions] == [0, 1, 2]
    assert all(isinstance(row.messages_per_s, Known) for row in partitions)
    assert {entry.name for entry in content(detail.configs) or ()} >= {"retention.ms"}
    assert isinstance(detail.retention, Ready)
    assert detail.lag_group == "billing"
    nowhere = snapshot.topic_details["nowhere"]
    assert isinstance(nowhere.partitions, Refused)
    assert "nowhere" in nowhere.partitions.reason


@pytest.mark.parametrize(
    ("error", "face"),
    [(RefusedError("no right"), Refused), (Failed("X", "not now"), Loading)],
)
async def test_configs_of_an_open_topic_that_cannot_be_read_say_why(
    error: ClusterError, face: type
) -> None:
    watched = busy()
    watched.cluster.answer_configs(error)
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    configs = (await watched.after(2)).topic_details["orders"].configs
    assert isinstance(configs, face)


async def test_the_partitions_show_the_lag_of_the_group_asked_for_else_of_the_worst() -> None:
    watched = busy()
    watched.world.add_group("ahead", "orders", committed=99, per_s=10)
    opened = frozenset({"orders"})
    watched.need(View.TOPICS, topics=opened)
    assert (await watched.after(2)).topic_details["orders"].lag_group == "billing"
    watched.need(View.TOPICS, topics=opened, lag_group="ahead")
    detail = (await watched.after(1)).topic_details["orders"]
    assert detail.lag_group == "ahead"
    watched.need(View.TOPICS, topics=opened, lag_group="nobody")
    assert (await watched.after(1)).topic_details["orders"].lag_group == "billing"


async def test_events_tell_what_happened_newest_first() -> None:
    watched = WatchedCluster(nodes=3)
    watched.world.add_topic("orders", 3, end=10, replication=3)
    await watched.after(3)
    watched.world.add_topic("payments", 1)
    await watched.after(3)
    watched.world.stop_node(3)
    watched.world.add_group("billing", "orders", committed=5)
    texts = [event.text for event in (await watched.after(4)).events]
    assert "group billing appeared" in texts
    assert "broker 3 is gone" in texts
    assert texts[-1] == "topic payments created (1×1)"


async def test_the_first_sight_of_a_cluster_is_no_news() -> None:
    assert (await busy().after(3)).events == ()


async def test_a_cluster_that_comes_back_has_not_lost_its_topics_in_between() -> None:
    watched = busy()
    await watched.after(3)
    watched.cluster.fail("layout", Unreachable("gone"))
    await watched.after(10)
    watched.cluster.fail("layout", None)
    texts = [event.text for event in (await watched.after(12)).events]
    assert not [text for text in texts if "topic" in text]


async def test_findings_keep_the_moment_of_their_first_sight() -> None:
    watched = WatchedCluster(nodes=3)
    watched.world.add_topic("orders", 3, replication=3)
    await watched.after(2)
    watched.world.stop_node(3)
    early = content((await watched.after(3)).health)
    late = content((await watched.after(20)).health)
    assert early is not None
    assert late is not None
    moments = [
        {finding.code: finding.since_ms for finding in health.findings} for health in (early, late)
    ]
    assert moments[0].keys() >= {"broker-down", "under-replicated"}
    assert moments[0] == moments[1]


async def test_health_is_stale_with_the_cluster_that_it_is_about() -> None:
    watched = busy()
    watched.need(View.HEALTH)
    await watched.after(2)
    watched.cluster.fail("layout", Unreachable("gone"))
    assert isinstance((await watched.after(3)).health, Stale)


async def test_sizes_that_cannot_be_read_leave_topics_without_a_size() -> None:
    watched = busy()
    watched.cluster.fail("directories", RefusedError("no right"))
    snapshot = await watched.after(2)
    assert isinstance(topic_of(snapshot, "orders").size_bytes, Unknown)
    assert isinstance(snapshot.topics, Ready)
    assert group_of(snapshot, "billing").is_enriched


async def test_brokers_have_what_is_written_to_them_and_how_fast_they_answer() -> None:
    watched = WatchedCluster(nodes=2)
    watched.world.add_topic("orders", 4, per_s=10, end=100)
    watched.cluster.round_trip_s[2] = 0.25
    watched.need(View.BROKERS, View.TRAFFIC)
    first, second = brokers_of(await watched.after(12))
    assert (first.leaders, second.leaders) == (2, 2)
    assert value_of(first.messages_per_s) == value_of(second.messages_per_s) == 20
    assert value_of(first.bytes_per_s) == 20 * RECORD_BYTES
    assert first.round_trip == Known(RoundTrip(0.001, 0.001), 0)
    assert second.round_trip == Known(RoundTrip(0.25, 0.25), 0)


async def test_a_broker_that_does_not_answer_has_neither_rate_nor_round_trip() -> None:
    watched = WatchedCluster(nodes=2)
    watched.world.add_topic("orders", 4, per_s=10, end=100)
    watched.need(View.BROKERS, View.TRAFFIC)
    await watched.after(5)
    watched.world.silent.add(2)
    first, second = brokers_of(await watched.after(5))
    assert value_of(first.messages_per_s) == 20
    for figure in (second.messages_per_s, second.bytes_per_s, second.round_trip):
        assert isinstance(figure, Unknown)
