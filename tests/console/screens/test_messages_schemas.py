"""Contents that name schemas, on the screens of messages: decoded once the registry has answered.

Whatever the registry does, keys are answered and contents are shown as they are stored.
"""

from console.port.schema_registry import RegistryUnreachable
from console.screens.record import RecordScreen
from tests.console.screens.test_messages import asked, browser_of, opened, read_on, rows_of
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_records import PARTITIONS, TOPIC, add_record
from tests.support.sample_snapshots import busy
from tests.support.schema_registries import ORDER, MemoryRegistry, framed, order
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


def staged(registry: MemoryRegistry) -> StagedConsole:
    """Five orders in Avro."""
    app = console(busy(), registry=registry)
    topic = app.cluster.world.add_topic(TOPIC, PARTITIONS)
    for number in range(5):
        content = framed(7, order(10 + number, "Bern"))
        add_record(topic.partitions[0], 1_000 * number, b"k", content)
    return app


async def fetched(app: StagedConsole, registry: MemoryRegistry, count: int = 1) -> None:
    """Until the registry was asked so often and all is drawn."""
    await until(lambda: len(registry.asked) >= count)
    front = app.screen_stack[1]
    await until(lambda: not front._is_fetching)  # type: ignore[attr-defined]
    await at_rest(app)


async def test_rows_are_shown_raw_until_the_registry_answers_and_are_drawn_again() -> None:
    registry = MemoryRegistry({7: ORDER})
    registry.gate.clear()
    app = staged(registry)
    async with app.run_test(size=SIZE):
        await opened(app)
        await until(lambda: registry.asked == [7])
        assert "00 00 00 00 07" in shown(app)
        await press(app, "down")
        registry.gate.set()
        await fetched(app, registry)
        assert '{"total": 14, "city": "Bern"}' in shown(app)
        assert app.screen_stack[-1] is app.screen
        assert rows_of(app)[0] == "0:4"
        assert registry.asked == [7]


async def test_a_message_is_decoded_once_the_registry_answers() -> None:
    registry = MemoryRegistry({7: ORDER})
    registry.gate.clear()
    app = staged(registry)
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "enter")
        text = shown(app)
        assert "00000000  00 00 00 00 07" in text
        assert "schema 7 is being fetched" in text
        registry.gate.set()
        await until(lambda: "Avro, schema 7" in shown(app))
        assert '"total": 14,' in shown(app)
        await press(app, "y")
        assert app.clipboard == '{"total": 14, "city": "Bern"}'


async def test_a_registry_that_is_down_leaves_contents_as_they_are_and_says_why() -> None:
    registry = MemoryRegistry({})
    registry.error = RegistryUnreachable("the registry cannot be reached: connection refused")
    app = staged(registry)
    async with app.run_test(size=(80, 24)):
        await opened(app)
        await fetched(app, registry)
        assert "00 00 00 00 07" in shown(app)
        await press(app, "enter")
        assert isinstance(app.screen, RecordScreen)
        assert "schema 7: the registry cannot be reached: connection refused" in shown(app)
        await press(app, "right", "J", "escape")
        assert len(rows_of(app)) == 5


async def test_a_search_in_decoded_contents_waits_for_the_schema_and_esc_stops_it() -> None:
    registry = MemoryRegistry({7: ORDER})
    registry.gate.clear()
    app = staged(registry)
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "f", *"value.total >= 13", "enter")
        await until(lambda: browser_of(app).can_be_stopped)
        await press(app, "escape")
        await until(lambda: not browser_of(app).is_reading)
        registry.gate.set()
        await press(app, "space")
        await read_on(app)
        assert [hit.record.offset for hit in browser_of(app).hits] == [4, 3]
        assert '{"total": 14, "city": "Bern"}' in shown(app)


async def test_a_search_for_text_does_not_ask_the_registry() -> None:
    registry = MemoryRegistry({})
    app = staged(registry)
    async with app.run_test(size=SIZE):
        await opened(app)
        await fetched(app, registry)
        await asked(app, "f", "bern")
        assert len(rows_of(app)) == 5
        assert registry.asked == [7]
