"""Texts of the tour with the keys that the person has. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from console.keys.actions import BY_ID
from console.keys.keymap import Keymap

_MARK = re.compile(r"\{(?P<kind>view:)?(?P<name>[a-z-]+(?:\.[a-z-]+)?)\}")
NO_KEY = "(no key)"


class Piece(NamedTuple):
    """A part of a text, which is a key or is none."""

    text: str
    is_key: bool = False


def pieces(text: str, keymap: Keymap, views: Sequence[str]) -> list[Piece]:
    """A text in parts; `views` are the names of the views in the order of their numbers.

    Raises KeyError for a mark of an action that there is not, ValueError for such a view.
    """
    found, at = [], 0
    for mark in _MARK.finditer(text):
        found.append(Piece(text[at : mark.start()]))
        name = mark["name"]
        key = str(views.index(name) + 1) if mark["kind"] else key_of(name, keymap)
        found.append(Piece(key, is_key=True))
        at = mark.end()
    found.append(Piece(text[at:]))
    return [piece for piece in found if piece.text]


def key_of(action_id: str, keymap: Keymap) -> str:
    """How an action is done: its key, or the command where it has none. Raises KeyError."""
    names = BY_ID[action_id].palette
    return keymap.first_key(action_id) or (f":{names[0]}" if names else NO_KEY)


def told(text: str, keymap: Keymap, views: Sequence[str]) -> str:
    """A text with its keys, in one line."""
    return "".join(piece.text for piece in pieces(text, keymap, views))
