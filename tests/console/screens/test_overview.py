"""The overview: which panels stand on it at which size, and what its keys are about."""

import pytest

from console.sampling.needs import View
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown


@pytest.mark.parametrize(
    ("size", "there", "away"),
    [
        ((80, 24), ("Topics", "Consumer lag", "Brokers"), ("Throughput", "Events", "active")),
        ((120, 40), ("Topics", "Consumer lag", "Brokers", "Throughput"), ("─ Events ─",)),
        ((200, 60), ("Topics", "Consumer lag", "Brokers", "Throughput", "─ Events ─"), ()),
    ],
)
async def test_panels_come_with_the_room_for_them(
    size: tuple[int, int], there: tuple[str, ...], away: tuple[str, ...]
) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        text = shown(app)
        assert all(title in text for title in there)
        assert not any(title in text for title in away)


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
