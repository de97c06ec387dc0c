"""The help of a screen: every key that works on it, from the table of actions."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen

from console.keys.actions import ANYTHING, VIEWS_MAX, Possible, Scope, of_scopes, view_action
from console.keys.key_names import shown_key
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.widgets.breakpoints import WIDE
from console.widgets.chrome import KeyFooter
from console.widgets.hints import footer_keys, hints_of
from console.widgets.palette import Role
from console.widgets.themed import Themed
from console.widgets.two_columns import Listed, in_two_columns

TITLES = {
    Scope.APP: "Everywhere",
    Scope.TABLE: "In tables",
    Scope.MARKS: "Marking rows",
    Scope.TEXT: "In texts",
}
KEYS_WIDTH = 15
WORDS_WIDTH = 36
"""Cells beside the keys where the box is as wide as it gets; in a narrower one words wrap sooner,
in both columns."""
_OF_VIEWS = frozenset(view_action(number) for number in range(1, VIEWS_MAX + 1))
"""They stand apart, with what the views are called."""


class KeyList(Themed):
    """A heading, and under it keys with what they do; long words wrap beside their keys."""

    DEFAULT_CSS = """
    KeyList { height: auto; width: 1fr; padding-bottom: 1; }
    """

    def __init__(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._entries = tuple(lines)

    def render(self) -> Table:
        style = self.palette.style
        table = Table.grid(Column(width=KEYS_WIDTH), Column(ratio=1), expand=True)
        table.add_row(Text(self._title, style(Role.HEAD), no_wrap=True))
        for keys, words in self._entries:
            table.add_row(Text(keys, style(Role.PRIMARY)), Text(words, style(Role.TEXT)))
        return table


class KeyLists(Horizontal):
    """The lists of keys, in as many columns as there is room for at the moment."""

    DEFAULT_CSS = """
    KeyLists, KeyLists > Vertical { height: auto; width: 1fr; }
    KeyLists > Vertical { padding-right: 2; }
    """

    def __init__(self, lists: Sequence[Listed]) -> None:
        super().__init__()
        self._lists = tuple(lists)
        self._columns = 0

    def compose(self) -> ComposeResult:
        self._columns = _columns_at(self.app.size.width)
        is_one = self._columns == 1
        for column in (self._lists,) if is_one else in_two_columns(self._lists, WORDS_WIDTH):
            with Vertical():
                yield from (KeyList(each.title, each.entries) for each in column)

    def on_resize(self) -> None:
        if self._columns != _columns_at(self.app.size.width):
            self.refresh(recompose=True)


class HelpScreen(ModalScreen[None]):
    """Closed by the keys that open it, and by those that leave a screen."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; overflow: hidden; }
    HelpScreen > VerticalScroll {
        width: 112; max-width: 96%; height: auto; max-height: 92%; padding: 1 1 1 2;
        border: round $primary; background: $surface; border-title-color: $primary;
        border-title-style: bold; border-subtitle-color: $muted; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.HELP])]

    def __init__(
        self,
        keymap: Keymap,
        scopes: Sequence[Scope],
        views: Sequence[str],
        possible: Possible = ANYTHING,
    ) -> None:
        """`views` are the names of those that the digits switch to, in their order.

        What is not possible is left out.
        """
        super().__init__()
        self._possible = possible
        self._keymap = keymap
        self._scopes = tuple(scopes)
        self._views = tuple(views)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = hints_of(self._keymap, [("help.close", "closes")])
            yield KeyLists(tuple(self._lists()))
        yield KeyFooter(footer_keys(self._keymap, ["help.close"]))

    def action_close(self) -> None:
        self.dismiss(None)

    def _lists(self) -> Iterator[Listed]:
        """What is here first, then what is in many places, then what is everywhere."""
        here = [scope for scope in self._scopes if scope not in TITLES]
        inside = [each for each in (Scope.TABLE, Scope.MARKS, Scope.TEXT) if each in self._scopes]
        for scope in (*here, *inside):
            yield from self._list(scope)
        digits = f"1 … {len(self._views)}"
        yield Listed("Views", ((digits, f"{', '.join(self._views)}."),))
        yield from self._list(Scope.APP)

    def _list(self, scope: Scope) -> Iterator[Listed]:
        entries = [
            ("  ".join(shown_key(key) for key in self._keymap.keys_of(action)), action.help)
            for action in of_scopes(scope)
            if action.id not in _OF_VIEWS
            if self._keymap.keys_of(action) and self._possible.includes(action)
        ]
        if entries:
            yield Listed(TITLES.get(scope, "On this screen"), tuple(entries))


def _columns_at(width: int) -> int:
    return 1 if width < WIDE else 2
