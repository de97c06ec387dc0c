"""What forms do that let the cluster check a change first."""

from console.forms.add_partitions import AddPartitionsForm
from console.forms.topic_config import ConfigForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.config_rule import ConfigRule
from console.model.topic import ConfigEntry
from console.port.errors import TimedOut
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, write
from tests.support.stage import Stage, shown

SIZE = (90, 30)


def opened() -> tuple[Stage, FakeCluster, AddPartitionsForm]:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 3)
    return Stage(), cluster, AddPartitionsForm(cluster, "orders", 3, DEFAULT_KEYMAP)


async def test_what_was_changed_while_the_cluster_checked_is_not_sent() -> None:
    app, cluster, form = opened()
    answer = cluster.hold("add_partitions")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s", "9")
        answer.set()
        await at_rest(app)
        assert "It was changed meanwhile, and is not sent" in shown(app)
        assert app.screen is form
    assert len(cluster.world.topics["orders"].partitions) == 3


async def test_while_the_cluster_checks_nothing_is_sent_twice() -> None:
    app, cluster, form = opened()
    answer = cluster.hold("add_partitions")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s", "ctrl+s")
        assert cluster.calls == ["add_partitions"]
        answer.set()
        await at_rest(app)
    assert cluster.calls == ["add_partitions", "add_partitions"]


async def test_a_form_that_was_closed_meanwhile_changes_nothing() -> None:
    app, cluster, form = opened()
    answer = cluster.hold("add_partitions")
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await press(app, "ctrl+s", "escape")
        answer.set()
        await at_rest(app)
        assert app.screen is not form
    assert len(cluster.world.topics["orders"].partitions) == 3


async def test_a_silence_is_told_and_the_form_stays() -> None:
    app, cluster, form = opened()
    cluster.fail("add_partitions", TimedOut("kafka-1:9092 did not answer within 15 s"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s")
        assert "■ kafka-1:9092 did not answer within 15 s" in shown(app)
        assert app.screen is form


async def test_a_form_that_makes_its_change_stays_until_that_is_answered() -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", configs={"retention.ms": "1000"})
    entry = ConfigEntry(
        "retention.ms",
        "1000",
        "topic",
        is_default=False,
        is_sensitive=False,
        is_read_only=False,
        rule=ConfigRule(type="long"),
    )
    app, form = Stage(), ConfigForm(cluster, "orders", entry, DEFAULT_KEYMAP)
    answer = cluster.hold("set_topic_configs")
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await write(app, "2000")
        await press(app, "ctrl+s", "escape")
        assert app.screen is form
        assert "It is under way" in shown(app)
        answer.set()
        await at_rest(app)
        assert app.screen is not form
        assert "retention.ms is 2000" in shown(app)
    assert cluster.world.topics["orders"].configs == {"retention.ms": "2000"}
