"""The help of a screen: every key that works on it, from the table of actions."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from console.keys.actions import Scope, of_scopes, shown_key
from console.keys.keymap import Keymap

TITLES = {Scope.APP: "Everywhere", Scope.TABLE: "In tables"}


class HelpScreen(ModalScreen[None]):
    """Closed by Esc, q, ? or F1."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > VerticalScroll {
        width: 84; max-width: 96%; height: auto; max-height: 92%; padding: 0 2;
        border: round $primary; background: $surface; border-title-color: $primary;
        border-title-style: bold; border-subtitle-color: $muted;
    }
    HelpScreen Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
    ]

    def __init__(self, keymap: Keymap, scopes: Sequence[Scope]) -> None:
        super().__init__()
        self._keymap = keymap
        self._scopes = tuple(scopes)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            for scope in self._scopes:
                yield Static(self._table(scope))

    def _table(self, scope: Scope) -> Table:
        title = TITLES.get(scope, f"On {scope.value}")
        table = Table(
            box=None, title=title, title_justify="left", title_style="bold", padding=(0, 1)
        )
        table.show_header = False
        table.add_column(width=22, no_wrap=True)
        table.add_column()
        for action in of_scopes(scope):
            keys = self._keymap.keys_of(action)
            if keys:
                shown = "  ".join(shown_key(key) for key in keys)
                table.add_row(Text(shown, "bold"), Text(action.help))
        return table
