"""Publishing a message once more: as it was, byte for byte, or changed; never without asking."""

from console.forms.resend import ResendForm, as_typed, typed_headers
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.errors import Failed
from console.port.readings import RecordReading
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

TOPICS = {"orders": 2, "retry": 1}


def record_of(
    value: bytes | None = b"hello", key: bytes | None = b"k", **headers: bytes | None
) -> RecordReading:
    return RecordReading(7, 1_000, key, value, tuple(headers.items()))


def staged() -> StagedConsole:
    app = console(busy())
    for name, count in TOPICS.items():
        app.cluster.world.add_topic(name, count)
    return app


async def opened(app: StagedConsole, record: RecordReading, care: Care = USUAL) -> ResendForm:
    form = ResendForm(app.writes, TOPICS, "orders", record, DEFAULT_KEYMAP, care)
    await app.push_screen(form)
    await at_rest(app)
    return form


def stored(app: StagedConsole, topic: str) -> list[RecordReading]:
    partitions = app.cluster.world.topics[topic].partitions
    return [record for each in partitions for record in each.records.values()]


async def test_it_is_asked_before_anything_is_sent_and_no_sends_nothing() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        await opened(app, record_of())
        await press(app, "ctrl+s")
        assert "published to orders once more" in shown(app)
        await press(app, "n")
        assert stored(app, "orders") == []
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert [each.value for each in stored(app, "orders")] == [b"hello"]
        assert "landed in partition" in shown(app)


async def test_what_no_line_can_hold_is_sent_as_it_was() -> None:
    record = record_of(b"two\nlines\x00", b"\xff\x00", raw=b"\x00", none=None)
    app = staged()
    async with app.run_test(size=(120, 40)):
        await opened(app, record)
        assert "sent as it is: key (2 B), value (10 B), 2 headers" in shown(app)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        (sent,) = stored(app, "orders")
        assert (sent.key, sent.value, sent.headers) == (record.key, record.value, record.headers)


async def test_null_and_empty_stay_what_they_are() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        await opened(app, record_of(None, None))
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        (sent,) = stored(app, "orders")
        assert (sent.key, sent.value) == (None, None)


async def test_topic_and_value_can_be_changed() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        form = await opened(app, record_of(trace=b"1"))
        form.line_of("topic").input.value = "retry"
        form.line_of("value").input.value = "mended"
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        (sent,) = stored(app, "retry")
        assert (sent.key, sent.value, sent.headers) == (b"k", b"mended", (("trace", b"1"),))


async def test_a_topic_that_there_is_not_is_told_before_asking() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        form = await opened(app, record_of())
        form.line_of("topic").input.value = "nowhere"
        await press(app, "ctrl+s")
        assert "there is no such topic" in shown(app)


async def test_why_it_was_not_stored_is_told_and_the_form_stays() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        await opened(app, record_of())
        app.cluster.fail("publish", Failed("NOT_ENOUGH_REPLICAS", "too few replicas"))
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "■ too few replicas" in shown(app)
        assert app.screen.query_one("#value").value == "hello"  # type: ignore[attr-defined]


async def test_on_production_the_topic_is_typed() -> None:
    app = staged()
    async with app.run_test(size=(120, 40)):
        await opened(app, record_of(), Care("production", is_production=True))
        await press(app, "ctrl+s", "y", "enter")
        assert stored(app, "orders") == []
        await press(app, "backspace", *"orders", "enter")
        await at_rest(app)
        assert len(stored(app, "orders")) == 1


def test_typed_headers_are_the_headers_or_none() -> None:
    assert typed_headers(record_of(a=b"1", b=None)) == "a=1, b"
    assert typed_headers(record_of(a=b"1, b=2")) is None
    assert typed_headers(record_of(a=b"\xff")) is None


def test_what_can_be_typed_is_what_is_seen() -> None:
    for content in (b"x\n", b"\xff", b"x" * 20_000, "\u202e".encode()):
        assert as_typed(content) is None
    assert as_typed("Łódź".encode()) == "Łódź" == plain("Łódź")
