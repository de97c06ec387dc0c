"""Copies of records: which ones, where each goes, what it keeps."""

import asyncio
from dataclasses import replace

import pytest

from console.messages.bulk import STEP_RECORDS, Addressed, Item, Supply, Unfit
from console.messages.copies import SHOWN, Chosen, Found, Rule
from console.messages.filter import parse_record_filter
from console.messages.lane import Hit
from console.messages.search import Search
from console.messages.seek import parse_seek
from console.model.names import TopicPartition
from console.port.cluster import NewRecord
from console.port.errors import Unreachable
from console.port.readings import RecordReading, Standing
from console.port.source import Source
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.waiting import until

TOPICS = {"retry": 4, "orders": 2}


def hit_of(offset: int = 7, at_ms: int = 99, **headers: bytes | None) -> Hit:
    record = RecordReading(offset, at_ms, b"k", b"v", tuple(headers.items()))
    return Hit(TopicPartition("orders", 3), record)


def cluster_of(end: int) -> FakeCluster:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 2, end=end)
    return cluster


def search_of(cluster: FakeCluster, find: str = "", place: str = "") -> Search:
    clock = cluster.world.clock
    return Search(
        Source(cluster, cluster, clock),
        "orders",
        (0, 1),
        parse_seek(place, 0) if place else None,
        parse_record_filter(find, clock.wall_ms()),
    )


async def all_of(supply: Supply) -> list[Item]:
    items: list[Item] = []
    while step := await supply.step():
        assert len(step) <= STEP_RECORDS
        items.extend(step)
    return items


def places(items: list[Item]) -> list[tuple[int, int]]:
    """Partition and offset of the originals, which copies that keep both show."""
    return [
        (each.record.partition or 0, int((each.record.value or b"")[7:]))
        for each in items
        if isinstance(each, Addressed)
    ]


KEEPING = Rule({"orders": 2}, "orders", keeps_partition=True)


def test_a_copy_goes_where_its_key_belongs_unless_told_otherwise() -> None:
    headers = (("h", None),)
    assert Rule(TOPICS, "retry")(hit_of(h=None)) == Addressed(
        "retry", NewRecord(b"k", b"v", headers)
    )
    rule = Rule(TOPICS, "retry", keeps_partition=True, keeps_time=True)
    assert rule(hit_of(h=None)) == Addressed("retry", NewRecord(b"k", b"v", headers, 3, 99))
    rule = Rule(TOPICS, "retry", partition=2)
    assert rule(hit_of()) == Addressed("retry", NewRecord(b"k", b"v", (), 2))


def test_a_header_names_the_topic_and_the_last_one_counts() -> None:
    rule = Rule(TOPICS, header="from")
    record = RecordReading(7, 99, None, b"v", (("from", b"orders"), ("from", b"retry")))
    copy = rule(Hit(TopicPartition("dead", 0), record))
    assert isinstance(copy, Addressed)
    assert copy.topic == "retry"


@pytest.mark.parametrize(
    ("rule", "hit", "reason"),
    [
        (Rule(TOPICS, header="from"), hit_of(), "it has no header from"),
        (Rule(TOPICS, header="from"), hit_of(**{"from": None}), "it has no header from"),
        (Rule(TOPICS, header="from"), hit_of(**{"from": b"x\x1b"}), "there is no topic x␛"),
        (Rule(TOPICS, "nowhere"), hit_of(), "there is no topic nowhere"),
        (Rule(TOPICS, "orders", keeps_partition=True), hit_of(), "orders has no partition 3"),
    ],
)
def test_what_has_no_place_is_told_and_makes_no_topic(rule: Rule, hit: Hit, reason: str) -> None:
    assert rule(hit) == Unfit(reason)


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing.ABORTED, "its transaction was aborted"),
        (Standing.OPEN, "its transaction is not settled"),
    ],
)
def test_what_was_never_committed_is_not_copied(standing: Standing, reason: str) -> None:
    hit = hit_of()
    marked = replace(hit, record=replace(hit.record, standing=standing))
    assert Rule(TOPICS, "retry")(marked) == Unfit(reason)


def test_a_record_without_a_time_gets_a_new_one() -> None:
    copy = Rule(TOPICS, "retry", keeps_time=True)(hit_of(at_ms=-1))
    assert isinstance(copy, Addressed)
    assert copy.record.timestamp_ms is None


async def test_what_is_in_hand_is_copied_oldest_first() -> None:
    chosen = Chosen([hit_of(9, 30), hit_of(8, 10), hit_of(7, 10)])
    assert (chosen.amount.count, chosen.amount.is_exact) == (3, True)
    assert [hit.record.offset for hit in chosen.amount.first] == [7, 8, 9]
    supply = chosen.supply(Rule(TOPICS, "retry"))
    assert len(await all_of(supply)) == 3
    assert supply.share == 1.0


async def test_all_of_a_topic_is_planned_without_being_read() -> None:
    cluster = cluster_of(2_500)
    found = Found(search_of(cluster))
    assert not found.is_ready
    await found.count(lambda: None)
    amount = found.amount
    assert (amount.count, amount.is_most, amount.is_exact) == (5_000, True, False)
    assert len(amount.first) == SHOWN
    items = await all_of(found.supply(KEEPING))
    assert sorted(places(items)) == [(p, offset) for p in (0, 1) for offset in range(2_500)]


async def test_what_passes_a_filter_is_counted_and_what_comes_later_is_no_part_of_it() -> None:
    cluster = cluster_of(2_500)
    found = Found(search_of(cluster, "record 17"))
    told: list[int] = []
    await found.count(lambda: told.append(found.amount.count))
    assert (found.amount.count, found.amount.is_exact) == (2 * 111, True)
    assert told[-1] == 2 * 111
    for partition in cluster.world.topics["orders"].partitions:
        partition.end = Flow(17_500)
    supply = found.supply(KEEPING)
    assert len(places(await all_of(supply))) == 2 * 111
    assert supply.share == 1.0


async def test_the_place_bounds_what_is_copied() -> None:
    found = Found(search_of(cluster_of(100), place="p1:97"))
    await found.count(lambda: None)
    assert places(await all_of(found.supply(KEEPING))) == [(1, 97), (1, 98), (1, 99)]


async def test_counting_leaves_the_counts_of_the_search_alone() -> None:
    search = search_of(cluster_of(100), "record 17")
    found = Found(search)
    await found.count(lambda: None)
    await all_of(found.supply(KEEPING))
    assert search.keep is not None
    assert search.keep.stages.records == 0


async def test_what_cannot_be_asked_is_told() -> None:
    cluster = cluster_of(10)
    cluster.fail("start_offsets", Unreachable("nobody answers"))
    found = Found(search_of(cluster))
    await found.count(lambda: None)
    assert not found.is_ready
    assert found.amount.problem == "nobody answers"


async def test_a_partition_that_cannot_be_read_is_told() -> None:
    cluster = cluster_of(10)
    found = Found(search_of(cluster, "record"))
    cluster.world.topics["orders"].partitions[1].leader = 9
    cluster.world.silent.add(9)
    await found.count(lambda: None)
    problem = "partition 1 cannot be read: kafka-9:9092 refused the connection"
    assert (found.amount.problem, found.amount.is_exact) == (problem, False)
    supply = found.supply(KEEPING)
    assert len(await all_of(supply)) == 10
    assert supply.trouble == problem


async def test_copying_that_is_stopped_waits_for_no_answer() -> None:
    cluster = cluster_of(10)
    found = Found(search_of(cluster))
    await found.count(lambda: None)
    supply = found.supply(KEEPING)
    cluster.hold("read")
    step = asyncio.create_task(supply.step())
    await until(lambda: cluster.in_flight["read"] > 0)
    supply.stop()
    assert await step == []
