"""One topic's screen: everything of it is in reach at every size, and the lag of every group."""

import pytest

from console.panels.topic_configs import TopicConfigsPanel
from console.screens.topic import TopicScreen
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy, loading
from tests.support.stage import shown


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (99, 30), (100, 30), (200, 60)])
async def test_partitions_groups_and_configuration_are_shown_at_every_size(
    size: tuple[int, int],
) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        await press(app, "2", "enter")
        text = shown(app)
        for title in ("Partitions", "Groups that read it", "Configuration"):
            assert title in text
        configs = app.screen.query_one(TopicConfigsPanel)
        assert configs.table.size.height >= 3
        assert configs.table.shown_keys[0] in text


async def test_tab_leads_from_panel_to_panel() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "2", "enter", "tab", "tab")
        assert app.focused is app.screen.query_one(TopicConfigsPanel).table


async def test_the_key_for_groups_asks_for_the_lag_of_the_next_one_round_and_round() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        assert app.feed.needs[-1].lag_group is None
        seen = []
        for _ in range(4):
            await press(app, "c")
            seen.append(app.feed.needs[-1].lag_group)
        assert seen[:2] == ["billing", "fraud"]
        assert set(seen[2:]) <= set(seen)
        assert app.feed.needs[-1].topics == {"orders.placed"}


async def test_a_group_that_reads_it_is_opened_from_there() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter", "tab", "enter")
        assert app.screen.detail == "fraud"  # type: ignore[attr-defined]
        await press(app, "escape")
        assert isinstance(app.screen, TopicScreen)


async def test_before_anything_is_read_every_panel_says_so() -> None:
    app = console(loading())
    async with app.run_test(size=(120, 40)):
        await app.push_screen(TopicScreen(app, "orders.placed"))
        await at_rest(app)
        for what in ("partitions", "groups", "configuration"):
            assert f"Reading {what}" in shown(app)
