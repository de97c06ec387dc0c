"""What is read of a topic or broker while it is open, and what is said where it is not told."""

import asyncio
from dataclasses import replace

import pytest

from console.model.figures import Known
from console.model.names import TopicPartition
from console.model.retention_plan import Cause
from console.model.section import Ready, Refused, Stale, content
from console.model.segments import SegmentKind
from console.model.snapshot import Snapshot
from console.model.topic import Producer, Producers
from console.port.errors import Unreachable
from console.port.readings import ProducerReading, SegmentReading
from console.sampling.needs import Needs, View
from tests.support.waiting import until
from tests.support.watched_cluster import WatchedCluster, busy


async def test_who_writes_is_asked_of_open_topics_where_it_is_told_and_shown() -> None:
    watched = busy()
    watched.world.add_topic("other", 1)
    producer = ProducerReading(4001, 0, 7, 1_000, None)
    watched.cluster.writers[TopicPartition("orders", 1)] = (producer,)
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    assert "producers" not in await watched.asked(3)
    watched.need(View.TOPICS, View.PRODUCERS, topics=frozenset({"orders"}))
    detail = (await watched.tick()).topic_details["orders"]
    assert content(detail.producers) == Producers((Producer(1, 4001, 0, 7, 1_000),))
    assert "producers" in await watched.asked(3)


async def test_who_writes_is_old_when_it_is_not_told_any_more_and_new_after_that() -> None:
    watched = busy()
    watched.need(View.TOPICS, View.PRODUCERS, topics=frozenset({"orders"}))
    await watched.tick()
    watched.cluster.fail("producers", Unreachable("no answer"))
    detail = (await watched.after(3)).topic_details["orders"]
    assert isinstance(detail.producers, Stale)
    watched.cluster.fail("producers", None)
    detail = (await watched.after(12)).topic_details["orders"]
    assert isinstance(detail.producers, Ready)


async def test_where_brokers_do_not_tell_who_writes_that_is_said_and_nothing_is_asked() -> None:
    watched = busy()
    watched.cluster.offered = replace(watched.cluster.offered, describes_producers=False)
    watched.need(View.TOPICS, View.PRODUCERS, topics=frozenset({"orders"}))
    detail = (await watched.tick()).topic_details["orders"]
    said = "brokers tell who writes from Kafka 2.8 on, and these do not"
    assert detail.producers == Refused(said)
    assert "producers" not in watched.cluster.calls


async def test_partitions_that_do_not_tell_who_writes_take_nothing_from_the_others() -> None:
    watched = WatchedCluster(nodes=2)
    watched.world.add_topic("orders", 2, end=5)
    watched.world.silent.add(2)
    watched.need(View.TOPICS, View.PRODUCERS, topics=frozenset({"orders"}))
    found = content((await watched.tick()).topic_details["orders"].producers)
    assert found == Producers((), 1, "kafka-2:9092 refused the connection")


TOLD = {TopicPartition("orders", 0): (SegmentReading(0, 700), SegmentReading(40, 300))}


def segmented(partitions: int = 1, nodes: int = 1) -> WatchedCluster:
    """A topic that keeps its records for an hour, and whose first partition tells its segments."""
    watched = WatchedCluster(nodes=nodes)
    configs = {"retention.ms": "3600000"}
    watched.world.add_topic("orders", partitions, end=100, configs=configs)
    watched.world.add_topic("other", 1, end=5)
    watched.cluster.told_segments = TOLD
    return watched


async def test_segments_are_asked_of_open_topics_while_they_are_shown() -> None:
    watched = segmented()
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    assert "segments" not in await watched.asked(3)
    watched.need(View.TOPICS, View.SEGMENTS, topics=frozenset({"orders"}))
    found = content((await watched.tick()).topic_details["orders"].segments)
    assert found is not None
    assert [(row.base_offset, row.size_bytes, row.kind.value) for row in found.rows] == [
        (0, 700, "closed"),
        (40, 300, "active"),
    ]
    assert (found.policy.retention_ms, found.rows[0].cause) == (3_600_000, Cause.AGE)
    assert "segments" not in await watched.asked(5)
    assert "segments" in await watched.asked(6)
    watched.need(View.TOPICS, topics=frozenset({"orders"}))
    assert "segments" not in await watched.asked(20)


async def test_a_log_whose_segments_are_not_told_is_one_row() -> None:
    watched = segmented(partitions=3, nodes=3)
    watched.world.silent.add(2)
    watched.need(View.TOPICS, View.SEGMENTS, topics=frozenset({"orders"}))
    found = content((await watched.tick()).topic_details["orders"].segments)
    assert found is not None
    assert [(row.partition, row.kind) for row in found.rows] == [
        (0, SegmentKind.CLOSED),
        (0, SegmentKind.ACTIVE),
        (2, SegmentKind.WHOLE_LOG),
    ]
    assert found.whole_logs == 1
    assert found.untold == {1: "kafka-2:9092 refused the connection"}


async def test_segments_are_old_when_no_partition_tells_any_more_and_new_after_that() -> None:
    watched = segmented()
    watched.need(View.TOPICS, View.SEGMENTS, topics=frozenset({"orders"}))
    await watched.tick()
    watched.cluster.fail("start_offsets", Unreachable("no answer"))
    detail = (await watched.after(11)).topic_details["orders"]
    assert isinstance(detail.segments, Stale)
    assert detail.segments.reason == "no answer"
    watched.cluster.fail("start_offsets", None)
    detail = (await watched.after(12)).topic_details["orders"]
    assert isinstance(detail.segments, Ready)


async def test_the_configuration_of_a_broker_is_asked_while_it_is_open() -> None:
    watched = busy()
    assert "broker_configs" not in await watched.asked(3)
    watched.sampler.need(Needs(frozenset({View.BROKERS}), broker=1))
    snapshot = await watched.tick()
    entries = {entry.name: entry for entry in content(snapshot.broker_configs[1]) or ()}
    assert entries["num.partitions"].is_read_only
    assert not entries["max.connections"].is_own
    watched.cluster.broker_values[1] = {"max.connections": "9"}
    watched.sampler.refresh()
    entries = {e.name: e for e in content((await watched.tick()).broker_configs[1]) or ()}
    assert entries["max.connections"].is_own
    watched.sampler.need(Needs(frozenset({View.BROKERS})))
    assert not (await watched.tick()).broker_configs


def rates_of(snapshot: Snapshot, topic: str) -> list[float]:
    """The rates of an open topic's partitions, those that are known."""
    rows = content(snapshot.topic_details[topic].partitions) or ()
    return [row.messages_per_s.value for row in rows if isinstance(row.messages_per_s, Known)]


async def test_partitions_of_a_topic_that_is_opened_while_offsets_are_read_have_their_rates() -> (
    None
):
    """Half a minute ago it was asked last: those ends are no reading of the round under way."""
    watched = busy()
    watched.world.add_topic("unread", 2, per_s=50)
    await watched.after(10)
    watched.need(View.GROUPS)
    await watched.after(30)
    watched.clock.advance(1)
    gate = watched.cluster.hold("end_offsets")
    ticking = asyncio.ensure_future(watched.tick())
    await until(lambda: watched.cluster.in_flight["end_offsets"])
    watched.need(View.TOPICS, topics=frozenset({"unread"}))
    gate.set()
    shown = [await ticking, *[await watched.after(1) for _ in range(3)]]
    rates = [rate for snapshot in shown for rate in rates_of(snapshot, "unread")]
    assert rates == pytest.approx([50.0] * len(rates))
    assert rates
