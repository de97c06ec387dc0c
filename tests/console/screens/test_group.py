"""One group: what its screen needs, what opens from it, and what it says of one that is gone."""

from dataclasses import replace

import pytest

from console.model.figures import Known
from console.model.section import Ready
from console.panels.group_events import GroupEventsPanel
from console.panels.group_parts import GroupLagPanel
from console.screens.group import GroupScreen
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_groups import groups, members, partition_lag
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.stage import shown


async def test_it_asks_for_its_group_and_opens_the_topic_of_a_partition() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await app.push_screen(GroupScreen(app, "billing"))
        await at_rest(app)
        assert app.feed.needs[-1].groups == {"billing"}
        assert "classic · range · 6 members · coordinator 1" in shown(app)
        await press(app, "enter")
        assert app.screen.detail == "orders.placed"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("partitions", "count"), [(3, 20), (18, 6)])
async def test_no_list_scrolls_while_another_has_lines_to_spare(
    partitions: int, count: int
) -> None:
    billing = next(each for each in groups() if each.name == "billing")
    one = replace(
        billing,
        members=Known(members("billing", count, "orders.placed", partitions), NOW_MS),
        partitions=tuple(partition_lag("orders.placed", index, 100) for index in range(partitions)),
    )
    app = console(replace(busy(), groups=Ready((one,), NOW_MS)))
    async with app.run_test(size=(120, 40)):
        await app.push_screen(GroupScreen(app, "billing"))
        await at_rest(app)
        tables = app.screen.query(VTable)
        assert {table.row_count for table in tables} >= {partitions, count}
        assert [table.max_scroll_y for table in tables] == [0] * len(tables)


async def test_a_group_that_goes_is_said_to_be_gone_and_leaves_no_figures() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await app.push_screen(GroupScreen(app, "billing"))
        await at_rest(app)
        assert "52.0K" in shown(app)
        app.feed.give(replace(busy(), groups=Ready(groups()[1:], NOW_MS)))
        await at_rest(app)
        assert "There is no group billing" in shown(app)
        assert "esc goes back" in shown(app)
        assert "52.0K" not in shown(app)


async def test_figures_in_two_lines_stand_where_there_is_no_room_for_cards() -> None:
    for size in ((80, 24), (120, 40)):
        app = console(busy())
        async with app.run_test(size=size):
            await app.push_screen(GroupScreen(app, "billing"))
            await at_rest(app)
            text = shown(app).lower()
            for label in ("next unread", "outlook", "time to loss"):
                assert label in text


async def test_what_happened_comes_by_tab_below_a_hundred_columns_and_is_filtered_there() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await app.push_screen(GroupScreen(app, "billing"))
        await at_rest(app)
        assert "rebalances" not in shown(app)
        assert "Members · tab: Events" in shown(app)
        await press(app, "tab", "tab", "tab")
        events = app.screen.query_one(GroupEventsPanel)
        assert app.focused is events.table
        assert "billing-5 joined" in shown(app)
        await press(app, "slash", *"stable", "enter")
        assert events.table.shown_count == 1
        await press(app, "escape", "tab")
        assert app.focused is app.screen.query_one(GroupLagPanel).table
        assert "billing-5 joined" not in shown(app)


async def test_at_a_hundred_columns_everything_is_in_sight() -> None:
    app = console(busy())
    async with app.run_test(size=(100, 40)):
        await app.push_screen(GroupScreen(app, "billing"))
        await at_rest(app)
        for title in ("Lag", "Members", "Events"):
            assert f"─ {title} ─" in shown(app)
