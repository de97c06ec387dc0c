"""The form of one key: it explains, shows the effect, tries before it asks, and can go back."""

from dataclasses import replace

from console.forms.topic_config import ConfigForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import Care
from console.model.config_rule import ConfigRule
from console.model.topic import ConfigEntry
from console.port.errors import Refused, Rejected
from console.widgets.confirm import ConfirmDialog
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, write
from tests.support.stage import Stage, shown

SIZE = (90, 30)
RETENTION = ConfigEntry(
    "retention.ms",
    "86400000",
    "topic",
    False,
    False,
    False,
    "How long records are kept.",
    ConfigRule("long", least=-1),
    "604800000",
)
PRODUCTION = Care(cluster="prod", is_production=True)


def opened(
    entry: ConfigEntry = RETENTION, care: Care | None = None
) -> tuple[Stage, FakeCluster, ConfigForm]:
    cluster = FakeCluster(FakeClock())
    own = {entry.name: entry.value or ""} if entry.is_own else {}
    cluster.world.add_topic("orders", 1, configs=own)
    form = ConfigForm(cluster, "orders", entry, DEFAULT_KEYMAP, care or Care())
    return Stage(), cluster, form


def value_of(cluster: FakeCluster) -> str | None:
    return cluster.world.topics["orders"].configs.get("retention.ms")


async def test_the_key_is_explained_and_the_effect_shown_before_anything_is_sent() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await at_rest(app)
        text = shown(app)
        assert "retention.ms of orders" in text
        assert "How long records are kept." in text
        assert "long: a time such as 7d" in text
        assert "604800000 (7d)" in text
        await write(app, "2d")
        assert "86400000 (1d) → 172800000 (2d)" in shown(app)
    assert cluster.calls == []


async def test_saving_lets_the_cluster_check_first_and_then_sets_the_value() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await write(app, "2d")
        await press(app, "ctrl+s")
        assert app.screen is not form
        assert "retention.ms is 172800000 (2d)" in shown(app)
    assert value_of(cluster) == "172800000"
    assert cluster.calls == ["validate_configs", "set_topic_configs"]


async def test_what_keeps_less_is_asked_about_and_no_is_no() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "1h")
        assert "▲ The broker will delete what lies beyond 3600000 (1h)." in shown(app)
        await press(app, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        await press(app, "n")
        assert app.screen is form
        assert "Nothing was changed" in shown(app)
        assert value_of(cluster) == "86400000"
        await press(app, "ctrl+s", "y")
        await at_rest(app)
    assert value_of(cluster) == "3600000"


async def test_on_production_a_loss_wants_the_name_of_the_topic() -> None:
    app, cluster, form = opened(care=PRODUCTION)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "1h")
        await press(app, "ctrl+s", "y", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert value_of(cluster) == "86400000"
        await press(app, "backspace", *"orders", "enter")
        await at_rest(app)
    assert value_of(cluster) == "3600000"


async def test_on_production_what_loses_nothing_is_asked_about_too() -> None:
    app, cluster, form = opened(care=PRODUCTION)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "9d")
        await press(app, "ctrl+s")
        assert "prod is a production cluster" in " ".join(shown(app).split())
        assert value_of(cluster) == "86400000"
        await press(app, "y")
        await at_rest(app)
    assert value_of(cluster) == "777600000"


async def test_the_default_takes_the_topic_s_own_value_away() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+r")
        assert "86400000 (1d) → 604800000 (7d), its default" in shown(app)
        await press(app, "ctrl+s")
        await at_rest(app)
    assert value_of(cluster) is None
    assert "retention.ms" not in cluster.world.topics["orders"].configs


async def test_typing_after_the_default_sets_what_was_typed() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+r", "0", "ctrl+s")
        await at_rest(app)
    assert value_of(cluster) == "6048000000"


async def test_the_default_of_a_key_at_its_default_changes_nothing() -> None:
    app, cluster, form = opened(replace(RETENTION, source="default", value="604800000"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+r")
        assert "it has the default already" in shown(app)
        await press(app, "ctrl+s")
        assert "It has this value already" in shown(app)
        assert app.screen is form
    assert cluster.calls == []


async def test_what_is_wrong_is_told_while_it_is_typed_and_kept() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "soon")
        assert "■ a time such as 7d" in shown(app)
        await press(app, "ctrl+s")
        assert form.text_of("value") == "soon"
        assert "→" not in shown(app)
    assert cluster.calls == []


async def test_what_the_cluster_would_not_take_is_told_before_anything_is_asked() -> None:
    app, cluster, form = opened()
    cluster.fail("validate_configs", Rejected("INVALID_CONFIG", "no \x1b[2Jshorter than 1d"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "1h")
        await press(app, "ctrl+s")
        assert app.screen is form
        assert "■ no ␛[2Jshorter than 1d" in shown(app)
    assert cluster.calls == ["validate_configs"]


async def test_a_refusal_of_the_change_itself_is_told_and_can_be_sent_again() -> None:
    app, cluster, form = opened()
    cluster.fail("set_topic_configs", Refused("no right to AlterConfigs"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "2d")
        await press(app, "ctrl+s")
        assert "■ no right to AlterConfigs" in shown(app)
        cluster.fail("set_topic_configs", None)
        await press(app, "ctrl+s")
        assert app.screen is not form
    assert value_of(cluster) == "172800000"


async def test_a_hidden_value_stays_hidden() -> None:
    secret = replace(RETENTION, name="retention.bytes", value=None, is_sensitive=True, default=None)
    app, _, form = opened(secret)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "12345")
        assert "hidden → hidden" in shown(app)


async def test_hostile_documentation_is_text() -> None:
    app, _, form = opened(replace(RETENTION, documentation="[bold]\x1b[2Jwhat[/bold]\u202e it is"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await at_rest(app)
        assert "[bold]␛[2Jwhat[/bold]\N{REPLACEMENT CHARACTER} it is" in shown(app)
