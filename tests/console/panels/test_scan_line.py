"""The line about the reading of messages: what it says in each state, and what gives way."""

from dataclasses import replace

import pytest

from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.browser import Browser
from console.messages.filter import parse_record_filter
from console.messages.progress import Ending, Progress
from console.messages.seek import parse_seek
from console.messages.tail import TailReport
from console.model.names import TopicPartition
from console.panels.scan_line import Said, _live, _reading, fitting, said_of
from console.panels.times import Times
from console.port.errors import Failed
from console.port.source import Source
from console.settings import TimeStyle
from console.widgets import symbols
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.fake_cluster import FakeCluster

TOPIC = "orders"


def browser_of(records: int, find: str = "") -> Browser:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(TOPIC, 1, end=records)
    source = Source(cluster, cluster, cluster.world.clock)
    keep = parse_record_filter(find, FAKE_EPOCH_MS)
    return Browser(source, TOPIC, [0], lambda: None, keep=keep)


def browser_beside_a_silent_node(find: str = "") -> Browser:
    """One of three partitions cannot be read."""
    cluster = FakeCluster(FakeClock(), nodes=3)
    cluster.world.add_topic(TOPIC, 3, end=5)
    cluster.world.silent.add(2)
    source = Source(cluster, cluster, cluster.world.clock)
    return Browser(
        source, TOPIC, range(3), lambda: None, keep=parse_record_filter(find, FAKE_EPOCH_MS)
    )


def said(browser: Browser) -> Said:
    return said_of(browser, Times(TimeStyle.UTC), DEFAULT_KEYMAP, FAKE_EPOCH_MS)


async def test_before_anything_there_is_nothing_to_say() -> None:
    assert said(browser_of(1)).parts == ()


async def test_how_much_is_older_and_how_to_read_on() -> None:
    browser = browser_of(1_350)
    await browser.begin()
    assert said(browser).parts == ("1,250 older", "space reads on")


async def test_the_oldest_is_told_to_be_the_oldest() -> None:
    browser = browser_of(5)
    await browser.begin()
    assert said(browser) == Said(symbols.OK, None, ("the oldest message is reached",))


@pytest.mark.parametrize(("quiet_s", "since"), [(400, ("nothing since then",)), (0, ())])
async def test_a_time_since_which_nothing_was_written_is_told_to_be_one(
    quiet_s: int, since: tuple[str, ...]
) -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(TOPIC, 1, end=50)
    cluster.world.clock.advance(50 + quiet_s)  # type: ignore[attr-defined]
    place = parse_seek("-1m", cluster.world.clock.wall_ms())
    source = Source(cluster, cluster, cluster.world.clock)
    browser = Browser(source, TOPIC, [0], lambda: None, place=place)
    await browser.begin()
    assert said(browser).parts == (*since, "the oldest message is reached")


async def test_what_retention_took_before_its_turn_is_told() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(TOPIC, 1, end=1_350)
    browser = Browser(Source(cluster, cluster, cluster.world.clock), TOPIC, [0], lambda: None)
    await browser.begin()
    await cluster.delete_records({TopicPartition(TOPIC, 0): 1_000})
    while browser.has_older:
        await browser.older()
    assert said(browser).parts == (
        "the oldest message is reached",
        "1,000 deleted before they were read",
    )


async def test_what_could_not_be_read_is_not_told_to_be_read() -> None:
    browser = browser_beside_a_silent_node()
    await browser.begin()
    expected = Said(symbols.WARNING, None, ("all but partition 1", "r tries again"))
    assert said(browser) == expected


@pytest.mark.parametrize("find", ["", "record"])
async def test_a_partition_that_stops_being_readable_is_named_and_not_said_to_go_on(
    find: str,
) -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(TOPIC, 1, end=1_350)
    keep = parse_record_filter(find, FAKE_EPOCH_MS)
    source = Source(cluster, cluster, cluster.world.clock)
    browser = Browser(source, TOPIC, [0], lambda: None, keep=keep)
    await browser.begin()
    cluster.fail("read", Failed("KAFKA_STORAGE_ERROR", "damaged"))
    await browser.older()
    while browser.progress is not None and browser.progress.ending is not Ending.END:
        await browser.older()
    line = said(browser)
    assert (line.sign, line.parts[0], line.parts[-1]) == (
        symbols.WARNING,
        "all but partition 0",
        "space tries again, @ goes elsewhere",
    )


async def test_a_partition_that_fails_at_the_live_end_is_named_and_said_to_be_tried_again() -> None:
    failures = {TopicPartition(TOPIC, 7): Failed("KAFKA_STORAGE_ERROR", "damaged")}
    report = TailReport((), 12, 0, behind=0, lost=0, is_paused=False, failures=failures)
    line = _live(report, None, DEFAULT_KEYMAP)
    assert line.sign == symbols.WARNING
    assert line.parts[:2] == ("live", "without partition 7, tried again every second")


async def test_a_search_that_could_not_see_all_does_not_say_that_it_did() -> None:
    browser = browser_beside_a_silent_node("record 3")
    await browser.begin()
    line = said(browser)
    assert (line.sign, line.parts[0], line.parts[-1]) == (
        symbols.WARNING,
        "all but partition 1",
        "r tries again",
    )


async def test_a_search_says_how_far_it_came_and_that_it_goes_on() -> None:
    browser = browser_of(10_000, "record")
    await browser.begin()
    line = said(browser)
    assert line.parts[0] == "so far"
    assert line.parts[1].endswith("of 10,000 searched")
    assert line.parts[-1] == "space goes on"
    assert line.share is not None
    assert 0 < line.share < 1


def test_a_search_says_where_it_looks_first_while_it_does() -> None:
    progress = Progress(10, 100, hits=1, first=(1, 2, 3, 4, 5))
    line = _reading(progress, None, Times(TimeStyle.UTC), DEFAULT_KEYMAP, 0)
    assert line.parts == ("reading", "esc stops")
    keep = parse_record_filter('key == "a"', 0)
    line = _reading(progress, keep, Times(TimeStyle.UTC), DEFAULT_KEYMAP, 0)
    assert "in partitions 1, 2, 3, 4 and 1 more first" in line.parts
    one = replace(progress, first=(7,))
    line = _reading(one, keep, Times(TimeStyle.UTC), DEFAULT_KEYMAP, 0)
    assert "in partition 7 first" in line.parts


async def test_a_search_that_is_over_says_that_all_was_searched() -> None:
    browser = browser_of(300, "record 17")
    await browser.begin()
    assert said(browser).parts == ("all searched", "300 of 300 searched", "11 found")
    assert said(browser).share == 1.0


async def test_contents_that_could_not_be_tested_are_counted() -> None:
    browser = browser_of(10, "value.record > 5")
    await browser.begin()
    assert "10 not readable" in said(browser).parts


def test_the_middle_gives_way_and_what_can_be_done_stays() -> None:
    parts = ("so far", "12 of 90 searched", "3 found", "200/s", "esc stops")
    assert fitting(parts, 200) == parts
    assert fitting(parts, 45) == ("so far", "12 of 90 searched", "esc stops")
    assert fitting(parts, 3) == ("so far", "esc stops")
