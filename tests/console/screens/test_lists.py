"""The screens that are one list: what they need, what Enter opens, what they hide."""

from dataclasses import replace

import pytest

from console.model.section import Ready, content
from console.panels.health import ApiPanel, BrokerHealthPanel
from console.sampling.needs import View
from console.screens.lists import BrokersScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import press
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, hosted
from tests.support.stage import shown

SIZE = (120, 40)


@pytest.mark.parametrize(
    ("number", "views"),
    [
        ("2", {View.TOPICS}),
        ("3", {View.GROUPS}),
        ("4", {View.RETENTION}),
        ("5", {View.BROKERS, View.HEALTH, View.TRAFFIC}),
    ],
)
async def test_a_list_needs_what_it_shows_and_has_the_focus(number: str, views: set[View]) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, number)
        assert app.feed.needs[-1].views == views
        assert app.focused is app.screen.query(VTable).first()


async def test_the_list_of_groups_needs_those_in_sight() -> None:
    group = groups()[0]
    many = tuple(replace(group, name=f"group-{number:04d}") for number in range(5_000))
    app = console(replace(busy(), groups=Ready(many, NOW_MS)))
    async with app.run_test(size=SIZE):
        await press(app, "3")
        first = app.feed.needs[-1].groups
        table = app.screen.query(VTable).first()
        assert first == set(table.keys_in_sight) == {each.name for each in many[: len(first)]}
        assert 10 < len(first) < SIZE[1]
        await press(app, "G")
        last = app.feed.needs[-1].groups
        assert last == set(table.keys_in_sight) == {each.name for each in many[-len(last) :]}


@pytest.mark.parametrize(
    ("keys", "opened"),
    [
        (("2", "enter"), "Topics › orders.placed"),
        (("3", "enter"), "Groups › mailer"),
        (("4", "enter"), "Retention › orders.fulfilled"),
        (("2", "c"), "Topics › orders.placed"),
    ],
)
async def test_a_row_opens_what_it_is_about(keys: tuple[str, ...], opened: str) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, *keys)
        assert opened in shown(app)


async def test_brokers_have_the_lines_that_they_need_and_no_more() -> None:
    """As many as a row each takes, up to a third of the screen; what one leaves others have."""
    node = content(hosted().cluster).brokers[0]  # type: ignore[union-attr]
    heights = []
    for count in (1, 9):
        nodes = tuple(replace(node, node_id=number) for number in range(count))
        state = replace(content(hosted().cluster), brokers=nodes)  # type: ignore[type-var]
        app = console(replace(hosted(), cluster=Ready(state, NOW_MS)))
        async with app.run_test(size=SIZE):
            await press(app, "5")
            heights.append(app.screen.query_one(BrokerHealthPanel).outer_size.height)
            assert not app.screen.query_one(BrokerHealthPanel).table.max_scroll_y
    assert heights[0] < heights[1]


async def test_figures_of_an_engine_take_room_only_where_there_are_any() -> None:
    app = console(hosted())
    async with app.run_test(size=SIZE):
        await press(app, "5")
        assert isinstance(app.screen, BrokersScreen)
        assert app.screen.query_one(ApiPanel).size.height
        assert "Flush times" in shown(app)
        app.feed.give(busy())
        await press(app, "j")
        assert "Flush times" not in shown(app)
