"""Keys as people read them."""

from collections.abc import Mapping

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


def shown_key(key: str) -> str:
    """A key as people read it: `:`, `ctrl+l`, `esc`."""
    return KEY_NAMES.get(key, key)
