"""The dialog that shows all of one row: each column, with the whole of its cell."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.widgets.chrome import KeyFooter
from console.widgets.hints import footer_keys, hints_of
from console.widgets.palette import Role
from console.widgets.themed import Themed

GAP = 2


class RowLines(Themed):
    """A line for each column; long cells go on beneath their beginning."""

    DEFAULT_CSS = """
    RowLines { height: auto; width: 1fr; }
    """

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._lines = tuple(lines)

    def render(self) -> Table:
        style = self.palette.style
        widest = max((len(label) for label, _ in self._lines), default=0)
        columns = (Column(width=widest + GAP), Column(ratio=1, overflow="fold"))
        table = Table.grid(*columns, expand=True)
        for label, text in self._lines:
            table.add_row(Text(label, style(Role.HEAD)), Text(text.strip(), style(Role.TEXT)))
        return table


class RowDialog(ModalScreen[None]):
    """Closed by the key that opens it, and by those that leave a screen."""

    DEFAULT_CSS = """
    RowDialog { align: center middle; background: $background 40%; overflow: hidden; }
    RowDialog > VerticalScroll {
        width: 90; max-width: 96%; height: auto; max-height: 92%; padding: 0 1;
        border: round $primary; background: $surface; border-title-color: $primary;
        border-title-style: bold; border-subtitle-color: $muted; scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.ROW])]

    def __init__(self, lines: Sequence[tuple[str, str]], keymap: Keymap) -> None:
        super().__init__()
        self._lines = lines
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "All of this row"
            box.border_subtitle = hints_of(self._keymap, [("row.close", "closes")])
            yield RowLines(self._lines)
        yield KeyFooter(footer_keys(self._keymap, ["row.close"]))

    def action_close(self) -> None:
        self.dismiss(None)
