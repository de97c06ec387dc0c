"""One value for the same key of several topics: read, checked, tried and told before it is set."""

from dataclasses import replace

import pytest

from console.forms.config_of_many import CannotSet, ConfigChange, ConfigOfManyForm, change_of
from console.forms.fields import FieldFault
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.config_rule import ConfigRule
from console.model.topic import ConfigEntry
from console.port.errors import Rejected, Unreachable
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, write
from tests.support.stage import Stage, shown

SIZE = (100, 30)
DAY = ConfigEntry(
    "retention.ms",
    "86400000",
    "topic",
    is_default=False,
    is_sensitive=False,
    is_read_only=False,
    rule=ConfigRule(type="long"),
    default="604800000",
)
WEEK = replace(DAY, value="604800000", source="default", is_default=True)


def test_a_change_says_what_was_there_before() -> None:
    change = change_of("retention.ms", "30d", [DAY, WEEK, WEEK])
    assert (change.value, change.loss) == ("2592000000", "")
    assert change.told == (
        "retention.ms becomes 2592000000 (30d); it is 604800000 (7d) on 2, 86400000 (1d) on 1."
    )


def test_nothing_is_the_default_and_what_is_lost_is_said() -> None:
    change = change_of("retention.ms", " ", [DAY])
    assert (change.value, change.loss) == (None, "")
    shorter = change_of("retention.ms", "1h", [DAY, WEEK])
    assert shorter.loss == "The broker will delete what lies beyond 3600000 (1h)."
    assert shorter.told.endswith(shorter.loss)


def test_many_values_of_before_are_counted() -> None:
    entries = [replace(DAY, value=str(number)) for number in range(5)]
    assert "2 other values" in change_of("retention.ms", "30d", entries).told


def test_secrets_are_not_told() -> None:
    secret = replace(DAY, name="k", value=None, is_sensitive=True, rule=ConfigRule())
    assert "xyz" not in change_of("k", "xyz", [secret]).told


def test_what_is_wrong_is_told_before_anything_is_asked() -> None:
    with pytest.raises(FieldFault):
        change_of("retention.ms", "soon", [DAY])
    with pytest.raises(CannotSet):
        change_of("retention.ms", "7d", [replace(DAY, is_read_only=True)])


def opened(cluster: FakeCluster) -> tuple[Stage, ConfigOfManyForm, list[ConfigChange]]:
    cluster.world.add_topic("a", configs={"retention.ms": "1000"})
    cluster.world.add_topic("b")
    changes: list[ConfigChange] = []
    form = ConfigOfManyForm(("a", "b"), cluster, cluster, DEFAULT_KEYMAP, changes.append)
    return Stage(), form, changes


async def sent(app: Stage, form: ConfigOfManyForm, key: str, value: str) -> str:
    await app.push_screen(form)
    await write(app, key)
    await press(app, "enter")
    await write(app, value)
    await press(app, "ctrl+s")
    await at_rest(app)
    return shown(app)


async def test_what_was_typed_is_tried_on_the_first_and_handed_on() -> None:
    cluster = FakeCluster(FakeClock())
    app, form, changes = opened(cluster)
    async with app.run_test(size=SIZE):
        assert "Configuration of 2 topics" in await sent(app, form, "retention.ms", "604800000")
        (change,) = changes
        assert (change.key, change.value) == ("retention.ms", "604800000")
    assert cluster.calls.count("validate_configs") == 1
    assert "set_topic_configs" not in cluster.calls


@pytest.mark.parametrize(
    ("operation", "error", "key", "said"),
    [
        ("", None, "retention.sm", "topics have no key retention.sm"),
        ("topic_configs", Unreachable("no broker \x1banswers"), "retention.ms", "broker ␛answers"),
        ("validate_configs", Rejected("X", "not that"), "retention.ms", "not that"),
    ],
)
async def test_what_hinders_is_told_and_nothing_is_handed_on(
    operation: str, error: Exception | None, key: str, said: str
) -> None:
    cluster = FakeCluster(FakeClock())
    cluster.fail(operation, error)
    app, form, changes = opened(cluster)
    async with app.run_test(size=SIZE):
        assert said in await sent(app, form, key, "7d")
    assert changes == []


async def test_a_key_has_to_be_named() -> None:
    app, form, changes = opened(FakeCluster(FakeClock()))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "ctrl+s")
        assert "a key such as retention.ms" in shown(app)
    assert changes == []


def test_topics_that_could_not_be_read_are_told_and_may_lose_the_most() -> None:
    change = change_of("retention.ms", "30d", [DAY], 2)
    assert "it is 86400000 (1d) on 1, not known on 2." in change.told
    assert change.loss == "The broker will delete what lies beyond 2592000000 (30d)."
