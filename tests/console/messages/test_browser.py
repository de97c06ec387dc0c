"""A browser's pages: newest first, around a place, through a filter, live; always bounded."""

import asyncio

import pytest

from console.messages import browser as module
from console.messages.browser import Browser, name_of
from console.messages.filter import parse_record_filter
from console.messages.seek import parse_seek
from console.port.errors import Refused, Unreachable
from console.port.readings import RecordReading
from console.port.source import Source
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.waiting import until

TOPIC = "orders"


def cluster_of(end: int, partitions: int = 1) -> FakeCluster:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(TOPIC, partitions, end=end)
    return cluster


def browser_of(cluster: FakeCluster, *, place: str = "", find: str = "") -> Browser:
    clock = cluster.world.clock
    partitions = range(len(cluster.world.topics[TOPIC].partitions))
    return Browser(
        Source(cluster, cluster, clock),
        TOPIC,
        partitions,
        lambda: None,
        place=parse_seek(place, clock.wall_ms()) if place else None,
        keep=parse_record_filter(find, clock.wall_ms()),
    )


def offsets_of(browser: Browser, partition: int = 0) -> list[int]:
    return sorted(hit.record.offset for hit in browser.hits if hit.partition == partition)


async def test_the_first_page_is_the_newest_and_older_ones_follow_to_the_first_record() -> None:
    browser = browser_of(cluster_of(250))
    await browser.begin()
    assert offsets_of(browser) == list(range(150, 250))
    assert browser.left_offsets == 150
    await browser.older()
    await browser.older()
    assert offsets_of(browser) == list(range(250))
    await browser.older()
    assert not browser.has_older
    assert not browser.goes_on


async def test_newer_records_are_those_written_since_and_none_is_missing() -> None:
    cluster = cluster_of(150)
    browser = browser_of(cluster)
    await browser.begin()
    cluster.world.topics[TOPIC].partitions[0].end = Flow(300)
    await browser.newer()
    assert browser.goes_on
    await browser.go_on()
    assert offsets_of(browser) == list(range(50, 300))
    await browser.newer()
    assert offsets_of(browser)[-1] == 299


async def test_around_a_place_are_the_records_from_there_on_and_those_before() -> None:
    browser = browser_of(cluster_of(1000), place="500")
    await browser.begin()
    assert offsets_of(browser) == list(range(400, 600))
    assert browser.landing == (0, 500)
    await browser.newer()
    await browser.older()
    assert offsets_of(browser) == list(range(300, 700))


async def test_a_place_in_one_partition_leaves_out_the_others() -> None:
    browser = browser_of(cluster_of(100, partitions=3), place="p1:90")
    await browser.begin()
    assert {hit.partition for hit in browser.hits} == {1}
    assert browser.landing == (1, 90)


async def test_a_filter_reads_to_the_true_end_and_says_so() -> None:
    browser = browser_of(cluster_of(40_000), find="record 12")
    await browser.begin()
    while browser.goes_on:
        await browser.go_on()
    expected = [n for n in range(40_000) if "record 12" in f"record {n}"]
    assert offsets_of(browser) == expected
    progress = browser.progress
    assert progress is not None
    assert progress.scanned_offsets == progress.total_offsets == 40_000


async def test_a_search_from_a_place_finds_what_is_newer_and_leaves_the_rest_until_asked() -> None:
    browser = browser_of(cluster_of(1000), place="900", find="record 1")
    await browser.begin()
    assert not browser.hits
    assert browser.has_older
    await browser.older()
    assert 199 in offsets_of(browser)


async def test_stopping_ends_a_search_at_once_and_going_on_finds_the_rest() -> None:
    """The answer of the cluster does not come; the search is stopped while it is awaited."""
    cluster = cluster_of(300)
    gate = cluster.hold("read")
    browser = browser_of(cluster, find="record")
    searching = asyncio.create_task(browser.begin())
    await until(lambda: "read" in cluster.calls)
    assert browser.is_reading
    browser.stop()
    await searching
    assert not browser.is_reading
    assert browser.goes_on
    gate.set()
    while browser.goes_on:
        await browser.go_on()
    assert offsets_of(browser) == list(range(300))


async def test_one_broker_down_leaves_the_other_partitions() -> None:
    cluster = FakeCluster(FakeClock(), nodes=3)
    cluster.world.add_topic(TOPIC, 3, end=10)
    cluster.world.silent.add(2)
    browser = browser_of(cluster)
    await browser.begin()
    assert {hit.partition for hit in browser.hits} == {0, 2}
    assert [key.partition for key in browser.failures] == [1]
    assert browser.problem is None


async def test_partition_that_a_place_cannot_be_found_in_is_told() -> None:
    cluster = FakeCluster(FakeClock(), nodes=3)
    cluster.world.add_topic(TOPIC, 3, end=10)
    cluster.world.silent.add(2)
    browser = browser_of(cluster, place="end-5")
    await browser.begin()
    assert {hit.partition for hit in browser.hits} == {0, 2}
    assert [key.partition for key in browser.failures] == [1]


async def test_live_end_tells_of_a_partition_that_is_not_followed_and_follows_it_when_it_can() -> (
    None
):
    cluster = FakeCluster(FakeClock(), nodes=3)
    cluster.world.add_topic(TOPIC, 3, end=10)
    cluster.world.silent.add(2)
    browser = browser_of(cluster)
    await browser.begin()
    following = asyncio.create_task(browser.follow())
    await until(lambda: browser.live is not None)
    assert [key.partition for key in browser.failures] == [1]
    browser.stop()
    await following

    cluster.world.silent.clear()
    following = asyncio.create_task(browser.follow())
    await until(lambda: browser.live is not None)
    cluster.world.topics[TOPIC].partitions[1].end = Flow(11)
    await until(lambda: offsets_of(browser, 1) == [10])
    assert not browser.failures
    browser.stop()
    await following


@pytest.mark.parametrize("error", [Refused("no right to read"), Unreachable("nobody answers")])
async def test_what_cannot_be_asked_at_all_is_a_problem(error: Exception) -> None:
    cluster = cluster_of(10)
    cluster.fail("end_offsets", error)
    browser = browser_of(cluster)
    await browser.begin()
    assert browser.problem is error
    assert not browser.is_reading


async def test_the_live_end_goes_on_where_the_newest_page_ended() -> None:
    cluster = cluster_of(10)
    browser = browser_of(cluster)
    await browser.begin()
    cluster.world.topics[TOPIC].partitions[0].end = Flow(15)
    following = asyncio.create_task(browser.follow())
    await until(lambda: len(browser.hits) == 15)
    assert browser.is_live
    browser.pause()
    await until(lambda: browser.live is not None and browser.live.is_paused)
    cluster.world.topics[TOPIC].partitions[0].end = Flow(20)
    await asyncio.sleep(0)
    assert len(browser.hits) == 15
    browser.pause()
    await until(lambda: len(browser.hits) == 20)
    browser.stop()
    await following
    assert not browser.is_live
    cluster.world.topics[TOPIC].partitions[0].end = Flow(22)
    await browser.newer()
    assert offsets_of(browser) == list(range(22))


async def test_the_live_end_begins_at_the_newest_when_a_place_was_far_from_it() -> None:
    cluster = cluster_of(1000)
    browser = browser_of(cluster, place="beginning")
    await browser.begin()
    following = asyncio.create_task(browser.follow())
    await until(lambda: browser.is_live)
    assert not browser.hits
    cluster.world.topics[TOPIC].partitions[0].end = Flow(1003)
    await until(lambda: len(browser.hits) == 3)
    browser.stop()
    await following
    await browser.older()
    assert offsets_of(browser) == list(range(900, 1003))


async def test_reading_rests_when_as_much_is_held_as_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "HELD_RECORDS_MAX", 100)
    browser = browser_of(cluster_of(500))
    await browser.begin()
    assert browser.is_full
    await browser.older()
    assert len(browser.hits) == 100


async def test_the_live_end_lets_go_of_the_oldest_and_older_ones_are_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "HELD_RECORDS_MAX", 200)
    cluster = cluster_of(100)
    browser = browser_of(cluster)
    await browser.begin()
    following = asyncio.create_task(browser.follow())
    await until(lambda: browser.is_live)
    cluster.world.topics[TOPIC].partitions[0].end = Flow(260)
    await until(lambda: (0, 259) in {name_of(hit) for hit in browser.hits})
    browser.stop()
    await following
    kept = offsets_of(browser)
    assert len(kept) == 180
    assert kept == list(range(80, 260))
    monkeypatch.setattr(module, "HELD_RECORDS_MAX", 1000)
    await browser.older()
    assert offsets_of(browser) == list(range(260))


async def test_partitions_that_a_topic_gets_are_read_on_from_their_beginning() -> None:
    cluster = cluster_of(10)
    browser = browser_of(cluster)
    await browser.begin()
    cluster.world.grow(cluster.world.topics[TOPIC], 1, 1, 3, 0.0)
    browser.take_partitions(2)
    assert browser.partition_count == 2
    await browser.newer()
    assert offsets_of(browser, 1) == [0, 1, 2]
    assert offsets_of(browser) == list(range(10))


async def test_the_live_end_follows_partitions_that_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD_RECORDS_MAX", 100)
    cluster = cluster_of(10)
    browser = browser_of(cluster)
    await browser.begin()
    following = asyncio.create_task(browser.follow())
    await until(lambda: browser.is_live)
    cluster.world.grow(cluster.world.topics[TOPIC], 1, 1, 150, 0.0)
    browser.take_partitions(2)
    await until(lambda: (1, 149) in {name_of(hit) for hit in browser.hits})
    browser.stop()
    await following
    assert len(browser.hits) <= 100
    monkeypatch.setattr(module, "HELD_RECORDS_MAX", 1_000)
    while browser.has_older:
        await browser.older()
    assert offsets_of(browser, 1) == list(range(150)), "what was let go of is read again"


async def test_partitions_that_are_not_looked_for_are_not_read() -> None:
    cluster = cluster_of(10, partitions=2)
    for browser in (browser_of(cluster, place="p0:5"), browser_of(cluster, find="partition == 0")):
        await browser.begin()
        cluster.world.grow(cluster.world.topics[TOPIC], 1, 1, 3, 0.0)
        browser.take_partitions(len(cluster.world.topics[TOPIC].partitions))
        await browser.newer()
        assert {hit.partition for hit in browser.hits} == {0}


async def test_a_page_of_large_records_ends_early_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PAGE_BYTES_MAX", 4_500)
    cluster = cluster_of(0)
    partition = cluster.world.topics[TOPIC].partitions[0]
    for offset in range(12):
        partition.records[offset] = RecordReading(offset, offset, None, b"x" * 1_000, ())
    partition.end = Flow(12)
    browser = browser_of(cluster)
    await browser.begin()
    assert offsets_of(browser) == list(range(7, 12))
    assert browser.goes_on
    await browser.go_on()
    assert offsets_of(browser) == list(range(2, 12))
    await browser.older()
    assert offsets_of(browser) == list(range(12))
    assert not browser.has_older


async def test_a_search_for_large_records_ends_early_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is read and is no hit does not count."""
    monkeypatch.setattr(module, "PAGE_BYTES_MAX", 2_000)
    cluster = cluster_of(0)
    partition = cluster.world.topics[TOPIC].partitions[0]
    for offset in range(30):
        value = (b"hit " if offset % 10 == 0 else b"other ") + b"x" * 1_500
        partition.records[offset] = RecordReading(offset, offset, None, value, ())
    partition.end = Flow(30)
    browser = browser_of(cluster, find="hit")
    await browser.begin()
    assert offsets_of(browser) == [10, 20]
    await browser.go_on()
    assert offsets_of(browser) == [0, 10, 20]
