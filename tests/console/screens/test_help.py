"""The help of a screen: every key that works there, as the table and the user say."""

import pytest
from textual.containers import VerticalScroll

from console.keys.actions import ACTIONS, VIEWS_MAX, Scope, view_action
from console.keys.key_names import shown_key
from console.keys.keymap import load_keymap
from console.screens.help import HelpScreen
from console.widgets.two_columns import PARTED
from tests.support.console_stage import console
from tests.support.hand import press, resize
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

TALL = (120, 70)
COLUMNS = "KeyLists > Vertical"
DIGITS = {view_action(number) for number in range(1, VIEWS_MAX + 1)}


@pytest.mark.parametrize(("number", "scope"), [("1", Scope.OVERVIEW), ("2", Scope.TOPICS)])
async def test_every_key_of_the_screen_stands_in_its_help(number: str, scope: Scope) -> None:
    app = console(busy())
    async with app.run_test(size=TALL):
        await press(app, number, "?")
        text = shown(app)
        possible = [action for action in ACTIONS if app.frame().possible.includes(action)]
        assert {action.id for action in ACTIONS if action not in possible} == {"app.start-broker"}
        for action in possible:
            if action.scope in (Scope.APP, Scope.TABLE, scope) and action.id not in DIGITS:
                assert shown_key(action.keys[0]) in text
                assert action.help.split()[0] in text


async def test_keys_of_the_user_stand_there_and_those_given_up_do_not() -> None:
    keymap, problems = load_keymap("plain", {"table.sort": "f3", "table.copy": ""})
    assert not problems
    app = console(busy(), keymap=keymap)
    async with app.run_test(size=TALL):
        await press(app, "2", "?")
        text = shown(app)
        assert "f3             Sort by the next column." in text
        assert "Copy the name of this row." not in text


async def test_it_is_opened_by_its_name_and_closed_by_the_keys_of_the_user() -> None:
    keymap, problems = load_keymap("plain", {"help.close": "f9"})
    assert not problems
    app = console(busy(), keymap=keymap)
    async with app.run_test(size=TALL):
        await press(app, *":help", "enter")
        assert isinstance(app.screen, HelpScreen)
        assert "f9 closes" in shown(app)
        await press(app, "escape")
        assert isinstance(app.screen, HelpScreen)
        await press(app, "f9")
        assert not isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize("key", ["escape", "q", "?", "f1"])
async def test_the_key_that_opened_it_closes_it_and_so_do_others(key: str) -> None:
    app = console(busy())
    async with app.run_test(size=TALL):
        await press(app, "?")
        assert isinstance(app.screen, HelpScreen)
        await press(app, key)
        assert not isinstance(app.screen, HelpScreen)
        assert app.is_running


@pytest.mark.parametrize("keys", [("2",), ("2", "enter"), ("5",), ("4",)])
async def test_its_columns_are_about_as_long_on_every_screen(keys: tuple[str, ...]) -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, *keys, "?")
        first, second = (each.size.height for each in app.screen.query(COLUMNS))
        assert abs(first - second) <= 2 * PARTED


async def test_it_has_as_many_columns_as_there_is_room_for_when_the_size_changes() -> None:
    app = console(busy())
    async with app.run_test(size=TALL):
        await press(app, "?")
        assert len(app.screen.query(COLUMNS)) == 2
        await resize(app, 80, 24)
        assert len(app.screen.query(COLUMNS)) == 1
        await resize(app, *TALL)
        assert len(app.screen.query(COLUMNS)) == 2


async def test_its_keys_go_on_scrolling_when_the_size_changes() -> None:
    app = console(busy())
    async with app.run_test(size=TALL):
        await press(app, "?")
        await resize(app, 80, 24)
        assert isinstance(app.screen.focused, VerticalScroll)
