"""The help of a screen: every key that works on it, from the table of actions."""

from collections.abc import Sequence
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
from console.widgets.chrome import KeyFooter
from console.widgets.hints import footer_keys, hints_of
from console.widgets.palette import Role
from console.widgets.themed import Themed

TITLES = {
    Scope.APP: "Everywhere",
    Scope.TABLE: "In tables",
    Scope.MARKS: "Marking rows",
    Scope.TEXT: "In texts",
}
KEYS_WIDTH = 15
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
    HelpScreen Horizontal, HelpScreen Vertical { height: auto; width: 1fr; }
    HelpScreen #here { padding-right: 2; }
    HelpScreen.-narrow Horizontal, HelpScreen.-tiny Horizontal { layout: vertical; }
    HelpScreen.-narrow #here, HelpScreen.-tiny #here { padding-right: 0; }
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
        here = [scope for scope in self._scopes if scope not in TITLES]
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = hints_of(self._keymap, [("help.close", "closes")])
            with Horizontal():
                with Vertical(id="here"):
                    for scope in (*here, Scope.TABLE, Scope.MARKS, Scope.TEXT):
                        if scope in self._scopes:
                            yield from self._section(scope)
                with Vertical():
                    digits = f"1 … {len(self._views)}"
                    yield KeyList("Views", [(digits, f"{', '.join(self._views)}.")])
                    yield from self._section(Scope.APP)
        yield KeyFooter(footer_keys(self._keymap, ["help.close"]))

    def action_close(self) -> None:
        self.dismiss(None)

    def _section(self, scope: Scope) -> ComposeResult:
        lines = [
            ("  ".join(shown_key(key) for key in self._keymap.keys_of(action)), action.help)
            for action in of_scopes(scope)
            if action.id not in _OF_VIEWS
            if self._keymap.keys_of(action) and self._possible.includes(action)
        ]
        if lines:
            yield KeyList(TITLES.get(scope, "On this screen"), lines)
