"""The form that adds partitions: its warning, its effect, its answer."""

import pytest

from console.forms.add_partitions import AddPartitionsForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import Care
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, shown

SIZE = (90, 30)


def opened(care: Care | None = None) -> tuple[Stage, FakeCluster, AddPartitionsForm]:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 3)
    form = AddPartitionsForm(cluster, "orders", 3, DEFAULT_KEYMAP, care or Care())
    return Stage(), cluster, form


def count(cluster: FakeCluster) -> int:
    return len(cluster.world.topics["orders"].partitions)


async def test_it_says_what_happens_to_keys_and_adds() -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        await at_rest(app)
        assert "▲ The partition of a key follows from their number" in shown(app)
        await press(app, "8")
        assert "3 → 8 partitions, 5 of them new" in shown(app)
        await press(app, "ctrl+s")
        assert "orders has 8 partitions" in shown(app)
        assert app.screen is not form
    assert count(cluster) == 8


@pytest.mark.parametrize("typed", ["3", "0", "many"])
async def test_fewer_than_there_are_is_a_fault(typed: str) -> None:
    app, cluster, form = opened()
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, *typed, "ctrl+s")
        assert "■ a whole number from 4 to 10,000" in shown(app)
        assert "→" not in shown(app)
    assert cluster.calls == []


async def test_on_production_it_asks() -> None:
    app, cluster, form = opened(Care(cluster="prod", is_production=True))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await press(app, "8", "ctrl+s")
        assert count(cluster) == 3
        await press(app, "y")
        await at_rest(app)
    assert count(cluster) == 8
