"""The dialog that shows, hides and orders the columns of a table, which follows at once."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.column_choice import AS_MADE, ColumnChoice
from console.widgets.columns import Column
from console.widgets.hints import footer_keys, hints_of
from console.widgets.palette import Role
from console.widgets.table_rows import Cell, Order, Row
from console.widgets.vtable import VTable

LIST_COLUMNS = (
    Column("shown", "", 1),
    Column("column", "COLUMN", 12, is_flex=True, width_max=20),
    Column("remark", "", 14, is_flex=True),
    Column("place", "", 1),
)
PLACE = Order([column.key for column in LIST_COLUMNS].index("place"))
HINTS = (
    ("columns.toggle", "shows"),
    ("columns.later", "further"),
    ("columns.earlier", "back"),
    ("columns.sort", "sorts"),
    ("columns.reset", "resets"),
    ("columns.close", "closes"),
)


class ColumnList(VTable):
    """The columns of another table in their order."""

    GIVES_UP: ClassVar[frozenset[str]] = frozenset(
        {"sort", "reverse", "filter", "copy", "copy_row", "describe", "columns"}
    )

    def sort_at(self, cell: int) -> None:
        """Their order is what is shown, and no other."""


class ColumnsDialog(ModalScreen[None]):
    """Space shows or hides a column, J and K move it; every change is seen behind the dialog."""

    DEFAULT_CSS = """
    ColumnsDialog { align: center middle; background: $background 40%; overflow: hidden; }
    ColumnsDialog > Vertical {
        width: 78; max-width: 96%; max-height: 92%; padding: 0;
        border: round $primary; background: $surface; border-title-color: $primary;
        border-title-style: bold; border-subtitle-color: $muted;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.COLUMNS])]

    def __init__(self, table: VTable, keymap: Keymap) -> None:
        super().__init__()
        self._table = table
        self._keymap = keymap
        self._list = ColumnList(LIST_COLUMNS, order=PLACE)
        self._list.set_choice(ColumnChoice(hidden=frozenset({"place"})))

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Columns"
            box.border_subtitle = hints_of(self._keymap, HINTS)
            # The head of the list, and the border.
            box.styles.height = len(self._table.columns) + 3
            yield self._list
        yield KeyFooter(footer_keys(self._keymap, [action_id for action_id, _ in HINTS]))

    def on_mount(self) -> None:
        self._show()
        self._list.focus()

    def on_resize(self) -> None:
        # Only once the table is laid out anew it is known for which columns it has room.
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        self._list.set_rows(
            [
                self._row(number, column)
                for number, column in enumerate(self._table.choice.ordered(self._table.columns))
            ]
        )

    def _row(self, number: int, column: Column) -> Row:
        table = self._table
        is_shown = column.key not in table.choice.hidden
        remarks = ["sorted by it"] if table.columns[table.order.column] is column else []
        if is_shown and column.key not in table.placed_keys:
            remarks.append("no room for it now")
        return Row(
            column.key,
            (
                Cell(symbols.MARK if is_shown else " ", Role.PRIMARY),
                Cell(column.label, Role.TEXT if is_shown else Role.MUTED),
                Cell(", ".join(remarks), Role.MUTED),
                Cell(""),
            ),
            ("", column.label, "", number),
        )

    def _choose(self, choice: ColumnChoice) -> None:
        self._table.set_choice(choice)
        self._show()

    def action_toggle_column(self) -> None:
        key = self._list.cursor_key
        if key is not None:
            self._choose(self._table.choice.toggled(key, self._table.columns))

    def action_shift(self, steps: int) -> None:
        key = self._list.cursor_key
        if key is not None:
            self._choose(self._table.choice.moved(key, steps, self._table.columns))

    def action_sort_by(self) -> None:
        """Have the rows sorted by the column under the cursor, or turn their order round."""
        key = self._list.cursor_key
        if key is not None:
            self._table.sort_by(key)
            self._show()

    def action_reset(self) -> None:
        self._choose(AS_MADE)

    def action_close(self) -> None:
        self.dismiss(None)

    @on(VTable.RowOpened)
    def toggle_opened(self) -> None:
        self.action_toggle_column()
