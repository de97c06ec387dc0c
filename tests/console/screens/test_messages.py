"""The messages of a topic: read, paged, sought, searched, followed; never hung, never steered."""

from dataclasses import replace

import pytest

from console.messages.browser import Browser
from console.messages.group_records import CONSUMER_OFFSETS
from console.model.names import TopicPartition
from console.model.section import Ready, content
from console.port.errors import Refused, Unreachable
from console.screens.messages import MessagesScreen
from console.screens.record import RecordScreen
from engine.coordinator.journal import CommittedOffset, OffsetKey, offset_record
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, write
from tests.support.hostile import HOSTILE, faults_of
from tests.support.sample_records import (
    PARTITIONS,
    PER_PARTITION,
    TOPIC,
    add_record,
    sample_records,
)
from tests.support.sample_snapshots import VARIANTS, busy
from tests.support.stage import lines_of, shown
from tests.support.waiting import until

SIZE = (120, 40)
COUNT = PARTITIONS * PER_PARTITION


def staged() -> StagedConsole:
    app = console(busy())
    sample_records(app.cluster)
    return app


def screen_of(app: StagedConsole) -> MessagesScreen:
    assert isinstance(app.screen, MessagesScreen)
    return app.screen


def browser_of(app: StagedConsole) -> Browser:
    browser = screen_of(app)._browser
    assert browser is not None
    return browser


async def read_on(app: StagedConsole) -> None:
    """Until nothing is read any more, and all is drawn."""
    await until(lambda: not browser_of(app).is_reading)
    await at_rest(app)


async def opened(app: StagedConsole) -> None:
    await press(app, "2", "m")
    await read_on(app)


async def asked(app: StagedConsole, key: str, text: str) -> None:
    await press(app, key)
    await write(app, text)
    await press(app, "enter")
    await read_on(app)


def rows_of(app: StagedConsole) -> tuple[str, ...]:
    return screen_of(app).panel.records.shown_keys


async def test_m_shows_the_newest_messages_first() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        assert rows_of(app)[:3] == ("11:39", "10:39", "9:39")
        assert len(rows_of(app)) == 100
        text = shown(app)
        assert "Messages of orders.placed" in text
        assert "380 older" in text
        assert '{"order": "A-10479"' in text


@pytest.mark.parametrize(
    "keys",
    [("2", "enter", "m"), ("1", "m"), (":", *"messages orders.placed", "enter")],
)
async def test_messages_are_reached_from_everywhere(keys: tuple[str, ...]) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, *keys)
        assert screen_of(app).detail == TOPIC


async def test_enter_on_a_partition_reads_its_messages_newest_first() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "down", "down", "enter")
        await read_on(app)
        assert rows_of(app)[:2] == ("2:39", "2:38")
        assert len(rows_of(app)) == PER_PARTITION
        assert "at p2:end" in shown(app)


async def test_a_step_beyond_the_last_row_reads_older_ones_to_the_first_message() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        while browser_of(app).has_older:
            await press(app, "G", "down")
            await read_on(app)
        assert len(rows_of(app)) == COUNT
        assert rows_of(app)[-1] == "0:0"
        assert "the oldest message is reached" in shown(app)


async def test_a_step_beyond_the_first_row_reads_what_was_written_since() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        partition = app.cluster.world.topics[TOPIC].partitions[3]
        add_record(partition, app.cluster.world.clock.wall_ms(), b"k", b"just now")
        await press(app, "up")
        await read_on(app)
        assert rows_of(app)[0] == "3:40"
        assert "just now" in shown(app)
        assert "nothing newer yet" in shown(app)


@pytest.mark.parametrize(
    ("place", "first", "there"),
    [
        ("p3:12", "3:39", "3:12"),
        ("beginning", "3:8", "0:0"),
        ("end-1", "11:39", "0:39"),
    ],
)
async def test_seeking_stands_on_the_first_message_from_there(
    place: str, first: str, there: str
) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await asked(app, "@", place)
        assert rows_of(app)[0] == first
        assert screen_of(app).panel.records.cursor_key == there
        assert f"at {place}" in shown(app)


async def test_a_place_that_is_none_stays_typed_and_says_what_may_be() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "@")
        await write(app, "soon")
        await press(app, "enter")
        assert "an age such as -15m" in shown(app)
        assert screen_of(app).panel.ask.line.value == "soon"
        await press(app, "escape")
        assert isinstance(app.screen, MessagesScreen)
        assert not app.screen.panel.ask.is_open


async def test_a_partition_that_there_is_not_is_told() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "@", *"p12:0", "enter")
        assert "partitions are 0 to 11" in shown(app)


async def test_a_filter_searches_all_and_esc_clears_it_before_it_goes_back() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await asked(app, "f", "value.total > 900")
        text = shown(app)
        assert "480 of 480 searched" in text
        assert "find value.total > 900" in text
        assert 0 < len(rows_of(app)) < 20
        await press(app, "escape")
        await read_on(app)
        assert len(rows_of(app)) == 100
        await press(app, "escape")
        assert not isinstance(app.screen, MessagesScreen)


async def test_an_expression_that_is_none_says_where() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "f")
        await write(app, "value.total >")
        await press(app, "enter")
        assert "(column " in shown(app)
        assert screen_of(app).panel.ask.is_open


async def test_esc_stops_a_search_keeps_what_was_found_and_space_goes_on() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        gate = app.cluster.hold("read")
        reads = app.cluster.calls.count("read")
        await press(app, "f", *"refused", "enter")
        await until(lambda: app.cluster.calls.count("read") > reads)
        await press(app, "escape")
        await read_on(app)
        assert "stopped" in shown(app)
        assert "space goes on" in shown(app)
        gate.set()
        await press(app, "space")
        await read_on(app)
        assert "all searched" in shown(app)
        assert len(rows_of(app)) == len([n for n in range(COUNT) if n % 17 == 5 and n % 11 != 3])


async def test_t_follows_pauses_and_goes_on_and_esc_ends_it() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        gate = app.cluster.hold("read")
        await press(app, "t")
        assert "live" in shown(app)
        partition = app.cluster.world.topics[TOPIC].partitions[0]
        add_record(partition, app.cluster.world.clock.wall_ms(), b"k", b"while it was live")
        gate.set()
        await until(lambda: browser_of(app).hit((0, 40)) is not None)
        gate.clear()
        await at_rest(app)
        assert rows_of(app)[0] == "0:40"
        assert "1 written since" in shown(app)
        assert screen_of(app).panel.records.cursor_key == "0:40"
        await press(app, "t")
        browser = browser_of(app)
        await until(lambda: browser.live is not None and browser.live.is_paused)
        await at_rest(app)
        assert "paused" in shown(app)
        await press(app, "escape")
        await until(lambda: not browser_of(app).is_live)
        await at_rest(app)
        assert isinstance(app.screen, MessagesScreen)
        assert rows_of(app)[0] == "0:40"


async def test_enter_opens_the_message_and_esc_returns_to_its_row() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "down", "down", "enter")
        assert isinstance(app.screen, RecordScreen)
        await press(app, "J")
        await press(app, "escape")
        assert screen_of(app).panel.records.cursor_key == rows_of(app)[3]


async def test_slash_filters_what_is_read_by_all_that_a_row_says() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "/", *"expired")
        names = {hit.partition: hit for hit in browser_of(app).hits}
        assert names
        assert 0 < len(rows_of(app)) < 10
        assert "filter expired" in shown(app)


async def test_before_anything_is_known_it_says_so() -> None:
    app = console(VARIANTS["loading"]())
    async with app.run_test(size=SIZE):
        await press(app, "1")
        await app.push_screen(MessagesScreen(app, TOPIC))
        await at_rest(app)
        assert "Reading messages" in shown(app)


async def test_a_topic_without_messages_says_what_can_be_done() -> None:
    app = console(busy())
    app.cluster.world.add_topic(TOPIC, PARTITIONS)
    async with app.run_test(size=SIZE):
        await opened(app)
        assert "There are no messages" in shown(app)
        assert "p publishes one" in shown(app)


async def test_a_topic_that_there_is_not_is_told() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await app.push_screen(MessagesScreen(app, "nowhere"))
        await at_rest(app)
        assert "There is no topic nowhere" in shown(app)


@pytest.mark.parametrize("error", [Refused("no right to read it"), Unreachable("nobody answers")])
async def test_what_keeps_from_reading_is_told(error: Exception) -> None:
    app = staged()
    app.cluster.fail("start_offsets", error)
    async with app.run_test(size=SIZE):
        await opened(app)
        assert str(error) in shown(app)
        app.cluster.fail("start_offsets", None)
        await press(app, "r")
        await read_on(app)
        assert len(rows_of(app)) == 100


async def test_one_broker_down_leaves_the_other_partitions() -> None:
    app = staged()
    topic = app.cluster.world.topics[TOPIC]
    for index in (4, 7):
        topic.partitions[index].leader = 9
    app.cluster.world.silent.add(9)
    async with app.run_test(size=SIZE):
        await opened(app)
        partitions = {TopicPartition(TOPIC, hit.partition) for hit in browser_of(app).hits}
        assert len(partitions) == PARTITIONS - 2
        assert "▲ without partitions 4, 7: kafka-9:9092 refused the connection" in shown(app)


async def test_an_answer_that_does_not_come_hangs_no_key() -> None:
    app = staged()
    app.cluster.hold("end_offsets")
    async with app.run_test(size=SIZE):
        await press(app, "2", "m", "j", "f")
        assert screen_of(app).panel.ask.is_open
        await press(app, "escape", "escape", "escape")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_no_message_steers_the_terminal(text: str) -> None:
    app = console(busy())
    topic = app.cluster.world.add_topic(TOPIC, PARTITIONS)
    content = text.encode("utf-8", "surrogatepass")
    header = text.encode("utf-8", "replace").decode()
    for index in range(3):
        add_record(topic.partitions[index], 0, content, content, ((header, content),))
    async with app.run_test(size=(80, 24)):
        await opened(app)
        assert faults_of(app) == []
        await press(app, "enter")
        for _ in range(5):
            assert faults_of(app) == []
            await press(app, "right")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_offset_and_value_stand_at_every_size(size: tuple[int, int]) -> None:
    app = staged()
    async with app.run_test(size=size):
        await opened(app)
        head = next(line for line in lines_of(app) if "OFFSET" in line)
        for label in ("TIME", "PART", "VALUE"):
            assert label in head


async def test_times_follow_their_key() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        exact = shown(app)
        await press(app, "T")
        assert app.times.style.value == "relative"
        assert "7s ago" in shown(app)
        assert exact != shown(app)


async def test_a_change_of_the_topic_while_it_is_shown_disturbs_nothing() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "down")
        app.feed.give(replace(busy(), at_ms=busy().at_ms + 1000))
        await at_rest(app)
        assert screen_of(app).panel.records.cursor_key == rows_of(app)[1]


async def test_records_of_groups_are_found_by_the_names_of_their_fields() -> None:
    app = console(busy())
    topic = app.cluster.world.add_topic(CONSUMER_OFFSETS, 50)
    commit = offset_record(OffsetKey("billing", "orders", 3), CommittedOffset(42, 7, "", 1))
    add_record(topic.partitions[3], 0, commit.key, commit.value)
    async with app.run_test(size=SIZE):
        await app.push_screen(MessagesScreen(app, CONSUMER_OFFSETS))
        await until(lambda: screen_of(app)._browser is not None)
        await asked(app, "f", 'key.group == "billing"')
        assert rows_of(app) == ("3:0",)


async def test_partitions_that_the_topic_gets_are_read_as_well() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        (row,) = (each for each in content(busy().topics) or () if each.name == TOPIC)
        grown = replace(row, partition_count=PARTITIONS + 1)
        app.feed.give(replace(busy(), topics=Ready((grown,), busy().at_ms)))
        await at_rest(app)
        assert browser_of(app).partition_count == PARTITIONS + 1
        await press(app, "r")
        await read_on(app)
        assert browser_of(app).partition_count == PARTITIONS + 1
