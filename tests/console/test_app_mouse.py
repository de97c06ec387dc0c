"""Whatever a key does that stands on the screen, a click on it does too."""

import pytest
from textual.events import MouseScrollDown

from console.forms.create_topic import CreateTopicForm
from console.palette.prompt import Prompt
from console.screens.alerts import AlertsScreen
from console.screens.clusters import ClustersScreen
from console.screens.help import HelpScreen
from console.screens.lists import GroupsScreen, TopicsScreen
from console.screens.topic import TopicScreen
from console.settings import TimeStyle
from console.widgets.columns_dialog import ColumnsDialog
from console.widgets.confirm import ConfirmDialog
from console.widgets.table_rows import Order
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, click_on, press
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

SIZE = (120, 40)


def table(app: StagedConsole) -> VTable:
    return app.screen.query(VTable).first()


async def test_a_click_moves_the_cursor_a_double_click_opens_and_a_head_sorts() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2")
        await click_on(app, "clickstream.web")
        assert table(app).cursor_key == "clickstream.web"
        await click_on(app, "SIZE")
        assert table(app).order == Order(5, is_down=True)
        await click_on(app, "SIZE")
        assert table(app).order == Order(5)
        await click_on(app, "users.signup", times=2)
        assert isinstance(app.screen, TopicScreen)
        assert app.screen.detail == "users.signup"


async def test_a_click_in_another_panel_gives_it_the_focus() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter")
        await click_on(app, "cleanup.policy")
        focused = app.focused
        assert isinstance(focused, VTable)
        assert focused.cursor_key == "cleanup.policy"


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 20)) as pilot:
        await press(app, "2")
        first, key = shown(app), table(app).cursor_key
        await pilot._post_mouse_events([MouseScrollDown], table(app), (5, 5), button=0)
        await at_rest(app)
        assert shown(app) != first
        assert table(app).cursor_key == key


async def test_views_are_clicked_and_the_one_in_front_goes_to_its_top() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await click_on(app, "Groups   4")
        assert isinstance(app.screen, GroupsScreen)
        await press(app, "2", "enter")
        await click_on(app, "Topics   3")
        assert isinstance(app.screen, TopicsScreen)


async def test_the_place_in_the_header_leads_to_the_top_of_its_view() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "2", "enter", "tab", "tab", "enter")
        await click_on(app, "Topics › ")
        assert isinstance(app.screen, TopicsScreen)


async def test_views_are_clicked_in_a_small_terminal_too() -> None:
    app = console(busy())
    async with app.run_test(size=(60, 20)):
        await click_on(app, "3 Gro")
        assert isinstance(app.screen, GroupsScreen)


async def test_the_parts_of_the_header_are_clicked() -> None:
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=SIZE):
        await click_on(app, "◆ kconsole")
        assert isinstance(app.screen, HelpScreen)
        await click_on(app, "esc closes")
        await click_on(app, "1s ⟳")
        assert app.feed.interval_s == 2.0
        await click_on(app, "UTC")
        assert app.times.style is TimeStyle.RELATIVE
        await press(app, "P")
        await click_on(app, "paused")
        assert not app.feed.is_paused
        await click_on(app, "prod-eu-west")
        assert isinstance(app.screen, ClustersScreen)


@pytest.mark.parametrize(
    ("label", "screen"), [("Command", Prompt), ("Help", HelpScreen), ("New topic", CreateTopicForm)]
)
async def test_the_keys_of_the_footer_are_clicked(label: str, screen: type) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2")
        await click_on(app, f"{label}  ")
        assert isinstance(app.screen, screen)


async def test_keys_of_the_table_in_the_footer_are_clicked_too() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2")
        await click_on(app, "Filter  ")
        assert app.screen.query_one("TopicsPanel").filter_line.has_focus  # type: ignore[attr-defined]
        await press(app, "escape")
        await click_on(app, "⏎ Open")
        assert isinstance(app.screen, TopicScreen)


async def test_the_buttons_of_a_question_are_clicked() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 1)
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        await click_on(app, "enter confirms")
        assert isinstance(app.screen, ConfirmDialog)
        await click_on(app, "esc cancels")
        assert isinstance(app.screen, TopicsScreen)
        await press(app, "D", *"orders.placed")
        await click_on(app, "enter confirms")
        await at_rest(app)
    assert "orders.placed" not in app.cluster.world.topics


async def test_yes_and_no_are_clicked() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 1, configs={"retention.ms": "1"})
    async with app.run_test(size=SIZE):
        await app.writes.set_topic_configs("orders.placed", {"retention.ms": "2"})
        await press(app, "u")
        await click_on(app, "n or esc no")
        assert not isinstance(app.screen, ConfirmDialog)
        await press(app, "u")
        await click_on(app, "y yes")
        await at_rest(app)
    assert app.cluster.world.topics["orders.placed"].configs["retention.ms"] == "1"


async def test_forms_and_lists_of_columns_are_clicked() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "n")
        await click_on(app, "closes")
        assert isinstance(app.screen, TopicsScreen)
        await press(app, "v")
        assert isinstance(app.screen, ColumnsDialog)
        await click_on(app, "space shows")
        assert table(app) is app.screen.query(VTable).first()
        await click_on(app, "esc closes")
        assert isinstance(app.screen, TopicsScreen)
        assert table(app).choice.hidden == {"topic"}


async def test_an_alert_in_the_header_is_clicked() -> None:
    app = console(busy(), alerting=sample_alerting())
    async with app.run_test(size=(160, 40)):
        await at_rest(app)
        await click_on(app, " alert")
        assert isinstance(app.screen, AlertsScreen)
