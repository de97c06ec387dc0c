"""The form that creates topics: what it sends, and what it says of every answer."""

import pytest

from console.forms.create_topic import CreateTopicForm, Model, created
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.topic import ConfigEntry
from console.port.errors import Rejected, TimedOut
from tests.support.clock import FakeClock
from tests.support.console_stage import console
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, send_key, write
from tests.support.sample_snapshots import busy
from tests.support.stage import Stage, shown

SIZE = (80, 30)


def opened(brokers: int = 3) -> tuple[Stage, FakeCluster, CreateTopicForm]:
    cluster = FakeCluster(FakeClock(), nodes=brokers)
    return Stage(), cluster, CreateTopicForm(cluster, brokers, DEFAULT_KEYMAP)


async def test_the_topic_is_made_as_the_fields_say_and_the_form_closes() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await press(app, *"orders", "enter", "backspace", *"12", "enter", "backspace", "2", "enter")
        await write(app, "7d")
        await press(app, "ctrl+s")
        assert app.screen is not form
        assert "orders is there, with 12 partitions" in shown(app)
    topic = cluster.world.topics["orders"]
    assert len(topic.partitions) == 12
    assert len(topic.partitions[0].replicas) == 2
    assert topic.configs == {"retention.ms": "604800000"}


async def test_without_a_number_the_broker_chooses_how_many_partitions() -> None:
    """As with `kconsole produce --create`: the number is the broker's `num.partitions`."""
    app, _, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, *"orders", "enter")
        await at_rest(app)
        assert "num.partitions" in shown(app)
        assert form.topic().partitions is None


async def test_a_refusal_is_shown_and_can_be_mended() -> None:
    app, cluster, form = opened()
    cluster.fail("create_topic", Rejected("POLICY_VIOLATION", "names must \x1b[1mbegin with x"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, *"orders", "ctrl+s")
        assert app.screen is form
        assert "■ names must ␛[1mbegin with x" in shown(app)
        cluster.fail("create_topic", None)
        await press(app, "ctrl+s")
        assert app.screen is not form
    assert "orders" in cluster.world.topics


async def test_a_silence_is_shown_as_one() -> None:
    app, cluster, form = opened()
    cluster.fail("create_topic", TimedOut("kafka-1:9092 did not answer within 15 s"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, *"orders", "ctrl+s")
        text = " ".join(shown(app).replace("│", "").split())
        assert "■ kafka-1:9092 did not answer within 15 s; it may have been done" in text


@pytest.mark.parametrize(("brokers", "said"), [(1, "1 broker"), (3, "3 brokers")])
async def test_more_copies_than_brokers_are_refused_while_typing(brokers: int, said: str) -> None:
    app, _, form = opened(brokers)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "enter", "enter", "backspace", "4")
        assert f"■ the cluster has {said}" in shown(app)


async def test_a_topic_is_asked_for_once_however_often_the_key_is_pressed() -> None:
    app, cluster, form = opened()
    answer = cluster.hold("create_topic")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, *"orders", "ctrl+s", "ctrl+s")
        assert "Asking the cluster" in shown(app)
        answer.set()
        await at_rest(app)
    assert cluster.calls == ["create_topic"]


async def test_a_form_stays_until_it_is_known_what_came_of_the_change() -> None:
    """Closing it would not take the topic back, and nobody would be told of it."""
    app, cluster, form = opened()
    answer = cluster.hold("create_topic")
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await press(app, *"orders", "ctrl+s", "escape")
        assert app.screen is form
        assert "It is under way" in shown(app)
        answer.set()
        await at_rest(app)
        assert app.screen is not form
        assert "orders is there, with 1 partition" in shown(app)


async def test_a_fault_is_said_in_the_form_once_and_its_traceback_is_kept() -> None:
    app = console(busy())
    app.cluster.fail("create_topic", ZeroDivisionError("nobody expects this"))
    async with app.run_test(size=(120, 40), notifications=True):
        await press(app, "n", *"orders", "ctrl+s")
        text = " ".join(shown(app).replace("│", "").split())
        assert text.count("ZeroDivisionError: nobody expects this") == 1
        send_key(app, "escape")
        await at_rest(app)
    assert app.fault_count == 1
    assert "worker create:" in app.fault_report
    assert "Traceback" in app.fault_report
    assert "ZeroDivisionError: nobody expects this" in app.fault_report


def test_one_partition_is_not_told_as_several() -> None:
    assert created("orders", 1) == "orders is there, with 1 partition"


def test_partitions_that_the_cluster_does_not_tell_are_not_told() -> None:
    assert created("orders", None) == "orders is there"


async def test_the_name_of_a_key_is_no_markup() -> None:
    key = ConfigEntry("[/b]odd.key", "1", "topic", False, False, False)
    cluster = FakeCluster(FakeClock())
    model = Model("orders", 1, 1, (key,))
    app, form = Stage(), CreateTopicForm(cluster, 1, DEFAULT_KEYMAP, model=model)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await at_rest(app)
        assert "[/b]odd.key" in shown(app)
