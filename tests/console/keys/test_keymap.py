"""The keys of the user: defaults, overrides, and every fault told without harm."""

from dataclasses import fields
from itertools import combinations

import pytest

from console.keys.actions import ACTIONS, BY_ID, VIEWS_MAX, Scope, of_scopes, view_action
from console.keys.dialog_actions import TYPING_SCOPES
from console.keys.keymap import (
    DEFAULT_KEYMAP,
    PRESETS,
    Keymap,
    is_key,
    is_typed,
    load_keymap,
)
from console.port.capabilities import Capabilities

SHARED = {
    ("table.open", "messages.more"),
    ("table.open", "demo.restart"),
    ("table.right", "demo.limit"),
    ("table.copy-row", "messages.copy-record"),
}
"""The screen's action where nothing of its table is under the cursor, or its table gives the key
up, and the table's where it is.
"""


@pytest.fixture(params=[*PRESETS])
def keymap(request: pytest.FixtureRequest) -> Keymap:
    """The keys of each preset."""
    found, problems = load_keymap(request.param, {})
    assert not problems
    return found


def test_every_action_has_a_name_of_its_own_and_words() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert all(action.label and action.help.endswith(".") for action in ACTIONS)


@pytest.mark.parametrize("scope", Scope)
def test_no_key_stands_twice_in_a_scope(scope: Scope) -> None:
    keys = [key for action in of_scopes(scope) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_what_an_action_needs_is_a_capability() -> None:
    known = {field.name for field in fields(Capabilities)} | {""}
    assert {action.needs for action in ACTIONS} <= known


def test_no_destructive_action_lies_on_a_key_that_moves() -> None:
    moving = {"ctrl+d", "ctrl+k", "ctrl+u", "ctrl+f", "ctrl+b", "j", "k", "g", "G", "enter"}
    assert not [a.id for a in ACTIONS if a.is_destructive and moving & set(a.keys)]


def test_every_destructive_key_is_strong() -> None:
    destructive = [action for action in ACTIONS if action.is_destructive]
    assert destructive
    assert not [
        action.id
        for action in destructive
        for key in action.keys
        if len(key) == 1 and key.islower()
    ]


def test_every_preset_has_a_key_for_every_action_but_those_it_gives_up(
    request: pytest.FixtureRequest, keymap: Keymap
) -> None:
    preset = PRESETS[request.node.callspec.params["keymap"]]
    assert [each.id for each in ACTIONS if not keymap.keys_of(each)] == [
        name for name, keys in preset.items() if not keys
    ]
    bound = [each.id for scope in Scope for each in keymap.bindings([scope])]
    assert sorted(bound) == sorted(each.id for each in ACTIONS if keymap.keys_of(each))


def is_hidden_by(one: Scope, other: Scope) -> bool:
    """Whether a key of one would be heard in the place of that of the other, or of none.

    A screen may give a key of everywhere another meaning; its table may not take one of its keys.
    """
    widgets = {Scope.TABLE, Scope.TEXT}
    apart = {Scope.APP, Scope.HELP, Scope.ROW, Scope.CONFIRM, Scope.COLUMNS, *TYPING_SCOPES}
    together = [
        *({Scope.APP, widget} for widget in widgets),
        *({Scope.TABLE, screen} for screen in set(Scope) - widgets - apart - {Scope.RECORD}),
        {Scope.TEXT, Scope.RECORD},
        {Scope.FORM, Scope.TABLE},
        {Scope.FORM, Scope.CONFIG},
        {Scope.DIALOG, Scope.CONFIRM},
    ]
    return one == other or {one, other} in together


def test_no_key_that_is_shipped_keeps_another_action_from_being_heard(keymap: Keymap) -> None:
    clashes = [
        (one.id, other.id)
        for one, other in combinations(ACTIONS, 2)
        if is_hidden_by(one.scope, other.scope)
        if set(keymap.keys_of(one)) & set(keymap.keys_of(other))
    ]
    assert set(clashes) == SHARED


def test_no_key_that_can_be_typed_is_taken_from_a_line(keymap: Keymap) -> None:
    stolen = [
        (action.id, key)
        for action in of_scopes(*TYPING_SCOPES)
        for key in keymap.keys_of(action)
        if is_typed(key)
    ]
    assert not stolen
    assert not [each.id for each in ACTIONS if each.before_line and each.scope not in TYPING_SCOPES]


def test_every_view_that_may_be_has_a_digit() -> None:
    keys = [BY_ID[view_action(number)].keys for number in range(1, VIEWS_MAX + 1)]
    assert keys == [(digit,) for digit in "123456789"]


def test_two_actions_may_change_keys() -> None:
    keymap, problems = load_keymap("plain", {"table.sort": "y", "table.copy": "s"})
    assert not problems
    assert keymap.first_key("table.sort") == "y"
    assert keymap.first_key("table.copy") == "s"


def test_of_two_wishes_for_one_key_the_later_gives_way() -> None:
    keymap, problems = load_keymap("plain", {"table.sort": "f7", "table.copy": "f7"})
    assert [each.action_id for each in problems] == ["table.copy"]
    assert (keymap.first_key("table.sort"), keymap.first_key("table.copy")) == ("f7", "y")


def test_a_footer_tells_each_key_once_and_what_it_does_on_that_screen() -> None:
    shown = DEFAULT_KEYMAP.footer([Scope.APP, Scope.TABLE, Scope.DEMO])
    assert [label for key, label, _ in shown if key == "⏎"] == ["Restart"]
    assert len({key for key, _, _ in shown}) == len(shown)


def test_every_default_key_is_a_key() -> None:
    assert all(is_key(key) for action in ACTIONS for key in action.keys)


def test_override_replaces_the_keys_of_an_action() -> None:
    keymap, problems = load_keymap("plain", {"table.open": "o, enter"})
    assert not problems
    assert keymap.keys_of(BY_ID["table.open"]) == ("o", "enter")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("topics.fly", "f", "no such action"),
        ("table.open", "ctrl+banana", "not the name of a key"),
        ("topics.internal", "D", "already the key of topics.delete"),
        ("app.refresh", "slash", "already the key of table.filter"),
        ("form.submit", "x", "typed into the line"),
        ("prompt.close", "space", "typed into the line"),
        ("dialog.close", "y", "typed into the line"),
        ("confirm.yes", "n", "already the key of confirm.no"),
        ("help.shut", "x", "no such action"),
    ],
)
def test_wrong_entry_is_told_and_keeps_the_default(name: str, text: str, told: str) -> None:
    keymap, problems = load_keymap("plain", {name: text})
    assert told in str(problems[0])
    if name in BY_ID:
        assert keymap.keys_of(BY_ID[name]) == BY_ID[name].keys


def test_unknown_preset_is_told() -> None:
    assert "emacs" in str(load_keymap("emacs", {})[1][0])


def test_footer_shows_the_most_useful_first() -> None:
    labels = [
        label for _, label, _ in DEFAULT_KEYMAP.footer([Scope.APP, Scope.TABLE, Scope.TOPICS])
    ]
    assert labels[:3] == ["Command", "Filter", "Open"]
    assert labels[-1] == "Quit"
