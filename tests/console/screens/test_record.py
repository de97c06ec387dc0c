"""One message on the screen: every view of it, cut until all is asked for."""

import json
from dataclasses import replace

import pytest

from console.messages.lane import Hit
from console.messages.rendering import SHOWN_BYTES
from console.model.names import TopicPartition
from console.panels.record import RecordPanel
from console.panels.standings import MARKS
from console.port.readings import ProducerReading, RecordReading, Standing
from console.screens.record import RecordScreen
from tests.support.clock import FAKE_EPOCH_MS
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)
HEADERS = (("trace", b"7f3a"), ("raw", b"\x00\xff"))


def hit_of(value: bytes | None, key: bytes | None = b"customer-1") -> Hit:
    record = RecordReading(1_204, FAKE_EPOCH_MS - 60_000, key, value, HEADERS)
    return Hit(TopicPartition("orders", 3), record)


async def test_every_view_is_reached_by_the_arrows_round_and_round() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await app.push_screen(RecordScreen(app, hit_of(b'{"total": 12.5, "paid": true}')))
        await at_rest(app)
        text = shown(app)
        assert "partition 3   offset 1,204   at 2023-11-14 22:12:20.000 (1m ago)" in text
        assert '"total": 12.5,' in text
        await press(app, "right")
        assert '{"total": 12.5, "paid": true}' in shown(app)
        await press(app, "right")
        assert "00000000  7b 22" in shown(app)
        await press(app, "right")
        assert "trace: 7f3a" in shown(app)
        assert "raw: 00 ff" in shown(app)
        await press(app, "right")
        assert "╭─ Key" in shown(app)
        await press(app, "right")
        assert '"total": 12.5,' in shown(app)
        await press(app, "left")
        assert "╭─ Key" in shown(app)


async def test_what_is_no_json_is_shown_as_it_can_be_and_says_so() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await app.push_screen(RecordScreen(app, hit_of(b"plain words")))
        await press(app, "left")
        assert "plain words" in shown(app)
        assert "this is no JSON" in shown(app)


async def test_a_tombstone_says_what_it_means() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await app.push_screen(RecordScreen(app, hit_of(None)))
        await at_rest(app)
        assert "a compacted topic forgets the key" in shown(app)


async def test_a_large_message_is_cut_until_enter_opens_it_full() -> None:
    rows = [{"n": number} for number in range(20_000)]
    content = json.dumps(rows).encode()
    assert len(content) > 3 * SHOWN_BYTES
    app = console(busy())
    async with app.run_test(size=SIZE):
        await app.push_screen(RecordScreen(app, hit_of(content)))
        await at_rest(app)
        assert "the first 65.5 KB, ⏎ opens it full" in shown(app)
        view = app.screen.query_one(RecordPanel).view
        before = view.line_count
        await press(app, "enter")
        await until(lambda: view.line_count > before)
        await press(app, "G")
        assert '"n": 19999' in shown(app)
        assert "opens it full" not in shown(app)


async def test_next_and_previous_follow_the_list_to_its_ends() -> None:
    hits = [hit_of(b"first"), hit_of(b"second")]

    def neighbour(hit: Hit, steps: int) -> Hit | None:
        at = hits.index(hit) + steps
        return hits[at] if 0 <= at < len(hits) else None

    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(RecordScreen(app, hits[0], neighbour))
        await press(app, "J")
        assert "second" in shown(app)
        await press(app, "J")
        assert "The list ends here" in shown(app)
        await press(app, "right", "K")
        assert "00000000  66 69" in shown(app)


async def test_keys_scroll_and_wrapping_is_switched() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        lines = "\n".join(f"line {number}" for number in range(100)) + "\n" + "x" * 200 + "end"
        await app.push_screen(RecordScreen(app, hit_of(lines.encode())))
        await press(app, "down", "down")
        assert "line 0" not in shown(app)
        await press(app, "G")
        assert "end" in shown(app)
        await press(app, "w", "G")
        assert "xx…" in shown(app)
        await press(app, "g")
        assert "line 0" in shown(app)


@pytest.mark.parametrize("standing", MARKS)
async def test_a_message_that_not_every_reader_sees_says_so_in_whole(standing: Standing) -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        hit = hit_of(b"plain words")
        hit = replace(hit, record=replace(hit.record, standing=standing))
        await app.push_screen(RecordScreen(app, hit))
        await at_rest(app)
        text = shown(app)
        assert MARKS[standing].sentence in text
        assert "headers" in text
        assert "plain words" in text


@pytest.mark.parametrize("standing", [Standing.OPEN, Standing.HELD_BACK])
async def test_a_message_that_is_held_back_says_by_whom(standing: Standing) -> None:
    app = console(busy())
    hit = hit_of(b"plain words")
    hit = replace(hit, record=replace(hit.record, standing=standing))
    app.cluster.world.add_topic("orders", 4)
    app.cluster.writers[hit.key] = (ProducerReading(4012, 3, 10, 0, 1_200),)
    async with app.run_test(size=(80, 24)):
        await app.push_screen(RecordScreen(app, hit))
        await until(lambda: "held by" in shown(app))
        text = shown(app)
        assert "held by producer 4012, epoch 3: its transaction is open since offset 1,200" in text
        assert "headers" in text
        assert "plain words" in text


async def test_a_message_that_everybody_sees_is_not_asked_about() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await app.push_screen(RecordScreen(app, hit_of(b"plain words")))
        await at_rest(app)
        assert "producers" not in app.cluster.calls
