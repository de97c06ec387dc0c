"""Keys as people read them."""

from collections.abc import Iterable, Mapping

KEY_NAMES: Mapping[str, str] = {
    "colon": ":",
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "minus": "-",
    "plus": "+",
    "at": "@",
    "left": "←",
    "right": "→",
    "enter": "⏎",
    "up": "↑",
    "down": "↓",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "equals_sign": "=",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "esc",
    "delete": "del",
}

SENT_AS: Mapping[str, str] = {"ctrl+space": "ctrl+@"}
"""Keys for which older terminals send what is another key's as well."""


def as_sent(keys: Iterable[str]) -> str:
    """Keys as Textual takes them, each in every way in which a terminal may send it."""
    ways = (way for key in keys for way in (key, SENT_AS.get(key, key)))
    return ",".join(dict.fromkeys(ways))


def shown_key(key: str) -> str:
    """A key as people read it: `:`, `ctrl+l`, `esc`."""
    return KEY_NAMES.get(key, key)
