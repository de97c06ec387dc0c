"""One broker: its whole configuration, and changing what can be changed while it runs."""

from dataclasses import replace

from console.forms.topic_config import BrokerConfigForm
from console.model.section import Refused
from console.panels.broker_configs import BrokerConfigsPanel
from console.screens.broker import BrokerScreen
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy
from tests.support.stage import shown


async def at_the_key(app: StagedConsole, name: str) -> None:
    """Open broker 1 and put the cursor on a key."""
    await press(app, "5", "enter")
    assert app.screen.query_one(BrokerConfigsPanel).table.move_to(name)
    await at_rest(app)


async def test_enter_on_a_broker_shows_every_key_with_its_source_and_meaning() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "5", "enter")
        assert isinstance(app.screen, BrokerScreen)
        assert app.feed.needs[-1].broker == 1
        text = shown(app)
        for said in ("Brokers › 1", "kafka-1.eu:9092", "log.retention.ms", "Connections served"):
            assert said in text
        keys = app.screen.query_one(BrokerConfigsPanel).table.shown_keys
        assert keys[0] == "log.retention.ms", "what is set on the broker itself comes first"
        assert "hidden" in text
        await press(app, "escape")
        assert app.screen.detail == ""  # type: ignore[attr-defined]


async def test_a_key_is_changed_after_the_broker_was_asked_and_u_takes_it_back() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40), notifications=True):
        await at_the_key(app, "max.connections")
        await press(app, "e")
        assert isinstance(app.screen, BrokerConfigForm)
        assert "max.connections of broker 1" in shown(app)
        await write(app, "200")
        assert "2147483647 → 200" in shown(app)
        await press(app, "ctrl+s")
        assert app.cluster.broker_values == {1: {"max.connections": "200"}}
        assert "validate_configs" in app.cluster.calls
        (act,) = app.journal.acts
        assert (act.kind.value, act.subject) == ("set broker configs", "broker 1")
        await press(app, "u", "y")
        assert app.cluster.broker_values == {1: {}}


async def test_what_only_a_restart_changes_is_said_and_not_asked_for() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40), notifications=True):
        await at_the_key(app, "node.id")
        await press(app, "enter")
        assert isinstance(app.screen, BrokerScreen)
        assert "node.id cannot be changed while the broker runs" in shown(app)


async def test_shorter_retention_of_a_broker_says_what_it_deletes() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await at_the_key(app, "log.retention.ms")
        await press(app, "e")
        await write(app, "1d")
        text = " ".join(shown(app).split())
        assert "The broker will delete what lies beyond 86400000 (1d)" in text


async def test_without_the_right_to_it_the_configuration_says_so() -> None:
    refused = Refused("user reader lacks DescribeConfigs on the cluster")
    app = console(replace(busy(), broker_configs={1: refused}))
    async with app.run_test(size=(80, 24)):
        await press(app, *":broker 1", "enter")
        assert "Configuration cannot be shown" in shown(app)
        assert "DescribeConfigs" in shown(app)


async def test_a_broker_that_is_not_listed_is_said_to_be_none() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await app.push_screen(BrokerScreen(app, "9"))
        await at_rest(app)
        assert "There is no broker 9" in shown(app)
        assert "Reading configuration" in shown(app)
