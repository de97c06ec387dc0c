"""The console as a whole: views, history, keys, dialogs, themes, and any size of terminal."""

from pathlib import Path

import pytest
from textual.widgets import Input

from console.app import ConsoleApp
from console.bundled import bundled
from console.demo.screen import DemoScreen
from console.forms.form import Form
from console.forms.topic_config import ConfigForm
from console.keys.actions import ACTIONS, Action, Scope
from console.keys.keymap import load_keymap
from console.palette.prompt import Prompt
from console.port.cluster import NewTopic
from console.sampling.needs import View
from console.screens.alerts import AlertsScreen
from console.screens.broker import BrokerScreen
from console.screens.clusters import ClustersScreen
from console.screens.diff import DiffScreen
from console.screens.group import GroupScreen
from console.screens.help import HelpScreen
from console.screens.journal import JournalScreen
from console.screens.lists import BrokersScreen, GroupsScreen, RetentionScreen, TopicsScreen
from console.screens.messages import MessagesScreen
from console.screens.overview import OverviewScreen
from console.screens.record import RecordScreen
from console.screens.topic import TopicScreen
from console.theming.loader import load_theme
from console.views import VIEWS
from console.widgets.columns_dialog import ColumnsDialog
from console.widgets.confirm import ConfirmDialog
from console.widgets.mark_table import MarkTable
from console.widgets.row_dialog import RowDialog
from console.widgets.table_panel import TablePanel
from console.widgets.text_view import TextView
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, send_key
from tests.support.sample_snapshots import VARIANTS, busy, loading, stale
from tests.support.stage import lines_of, segments_of, shown
from tests.support.waiting import until

SIZE = (120, 40)


def front(app: StagedConsole) -> str:
    return type(app.screen).__name__


async def test_numbers_switch_views_which_are_as_they_were_left() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "j", "j")
        cursor = app.screen.query_one(VTable).cursor_key
        await pilot.press("3", "2")
        assert app.current_mode == "topics"
        assert app.screen.query_one(VTable).cursor_key == cursor


@pytest.mark.parametrize("variant", VARIANTS)
async def test_every_view_draws_every_kind_of_snapshot(variant: str) -> None:
    app = console(VARIANTS[variant]())
    async with app.run_test(size=SIZE) as pilot:
        for number, view in enumerate(VIEWS, 1):
            await pilot.press(str(number))
            assert app.current_mode == view.name
        assert len(lines_of(app)) == SIZE[1]


async def test_command_with_a_filter_leads_to_the_list_that_it_filters() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter")
        assert isinstance(app.screen, TopicScreen)
        await press(app, "colon", *"topics payments", "enter")
        assert isinstance(app.screen, TopicsScreen)
        assert app.screen.query_one(TablePanel).filter_line.value == "payments"


async def test_enter_opens_escape_and_q_go_back() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "enter")
        assert isinstance(app.screen, TopicScreen)
        assert "Topics › orders.placed" in lines_of(app)[0]
        await pilot.press("escape")
        assert front(app) == "TopicsScreen"
        await pilot.press("3", "enter")
        assert isinstance(app.screen, GroupScreen)
        await pilot.press("q")
        assert front(app) == "GroupsScreen"
        assert app.is_running


async def test_q_at_a_first_screen_quits_only_when_pressed_twice() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "q", "j")
        assert app.is_running
        assert "Press q again to quit" in shown(app)
        send_key(app, "q")
        await until(lambda: app.return_code is not None)
    assert app.return_code == 0


async def test_history_goes_back_and_forward_through_what_was_open() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "enter", "3")
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert isinstance(app.screen, TopicScreen)
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert front(app) == "TopicsScreen"
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert isinstance(app.screen, TopicScreen)
        assert app.screen.detail == "orders.placed"
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()
        assert app.current_mode == "groups"
        await pilot.press("minus")
        await pilot.pause()
        assert app.current_mode == "topics"


async def test_visible_screen_says_what_it_needs() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "enter")
        await pilot.pause()
        assert app.feed.needs[0].views == {View.OVERVIEW}
        assert app.feed.needs[-1].topics == {"orders.placed"}
        await pilot.press("escape")
        await pilot.pause()
        assert app.feed.needs[-1].topics == frozenset()


async def test_only_the_screen_in_front_draws_and_a_dialog_does_not_stop_it() -> None:
    app = console(loading())
    async with app.run_test(size=SIZE) as pilot:
        assert "Reading topics" in shown(app)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "Overview, Topics, Groups, Retention," in shown(app)
        app.feed.give(busy())
        await pilot.press("escape")
        await pilot.pause()
        assert "orders.placed" in shown(app)


async def test_filter_is_typed_into_the_table_and_escape_clears_it_first() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "enter", "escape", "slash", *"payq2")
        assert isinstance(app.focused, Input)
        assert app.focused.value == "payq2"
        await pilot.press("backspace", "backspace", "enter")
        panel = app.screen.query_one(TablePanel)
        assert set(panel.table.shown_keys) == {
            "payments.authorized",
            "payments.captured",
            "dlq.payments",
        }
        assert "3/29" in str(panel.border_subtitle)
        await pilot.press("escape")
        assert panel.table.shown_count == 29
        assert front(app) == "TopicsScreen"


@pytest.mark.parametrize(
    ("typed", "screen", "found"),
    [
        ("groups", "GroupsScreen", "billing"),
        ("topics pay", "TopicsScreen", "3/29"),
        ("topic orders.placed", "TopicScreen", "Partitions"),
        ("group billing", "GroupScreen", "Lag by partition"),
    ],
)
async def test_prompt_leads_where_it_says(typed: str, screen: str, found: str) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("colon", *("space" if sign == " " else sign for sign in typed), "enter")
        await pilot.pause()
        assert front(app) == screen
        assert found in shown(app)


async def test_prompt_switches_theme_and_pace_and_tells_what_it_does_not_know() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("colon", *"theme", "space", *"paper", "enter")
        await pilot.pause()
        assert app.theme == "paper"
        await pilot.press("colon", *"interval", "space", *"5s", "enter")
        await pilot.pause()
        assert app.feed.interval_s == 5.0
        await pilot.press("ctrl+p", *"fly", "enter")
        await pilot.pause()
        assert "there is no command fly" in shown(app)


async def test_keys_for_the_feed_reach_it() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r", "P")
        await pilot.pause()
        assert (app.feed.refreshes, app.feed.is_paused) == (1, True)
        assert "paused" in lines_of(app)[0]
        await pilot.press("P", "ctrl+r")
        await pilot.pause()
        assert (app.feed.is_paused, app.feed.interval_s) == (False, 2.0)


async def test_theme_key_switches_and_a_saved_theme_is_taken_up(tmp_path: Path) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert app.theme == "paper"
        changed = tmp_path / "paper.toml"
        changed.write_text(
            (bundled("themes") / "paper.toml").read_text().replace("#0B63C5", "#0B53B5")
        )
        app.take_theme(load_theme(changed))
        await pilot.pause()
        brand = segments_of(app)[0][0].style
        assert brand is not None
        assert brand.bgcolor is not None
        assert brand.bgcolor.name.upper() == app.theme_variables["primary"].upper() != "#0B63C5"


async def test_times_key_goes_round() -> None:
    app = console(busy())
    async with app.run_test(size=(200, 60)) as pilot:
        assert "22:24:31 UTC" in lines_of(app)[0]
        assert "22:24:29 ▲ lag billing" in shown(app)
        await pilot.press("T")
        await pilot.pause()
        assert "2s ▲ lag billing" in shown(app)


async def test_what_the_feed_publishes_is_shown_where_a_frame_is_drawn_before_it_runs() -> None:
    app = console(busy())
    app.draws_first = True
    async with app.run_test(size=SIZE):
        await at_rest(app)
        assert "orders.placed" in shown(app)


async def test_lost_connection_is_told_under_the_header() -> None:
    app = console(stale())
    async with app.run_test(size=SIZE):
        assert lines_of(app)[2].strip() == (
            "▲ kafka-1.eu:9092 refused the connection; next attempt in 8s"
        )
        assert "as of 46s ago" in shown(app)


async def test_problems_of_the_settings_are_shown_at_the_start() -> None:
    app = console(busy(), problems=("console.keys: topics.fly: there is no such action",))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.pause()
        assert "topics.fly" in shown(app)


async def test_keys_of_the_user_replace_the_defaults_everywhere() -> None:
    keymap, problems = load_keymap("plain", {"app.help": "H", "table.down": "ctrl+y"})
    assert not problems
    app = console(busy(), keymap=keymap)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+y")
        assert app.screen.query_one(VTable).cursor_key == "orders.fulfilled"
        await pilot.press("question_mark")
        assert isinstance(app.screen, OverviewScreen)
        assert "H Help" in lines_of(app)[-1]
        await pilot.press("H")
        assert isinstance(app.screen, HelpScreen)


async def test_mouse_chooses_views_and_keys() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(offset=(lines_of(app)[1].index("Groups") + 1, 1))
        await pilot.pause()
        assert app.current_mode == "groups"
        await pilot.click(offset=(lines_of(app)[-1].index("Help") + 1, 39))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_keys_of_a_screen_work_on_it() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "c")
        await pilot.pause()
        assert isinstance(app.focused, VTable)
        assert app.focused.cursor_key == "fraud"


@pytest.mark.parametrize("are_shown", [False, True])
async def test_internal_topics_are_shown_as_the_settings_and_the_key_say(are_shown: bool) -> None:
    app = console(busy(), are_internal_shown=are_shown)

    async def rows(number: str) -> int:
        await press(app, number)
        return app.screen.query_one(VTable).row_count

    async with app.run_test(size=SIZE):
        before = [await rows(number) for number in "124"]
        await press(app, "i")
        after = [await rows(number) for number in "124"]
        step = -1 if are_shown else 1
        assert after == [count + step for count in before]


async def test_deleting_asks_for_the_name() -> None:
    app = console(busy())
    await app.cluster.create_topic(NewTopic("orders.placed", 3, 1))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("2", "D", *"orders", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        assert "■ The end is missing: .placed" in shown(app)
        await pilot.press(*".placed", "enter")
        await pilot.pause()
        assert front(app) == "TopicsScreen"
        assert "orders.placed is deleted" in shown(app)
    assert "orders.placed" not in app.cluster.world.topics


SCREENS = (
    *(OverviewScreen, TopicsScreen, GroupsScreen, RetentionScreen, BrokersScreen),
    JournalScreen,
)
WIDGETS: dict[Scope, type] = {
    Scope.TABLE: VTable,
    Scope.MARKS: MarkTable,
    Scope.COLUMNS: ColumnsDialog,
    Scope.TEXT: TextView,
    Scope.ROW: RowDialog,
    Scope.HELP: HelpScreen,
    Scope.PROMPT: Prompt,
    Scope.DIALOG: ConfirmDialog,
    Scope.CONFIRM: ConfirmDialog,
    Scope.FORM: Form,
    Scope.CONFIG: ConfigForm,
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_method_where_it_works(action: Action) -> None:
    space, _, name = action.method.partition("(")[0].rpartition(".")
    if space == "app":
        places: list[type] = [ConsoleApp]
    elif action.scope in WIDGETS:
        places = [WIDGETS[action.scope]]
    else:
        details = (TopicScreen, GroupScreen, BrokerScreen, MessagesScreen, RecordScreen, DiffScreen)
        every = (*SCREENS, *details, ClustersScreen, AlertsScreen, DemoScreen)
        places = [s for s in every if action.scope in (Scope.APP, *s.SCOPES)]
    assert places
    assert all(hasattr(place, f"action_{name}") for place in places)


@pytest.mark.parametrize("size", [(59, 20), (60, 19), (30, 8)])
async def test_below_the_least_size_it_says_so(size: tuple[int, int]) -> None:
    app = console(busy())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "too small" in shown(app)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "too small" not in shown(app)
        assert "orders.placed" in shown(app)
