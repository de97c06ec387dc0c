"""The one poller of a cluster: what it asks, in which order, how often, and what it publishes."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from console.model.figures import Known, Total, Unknown
from console.model.group import GroupState
from console.model.names import TopicPartition
from console.model.section import LOADING, Ready, content
from console.model.snapshot import Snapshot
from console.port.errors import Failed
from console.sampling.cadence import Round
from console.sampling.needs import View
from console.sampling.sampler import Sampler
from tests.support.waiting import until
from tests.support.watched_cluster import (
    WatchedCluster,
    busy,
    group_of,
    running,
    topic_of,
    value_of,
)

GROUP_CALLS = {"list_groups", "describe_groups", "committed"}


async def test_committed_offsets_are_read_before_end_offsets_and_those_before_stable_ones() -> None:
    watched = busy()
    await watched.tick()
    order = ["committed", "end_offsets", "stable_offsets"]
    assert [call for call in await watched.asked(3) if call in order] == order * 3


async def test_a_reader_that_is_always_at_the_end_never_has_a_negative_or_clamped_lag() -> None:
    """The group commits the end at every moment, and time passes between the two questions."""
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, per_s=1000, end=500)
    watched.world.add_group("billing", "orders", committed=500, per_s=1000)
    gate = watched.cluster.hold("end_offsets")
    ticking = asyncio.ensure_future(watched.tick())
    await until(lambda: watched.cluster.in_flight["end_offsets"])
    watched.clock.advance(0.25)
    gate.set()
    group = group_of(await ticking, "billing")
    assert group.lag_total == Total(250)
    assert group.clamps == 0


async def test_lag_is_end_minus_committed_in_the_round_after_every_change() -> None:
    watched = busy()
    assert group_of(await watched.after(1), "billing").lag_total == Total(120)
    watched.world.set_speed("billing", 0)
    assert group_of(await watched.after(1), "billing").lag_total == Total(150)
    assert group_of(await watched.after(10), "billing").lag_total == Total(450)
    watched.world.set_speed("billing", 160)
    assert group_of(await watched.after(1), "billing").lag_total == Total(0)


async def test_after_an_absence_everything_is_asked_at_once_however_long_it_backed_off() -> None:
    watched = busy()
    await watched.tick()
    for node in watched.world.nodes:
        watched.world.stop_node(node)
    await watched.after(60)
    for node in watched.world.nodes:
        watched.world.start_node(node)
    while "layout" not in await watched.asked(1):
        pass
    assert {*GROUP_CALLS, "end_offsets", "directories", "topic_configs"} <= {
        *watched.cluster.calls,
        "describe_groups",
    }
    snapshot = await watched.tick()
    assert isinstance(snapshot.groups, Ready)
    assert isinstance(snapshot.topics, Ready)
    assert group_of(snapshot, "billing").lag_total == Total(120)


async def test_a_question_that_keeps_failing_is_asked_less_often_and_the_others_are_not() -> None:
    watched = busy()
    await watched.tick()
    watched.cluster.fail("list_groups", Failed("COORDINATOR_NOT_AVAILABLE", "not available"))
    asked = Counter(await watched.asked(60))
    assert asked["end_offsets"] == 60
    assert 3 <= asked["list_groups"] <= 10
    watched.cluster.fail("list_groups", None)
    assert Counter(await watched.asked(60))["list_groups"] >= 17


@pytest.mark.parametrize(
    ("views", "never"),
    [
        ({View.BROKERS}, GROUP_CALLS | {"end_offsets", "topic_configs", "offsets_at"}),
        ({View.ENGINE}, GROUP_CALLS | {"end_offsets", "start_offsets", "stable_offsets"}),
        ({View.GROUPS}, {"directories", "topic_configs", "offsets_at", "metrics"}),
        ({View.TOPICS}, {"offsets_at", "metrics"}),
        ({View.HEALTH}, {"topic_configs", "offsets_at"}),
    ],
)
async def test_only_what_a_screen_shows_is_asked(views: set[View], never: set[str]) -> None:
    watched = busy()
    await watched.after(5)
    watched.need(*views)
    asked = set(await watched.asked(40))
    assert not asked & never
    assert "layout" in asked


async def test_a_groups_screen_reads_the_ends_of_consumed_partitions_only() -> None:
    watched = busy()
    watched.world.add_topic("unread", 5, end=10)
    watched.need(View.GROUPS)
    await watched.after(5)
    assert {key.topic for key in watched.cluster.ends} == {"orders"}


async def test_of_very_many_groups_only_those_in_sight_are_enriched() -> None:
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, end=100)
    for number in range(5000):
        watched.world.add_group(f"group-{number:04d}", "orders", committed=60)
    watched.need(View.GROUPS)
    snapshot = await watched.after(2)
    groups = content(snapshot.groups) or ()
    assert len(groups) == 5000
    assert not any(group.is_enriched for group in groups)
    watched.need(View.GROUPS, groups=frozenset({"group-0007", "group-4999"}))
    snapshot = await watched.tick()
    enriched = [group.name for group in content(snapshot.groups) or () if group.is_enriched]
    assert enriched == ["group-0007", "group-4999"]


async def test_turning_to_groups_that_are_followed_already_asks_nothing_more() -> None:
    watched = busy()
    watched.need(View.GROUPS)
    await watched.after(5)
    watched.cluster.calls.clear()
    watched.need(View.GROUPS, groups=frozenset({"billing"}))
    await watched.tick()
    assert "committed" not in watched.cluster.calls


async def test_a_round_never_overlaps_itself_and_holds_up_no_other() -> None:
    watched = busy()
    published: list[Snapshot] = []
    gate = watched.cluster.hold("end_offsets")
    async with running(watched, published):
        await until(lambda: watched.cluster.in_flight["end_offsets"])
        for _ in range(20):
            layouts = watched.cluster.calls.count("layout")
            watched.clock.advance(5)
            watched.sampler.refresh()
            await until(lambda seen=layouts: watched.cluster.calls.count("layout") > seen)
        assert watched.cluster.calls.count("end_offsets") == 1
        gate.set()
        await until(lambda: published and group_of(published[-1], "billing").is_enriched)


async def test_what_the_screen_turns_to_is_asked_while_another_question_hangs() -> None:
    """The interval is long and a round hangs: the new screen does not wait for either."""
    watched = WatchedCluster(interval_s=60.0)
    watched.world.add_topic("orders", 1, end=100)
    watched.need(View.BROKERS)
    watched.cluster.hold("directories")
    async with running(watched, []):
        await until(lambda: watched.cluster.in_flight["directories"])
        watched.need(View.RETENTION)
        await until(lambda: "offsets_at" in watched.cluster.calls)
        assert watched.cluster.in_flight["directories"] == 1
        assert watched.cluster.calls.count("directories") == 1


async def test_an_opened_topic_is_read_in_whole_even_if_its_configs_are_being_read() -> None:
    watched = busy()
    gate = watched.cluster.hold("topic_configs")
    ticking = asyncio.ensure_future(watched.tick())
    await until(lambda: watched.cluster.in_flight["topic_configs"])
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    gate.set()
    detail = (await ticking).topic_details["orders"]
    configs = content(detail.configs)
    assert configs is not None
    assert "segment.bytes" in {entry.name for entry in configs}


async def test_a_retention_screen_asks_at_once_for_oldest_records_that_were_never_asked() -> None:
    """A topic that was opened before had its oldest records read, and only its own."""
    watched = busy()
    watched.world.add_topic("payments", 2, end=10)
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    await watched.after(2)
    watched.need(View.RETENTION)
    snapshot = await watched.tick()
    oldest = {row.topic: row.oldest_ms for row in content(snapshot.retention) or ()}
    assert isinstance(oldest["orders"], Known)
    assert isinstance(oldest["payments"], Known)


async def test_the_facts_of_a_new_topic_come_with_its_first_sight() -> None:
    watched = busy()
    await watched.after(3)
    watched.world.add_topic("fresh", 1)
    while True:
        snapshot = await watched.after(1)
        rows = [topic for topic in content(snapshot.topics) or () if topic.name == "fresh"]
        if rows:
            break
    assert isinstance(rows[0].retention, Known)


async def test_rates_do_not_sink_while_no_screen_shows_them_nor_leap_when_one_does_again() -> None:
    """On the groups' screen the ends of unread topics are not asked: they did not stand still."""
    watched = busy()
    watched.world.add_topic("unread", 2, per_s=50)
    snapshot = await watched.after(10)
    assert value_of(topic_of(snapshot, "unread").messages_per_s) == pytest.approx(100)
    watched.need(View.GROUPS)
    await watched.after(30)
    watched.need(View.OVERVIEW)
    for _ in range(5):
        snapshot = await watched.after(1)
        assert value_of(topic_of(snapshot, "unread").messages_per_s) == pytest.approx(100)
        totals = content(snapshot.totals)
        assert totals is not None
        assert value_of(totals.messages_per_s) == pytest.approx(130)
        assert all(each == pytest.approx(130) for each in totals.messages_history.values)


async def test_a_pause_stops_asking_and_not_the_pictures() -> None:
    watched = busy()
    await watched.tick()
    watched.sampler.pause(is_paused=True)
    assert await watched.asked(30) == []
    assert (await watched.tick()).is_paused
    watched.sampler.pause(is_paused=False)
    assert "end_offsets" in await watched.asked(1)


async def test_what_a_pause_held_up_is_asked_as_soon_as_it_ends() -> None:
    """An interval of a minute, of which the pause took a second: nothing is due by itself."""
    watched = busy()
    watched.sampler.set_interval(60.0)
    await watched.after(1)
    watched.sampler.pause(is_paused=True)
    watched.cluster.calls.clear()
    watched.sampler.pause(is_paused=False)
    await watched.tick()
    assert {"layout", "end_offsets", "directories", *GROUP_CALLS} <= set(watched.cluster.calls)


async def test_a_refresh_asks_everything_that_the_screen_shows_now() -> None:
    watched = busy()
    await watched.after(1)
    watched.cluster.calls.clear()
    watched.sampler.refresh()
    await watched.tick()
    assert {"layout", "directories", "topic_configs", *GROUP_CALLS} <= set(watched.cluster.calls)


async def test_a_longer_interval_asks_less_often() -> None:
    watched = busy()
    await watched.after(1)
    watched.sampler.set_interval(10.0)
    assert Counter(await watched.asked(60))["end_offsets"] in (6, 7)


async def test_pictures_come_as_soon_as_there_is_something_new_to_see() -> None:
    """An interval of an hour: none of these pictures can be owed to time that passed."""
    watched = WatchedCluster(interval_s=3600.0)
    watched.world.add_topic("orders", 1, end=100)
    watched.world.add_group("billing", "orders", committed=60)
    published: list[Snapshot] = []
    async with running(watched, published):
        await until(lambda: published and content(published[-1].groups))
        await until(lambda: group_of(published[-1], "billing").lag_total == Total(40))
        watched.world.add_topic("payments", 1)
        watched.sampler.refresh()
        await until(lambda: len(content(published[-1].topics) or ()) == 2)
    assert [each.sequence for each in published] == list(range(len(published)))


async def test_it_is_told_once_that_the_first_questions_are_answered() -> None:
    watched = busy()
    told: list[str] = []
    sampler = Sampler(
        watched.cluster, watched.clock, name="test", on_read=lambda: told.append("read")
    )
    gate = watched.cluster.hold("end_offsets")
    published: list[Snapshot] = []
    feed = asyncio.ensure_future(sampler.run(published.append))
    await until(lambda: published and content(published[-1].topics))
    assert told == []
    gate.set()
    await until(lambda: told)
    sampler.refresh()
    seen = len(published)
    await until(lambda: len(published) > seen + 1)
    assert told == ["read"]
    feed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await feed


async def test_the_first_picture_waits_for_no_answer() -> None:
    watched = WatchedCluster(interval_s=0.0)
    published: list[Snapshot] = []
    watched.cluster.hold("layout")
    async with running(watched, published):
        await until(lambda: published)
    assert published[0].topics == LOADING


async def test_a_feed_that_is_cancelled_as_something_is_wanted_of_it_ends() -> None:
    watched = busy()
    published: list[Snapshot] = []
    async with running(watched, published):
        await until(lambda: published)
        watched.sampler.refresh()
    pictures, calls = len(published), len(watched.cluster.calls)
    watched.clock.advance(60)
    watched.sampler.refresh()
    for _ in range(10):
        await asyncio.sleep(0)
    assert (len(published), len(watched.cluster.calls)) == (pictures, calls)


async def test_histories_begin_anew_when_the_wall_clock_goes_back() -> None:
    watched = busy()
    await watched.after(5)
    watched.clock.step_wall(-3600)
    snapshot = await watched.after(3)
    times = group_of(snapshot, "billing").lag_history.times_ms
    assert times == tuple(watched.clock.wall_ms() - back for back in (2000, 1000, 0))


async def test_rates_are_told_on_after_the_wall_clock_went_back() -> None:
    watched = busy()
    await watched.after(5)
    watched.clock.step_wall(-3600)
    watched.world.set_rate("orders", 50)
    snapshot = await watched.after(3)
    assert value_of(topic_of(snapshot, "orders").messages_per_s) == pytest.approx(150)
    totals = content(snapshot.totals)
    assert totals is not None
    assert totals.messages_history.times_ms[-1] == watched.clock.wall_ms()


async def test_a_group_that_is_gone_is_forgotten() -> None:
    watched = busy()
    await watched.after(2)
    del watched.world.groups["billing"]
    snapshot = await watched.after(4)
    assert content(snapshot.groups) == ()
    assert isinstance(topic_of(snapshot, "orders").lag, Unknown)


async def test_a_group_that_only_joined_is_followed_by_its_assignment() -> None:
    watched = WatchedCluster()
    watched.world.add_topic("orders", 2, end=100)
    watched.world.add_group("new", "orders", committed=None, members=2)
    group = group_of(await watched.after(4), "new")
    assert group.state is GroupState.STABLE
    assert [row.name for row in group.partitions] == [
        TopicPartition("orders", 0),
        TopicPartition("orders", 1),
    ]
    assert [row.client_id for row in group.partitions] == ["new-0", "new-1"]


@pytest.mark.parametrize("each", Round)
async def test_a_round_that_raises_something_unforeseen_is_not_swallowed(each: Round) -> None:
    """A fault of the program ends the feed, where the application can tell it."""
    watched = busy()
    operation = {
        Round.LAYOUT: "layout",
        Round.OFFSETS: "end_offsets",
        Round.GROUPS: "list_groups",
        Round.MEMBERS: "describe_groups",
        Round.STARTS: "start_offsets",
        Round.DISKS: "directories",
        Round.CONFIGS: "topic_configs",
        Round.OLDEST: "offsets_at",
        Round.AGES: "record_times",
        Round.VITALS: "metrics",
        Round.PRODUCERS: "producers",
        Round.SEGMENTS: "segments",
        Round.BROKER_CONFIGS: "broker_configs",
        Round.ROUND_TRIPS: "round_trips",
    }[each]
    watched.need(*View, topics=frozenset({"orders"}), broker=1)
    watched.cluster.offered = replace(watched.cluster.offered, tells_vitals=True)
    watched.cluster.metric_samples = ()
    watched.cluster.fail(operation, ZeroDivisionError())  # type: ignore[arg-type]
    with pytest.raises(ExceptionGroup) as caught:
        await watched.after(10)
    assert caught.group_contains(ZeroDivisionError)
