"""The overview: which panels stand on it at which size, and what its keys are about."""

import pytest

from console.sampling.needs import View
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown


@pytest.mark.parametrize(
    ("size", "there", "away"),
    [
        (
            (80, 24),
            ("Topics", "Consumer lag", "Brokers · tab: Throughput…"),
            ("─ Throughput", "─ Events", "active"),
        ),
        (
            (120, 40),
            ("Topics", "Consumer lag", "Brokers · tab: Events", "Throughput"),
            ("─ Events ─",),
        ),
        ((200, 60), ("Topics", "Consumer lag", "Brokers", "Throughput", "─ Events ─"), ()),
    ],
)
async def test_panels_come_with_the_room_for_them(
    size: tuple[int, int], there: tuple[str, ...], away: tuple[str, ...]
) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        await at_rest(app)
        text = shown(app)
        assert all(title in text for title in there)
        assert not any(title in text for title in away)


@pytest.mark.parametrize(
    ("size", "tabs", "title", "said"),
    [
        ((80, 24), 3, "─ Throughput · tab: Events", "msg/s in"),
        ((80, 24), 4, "─ Throughput · shift+tab: ", "▲ lag billing → orders"),
        ((120, 40), 2, "shift+tab: Brokers", "▲ lag billing → orders"),
    ],
)
async def test_tab_leads_to_what_is_aside_and_back(
    size: tuple[int, int], tabs: int, title: str, said: str
) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        await at_rest(app)
        before = shown(app)
        await press(app, *["tab"] * tabs)
        assert title in shown(app)
        assert said in shown(app)
        assert app.screen.subject == "orders.placed"  # type: ignore[attr-defined]
        await press(app, *["shift+tab"] * tabs)
        assert shown(app) == before


async def test_it_asks_for_what_it_shows_and_its_keys_are_about_the_topic_under_the_cursor() -> (
    None
):
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        assert app.feed.needs[-1].views == {View.OVERVIEW}
        assert app.screen.subject == "orders.placed"  # type: ignore[attr-defined]
        await press(app, "j")
        assert app.screen.subject == "orders.fulfilled"  # type: ignore[attr-defined]
        assert isinstance(app.focused, VTable)
        await press(app, "enter")
        assert app.screen.detail == "orders.fulfilled"  # type: ignore[attr-defined]
