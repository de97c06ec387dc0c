"""The keys of the user: defaults, overrides, and every fault told without harm."""

from dataclasses import fields

import pytest

from console.keys.actions import ACTIONS, BY_ID, Scope, of_scopes
from console.keys.keymap import DEFAULT_KEYMAP, PRESETS, is_key, load_keymap
from console.port.capabilities import Capabilities


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
    ],
)
def test_wrong_entry_is_told_and_keeps_the_default(name: str, text: str, told: str) -> None:
    keymap, problems = load_keymap("plain", {name: text})
    assert told in str(problems[0])
    if name in BY_ID:
        assert keymap.keys_of(BY_ID[name]) == BY_ID[name].keys


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_right(preset: str) -> None:
    assert load_keymap(preset, {})[1] == ()


def test_unknown_preset_is_told() -> None:
    assert "emacs" in str(load_keymap("emacs", {})[1][0])


def test_footer_shows_the_most_useful_first() -> None:
    labels = [
        label for _, label, _ in DEFAULT_KEYMAP.footer([Scope.APP, Scope.TABLE, Scope.TOPICS])
    ]
    assert labels[:3] == ["Command", "Filter", "Open"]
    assert labels[-1] == "Quit"
