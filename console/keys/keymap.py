"""The user's keys: the table's defaults with overrides from `[console.keys]` and presets.

Every fault is told and none is fatal: an entry that is wrong keeps its default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.keys import Keys

from console.keys.actions import ACTIONS, ANYTHING, BY_ID, WIDGET_SCOPES, Action, Possible, Scope
from console.keys.dialog_actions import TYPING_SCOPES
from console.keys.key_names import as_sent, shown_key

PRESETS: Mapping[str, Mapping[str, str]] = {
    "plain": {},
    "k9s": {
        "app.quit-now": "ctrl+q,ctrl+c",
        "app.quit-hint": "",
        "table.copy": "c",
        "table.columns": "V",
        "overview.groups": "v",
        "topics.groups": "v",
        "retention.groups": "v",
        "topic.group": "v",
    },
    "vim": {
        "app.back": "escape,h",
        "app.history-back": "ctrl+o",
        "app.last": "ctrl+6",
        "table.left": "left",
    },
}
_KNOWN_KEYS = {key.value for key in Keys}


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """An entry of the user's keys that was not taken: which, and why."""

    action_id: str
    reason: str

    def __str__(self) -> str:
        return f"console.keys: {self.action_id}: {self.reason}"


class Keymap:
    """Which keys do what, after checks. Immutable."""

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self._keys = dict(keys)

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, the one to show first."""
        return self._keys.get(action.id, action.keys)

    def first_key(self, action_id: str) -> str:
        """The key of an action that is shown; empty when it has none."""
        keys = self.keys_of(BY_ID[action_id])
        return shown_key(keys[0]) if keys else ""

    @property
    def overrides(self) -> dict[str, str]:
        """What differs from the table, as Textual's keymap wants it: keys by binding id."""
        return {name: as_sent(keys) for name, keys in self._keys.items()}

    def bindings(self, scopes: Iterable[Scope]) -> list[Binding]:
        """Textual's bindings of the actions of some scopes."""
        wanted = set(scopes)
        return [
            Binding(
                as_sent(self.keys_of(action)),
                action.method,
                action.label,
                show=bool(action.rank),
                id=action.id,
                key_display=shown_key(self.keys_of(action)[0]),
                tooltip=action.help,
                priority=action.before_line,
            )
            for action in ACTIONS
            if action.scope in wanted and self.keys_of(action)
        ]

    def footer(
        self, scopes: Iterable[Scope], possible: Possible = ANYTHING, *, has_rows: bool = True
    ) -> list[tuple[str, str, str]]:
        """(key as shown, label, method) for the footer of these scopes, most useful first.

        What is not possible is left out, without rows what is done to one, and of actions with one
        key all but that of the narrowest scope: a screen gives a key of tables a meaning of its
        own.
        """
        wanted = set(scopes)
        shown = [
            action
            for action in ACTIONS
            if action.scope in wanted and action.rank and self.keys_of(action)
            if possible.includes(action) and (has_rows or not action.of_row)
        ]
        shown.sort(key=lambda action: _breadth(action.scope))
        by_key: dict[str, Action] = {}
        for action in shown:
            by_key.setdefault(self.keys_of(action)[0], action)
        ranked = sorted(by_key.items(), key=lambda pair: pair[1].rank)
        return [(shown_key(key), action.label, action.method) for key, action in ranked]


def _breadth(scope: Scope) -> int:
    """How widely a scope's keys work: on one screen, in a kind of widget, everywhere."""
    if scope is Scope.APP:
        return 2
    return 1 if scope in WIDGET_SCOPES else 0


DEFAULT_KEYMAP = Keymap({})


def load_keymap(preset: str, overrides: Mapping[str, str]) -> tuple[Keymap, tuple[KeyProblem, ...]]:
    """The keymap of a preset and overrides (`"table.open" = "o,enter"`), and what was wrong."""
    problems: list[KeyProblem] = []
    if preset not in PRESETS:
        problems.append(KeyProblem("preset", f"{preset!r} is none of {', '.join(sorted(PRESETS))}"))
    keys: dict[str, tuple[str, ...]] = {}
    for name, text in {**PRESETS.get(preset, {}), **overrides}.items():
        problem = _entry_problem(name, text)
        if problem is None:
            keys[name] = tuple(key.strip() for key in text.split(",") if key.strip())
        else:
            problems.append(KeyProblem(name, problem))
    # Judged together, so that two actions can change keys; the later of two that clash gives way.
    while (clashing := _last_clash(keys)) is not None:
        problems.append(clashing)
        del keys[clashing.action_id]
    return Keymap(keys), tuple(problems)


def _last_clash(keys: dict[str, tuple[str, ...]]) -> KeyProblem | None:
    for name in reversed(keys):
        clash = _clash(name, keys[name], keys)
        if clash is not None:
            return KeyProblem(name, clash)
    return None


def _entry_problem(name: str, text: str) -> str | None:
    if name not in BY_ID:
        return "there is no such action"
    for key in filter(None, (key.strip() for key in text.split(","))):
        if not is_key(key):
            return f"{key!r} is not the name of a key"
        if BY_ID[name].scope in TYPING_SCOPES and is_typed(key):
            return f"{key!r} is typed into the line; take one with ctrl, or f1 to f12"
    return None


def is_key(name: str) -> bool:
    """Whether Textual knows a key by this name: `a`, `A`, `ctrl+l`, `f5`, `slash`."""
    *modifiers, key = name.split("+")
    if any(modifier not in {"ctrl", "shift", "alt", "super", "meta"} for modifier in modifiers):
        return False
    return len(key) == 1 or name in _KNOWN_KEYS or key in _KNOWN_KEYS or key in _NAMED


_NAMED = {
    *("slash", "colon", "question_mark", "left_square_bracket", "right_square_bracket"),
    *("minus", "plus", "equals_sign", "comma", "full_stop", "underscore", "semicolon", "space"),
    *("at", "less_than_sign", "greater_than_sign"),
}


def is_typed(key: str) -> bool:
    """Whether a key puts a character into a line that is typed in."""
    return len(key) == 1 or key in _NAMED


def _clash(name: str, wanted: tuple[str, ...], taken: Mapping[str, tuple[str, ...]]) -> str | None:
    """Another action that has one of these keys where this one works."""
    mine = BY_ID[name]
    for other in ACTIONS:
        if other.id == name or not _meet(mine.scope, other.scope):
            continue
        shared = set(wanted) & set(taken.get(other.id, other.keys))
        if shared:
            return f"{min(shared)!r} is already the key of {other.id}"
    return None


_TOGETHER = (
    {Scope.APP, Scope.TABLE},
    {Scope.APP, Scope.MARKS},
    {Scope.TABLE, Scope.MARKS},
    {Scope.APP, Scope.TEXT},
    {Scope.FORM, Scope.TABLE},
    {Scope.FORM, Scope.CONFIG},
    {Scope.DIALOG, Scope.CONFIRM},
)


def _meet(one: Scope, other: Scope) -> bool:
    """Whether two scopes are ever active together with neither overriding the other on purpose."""
    return one == other or {one, other} in _TOGETHER
