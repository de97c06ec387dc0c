"""What can be done in a dialog: keys with words, which can be clicked too.

They stand in its lower border, and in the footer in the place of those of the screen beneath.
"""

from collections.abc import Iterable
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from console.keys.actions import BY_ID
from console.keys.keymap import Keymap

BETWEEN = " · "
SUBMIT = "form.submit"
"""The action for which each dialog has a word of its own."""
TABLE_KEYS = ("table.filter", "table.sort")
"""What the footer of a dialog with a table tells of it, by the ids of the actions."""


class Hint(NamedTuple):
    """A key, what it does in a word, and the action of the dialog that does it."""

    key: str
    verb: str
    action: str


def hint_line(hints: Iterable[Hint]) -> Content:
    """The hints beside each other; those without a key are left out."""
    parts = (
        Content.styled(f"{key} {verb}", Style.from_meta({"@click": f"screen.{action}"}))
        for key, verb, action in hints
        if key
    )
    return Content(BETWEEN).join(parts)


def footer_keys(
    keymap: Keymap, action_ids: Iterable[str], *, submits: str = ""
) -> tuple[tuple[str, str, str], ...]:
    """What a footer shows of actions by their ids; those without a key are left out.

    `submits` is the word of the dialog's own border for what it is there to do: `creates`.
    """
    own = {SUBMIT: imperative(submits)} if submits else {}
    return tuple(
        (key, own.get(each, BY_ID[each].label), BY_ID[each].method)
        for each in action_ids
        if (key := keymap.first_key(each))
    )


def imperative(verb: str) -> str:
    """The word of a border as that of a footer: `publishes` is `Publish`."""
    first, *rest = verb.split(" ")
    base = first[: -2 if first.endswith(("shes", "ches", "sses", "xes", "oes")) else -1]
    return " ".join((base.capitalize(), *rest))


def hints_of(keymap: Keymap, wanted: Iterable[tuple[str, str]]) -> Content:
    """The line of hints for actions by their ids, each with its word."""
    return hint_line(
        Hint(keymap.first_key(action_id), verb, BY_ID[action_id].method)
        for action_id, verb in wanted
    )
