"""Replaying what was found: shown before, asked for, stopped by Esc, told with what failed."""

from console.forms.bulk import amount_said
from console.forms.replay import ReplayForm, partition_rule
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.copies import Amount, Chosen, Found, Original
from console.messages.filter import parse_record_filter
from console.messages.lane import Hit
from console.messages.search import Search
from console.model.care import USUAL, Care
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

TOPICS = {"dead": 2, "retry": 4}
SIZE = (120, 40)


def staged(end: int = 0) -> StagedConsole:
    app = console(busy())
    for name, count in TOPICS.items():
        app.cluster.world.add_topic(name, count)
    for partition in app.cluster.world.topics["dead"].partitions:
        partition.end = Flow(end)
    return app


def hits(count: int, header: bytes = b"retry") -> list[Hit]:
    return [
        Hit(
            TopicPartition("dead", n % 2),
            RecordReading(n, 1_000 + n, b"k%d" % n, b"value %d" % n, (("from", header),)),
        )
        for n in range(count)
    ]


def found(app: StagedConsole, find: str) -> Found:
    keep = parse_record_filter(find, 0)
    return Found(Search(app.source, "dead", (0, 1), keep=keep))


async def opened(app: StagedConsole, original: Original, care: Care = USUAL) -> ReplayForm:
    form = ReplayForm(app.writes, TOPICS, "dead", original, "of dead", DEFAULT_KEYMAP, care)
    await app.push_screen(form)
    await at_rest(app)
    return form


def stored(app: StagedConsole, topic: str = "retry") -> list[RecordReading]:
    partitions = app.cluster.world.topics[topic].partitions
    return [record for each in partitions for record in each.records.values()]


async def test_how_many_and_the_first_are_shown_and_nothing_is_sent_before_yes() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        form = await opened(app, Chosen(hits(5)))
        text = shown(app)
        assert "5 messages of dead" in text
        assert "k0" in text
        assert "value 2" in text
        assert "value 3" not in text
        await write(app, "retry")
        assert "5 messages of dead: once more to retry, by key, with new times." in shown(app)
        await press(app, "ctrl+s", "n")
        assert stored(app) == []
        await press(app, "ctrl+s", "y")
        await until(lambda: not form.is_sending)
        await at_rest(app)
        assert "● 5 messages published" in shown(app)
        assert [each.headers for each in stored(app)] == [(("from", b"retry"),)] * 5
        assert [act.what for act in app.journal.acts] == ["5 messages"]


async def test_what_a_search_finds_is_counted_and_sent_whole() -> None:
    app = staged(end=2_000)
    async with app.run_test(size=SIZE):
        form = await opened(app, found(app, "record 17"))
        await until(lambda: form._original.amount.is_exact)
        await at_rest(app)
        assert "222 messages of dead" in shown(app)
        await write(app, "retry")
        await press(app, "tab", "tab", *"same", "tab", "space", "ctrl+s", "y")
        await until(lambda: not form.is_sending)
        await at_rest(app)
        assert "● 222 messages published" in shown(app)
        first = app.cluster.world.topics["retry"].partitions[1].records[0]
        dead = app.cluster.world.topics["dead"].partitions[1]
        assert first.value == b"record 17"
        assert first.timestamp_ms == app.cluster.world.record(dead, 17).timestamp_ms


async def test_a_header_names_the_topic_and_what_has_none_is_told() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        form = await opened(app, Chosen([*hits(2), *hits(1, b"nowhere")]))
        await press(app, "tab", *"from", "ctrl+s", "y")
        await until(lambda: not form.is_sending)
        await at_rest(app)
        text = shown(app)
        assert "▲ 2 messages published · 1 not" in text
        assert "there is no topic nowhere" in text
        assert len(stored(app)) == 2


async def test_either_a_topic_or_a_header_is_named() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app, Chosen(hits(1)))
        await press(app, "ctrl+s")
        assert "■ name a topic, or the header that names it" in shown(app)
        await write(app, "retry")
        await press(app, "tab", *"from", "ctrl+s")
        assert "■ name a topic, or the header that names it" in shown(app)


async def test_esc_stops_behind_the_step_under_way_and_says_what_is_stored() -> None:
    app = staged(end=5_000)
    async with app.run_test(size=SIZE):
        form = await opened(app, found(app, ""))
        await until(lambda: form._original.is_ready)
        await write(app, "retry")
        gate = app.cluster.hold("publish")
        await press(app, "ctrl+s", "y")
        await until(lambda: app.cluster.in_flight["publish"] == 1)
        await press(app, "escape")
        gate.set()
        await until(lambda: not form.is_sending)
        await at_rest(app)
        count = len(stored(app))
        assert 0 < count < 10_000
        assert f"○ {count:,} messages published · stopped" in shown(app)
        await press(app, "escape")
        assert app.screen is not form


async def test_nothing_is_not_sent() -> None:
    app = staged(end=10)
    async with app.run_test(size=SIZE):
        form = await opened(app, found(app, "absent"))
        await until(lambda: form._original.amount.is_exact)
        await write(app, "retry")
        await press(app, "ctrl+s")
        assert "There is nothing to publish" in shown(app)


async def test_on_production_the_topic_is_typed() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app, Chosen(hits(1)), Care("production", is_production=True))
        await write(app, "retry")
        await press(app, "ctrl+s", "y", "enter")
        assert stored(app) == []
        await press(app, "backspace", *"retry", "enter")
        await at_rest(app)
        assert len(stored(app)) == 1


def test_partitions_are_said_in_three_ways() -> None:
    assert partition_rule("") == (None, False)
    assert partition_rule(" Same ") == (None, True)
    assert partition_rule("3") == (3, False)


def test_how_many_is_not_said_to_be_more_than_is_known() -> None:
    assert amount_said(Amount(), "of t") == "Messages of t"
    assert amount_said(Amount(7, share=0.25), "of t") == "7 messages so far of t, in 25%"
    assert amount_said(Amount(7, is_most=True), "of t") == "At most 7 messages of t"
    assert amount_said(Amount(1, is_exact=True), "of t") == "1 message of t"
