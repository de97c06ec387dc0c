"""A table in a box, with its filter line, its remark and its faces."""

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from console.model.matching import parse_filter
from console.widgets.columns import Column
from console.widgets.face import Face
from console.widgets.line_input import LineInput, pasted_line
from console.widgets.panel import Panel
from console.widgets.stale_banner import StaleBanner
from console.widgets.table_rows import Order, TableRow
from console.widgets.vtable import VTable

FILTER_HINT = "text  !text  ~fuzzy  /regular expression/"


class TablePanel(Panel):
    """A box with one table. `/` opens the filter line, Esc clears it and closes it."""

    DEFAULT_CSS = """
    TablePanel { padding: 0; }
    TablePanel > Input {
        display: none; height: 1; border: none; padding: 0 1; background: $panel;
    }
    TablePanel > Input.shown { display: block; }
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        noun: str,
        order: Order | None = None,
        id: str | None = None,
    ) -> None:
        """`noun` is what one row is; its plural ends in -s."""
        super().__init__(title, id=id, classes="table")
        self._noun = noun
        self.table = VTable(columns, order=order)
        self.face = Face()
        self.banner = StaleBanner()
        self.filter_line = LineInput(placeholder=FILTER_HINT)
        self._problem = ""

    def compose(self) -> ComposeResult:
        yield self.banner
        yield self.table
        yield self.face
        yield self.filter_line

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show rows in the table."""
        self.table.set_rows(rows)
        self.show_table()

    def show_table(self) -> None:
        """The table with the rows that it has, in the place of the face."""
        self.face.hide()
        self.table.display = True
        self.say_count()

    def show_face(self) -> Face:
        """The face to say something with, in the place of the table."""
        self.table.display = False
        self.remark("")
        return self.face

    def clear_filter(self) -> bool:
        """Clear and close the filter; says whether there was one."""
        if not self.filter_line.has_class("shown"):
            return False
        self.filter_line.value = ""
        self.filter_line.remove_class("shown")
        self.table.focus()
        return True

    def filter_by(self, text: str) -> None:
        """Filter as if the text had been typed; the table keeps the focus."""
        self.filter_line.value = text
        self.filter_line.add_class("shown")
        self.table.focus()

    def filtered_text(self, row: TableRow) -> str:
        """What of a row a filter looks at."""
        return row.key

    def say_count(self) -> None:
        """Say in the border how the rows are sorted and how many there are."""
        shown, count = self.table.shown_count, self.table.row_count
        label = self.table.columns[self.table.order.column].label.lower()
        number = f"{count:,}" if shown == count else f"{shown:,}/{count:,}"
        number += f" {self._noun}" if count == 1 else f" {self._noun}s"
        filtered = self._problem or (f"filter {self.filter_line.shown}" if shown != count else "")
        self.remark(" · ".join(part for part in (filtered, f"sorted by {label}", number) if part))

    @on(VTable.FilterWanted)
    def open_filter(self, message: VTable.FilterWanted) -> None:
        message.stop()
        self.filter_line.add_class("shown")
        self.filter_line.focus()

    @on(events.Paste)
    def filter_by_paste(self, event: events.Paste) -> None:
        """What is pasted onto the table is what to look for; a text field takes its own."""
        if not self.filter_line.has_focus and event.text.strip():
            event.stop()
            self.filter_by(pasted_line(self, event.text).strip())

    @on(VTable.Arranged)
    def count_again(self, message: VTable.Arranged) -> None:
        message.stop()
        self.say_count()

    @on(Input.Changed)
    def apply_filter(self, message: Input.Changed) -> None:
        message.stop()
        matcher = parse_filter(message.value)
        self._problem = matcher.problem
        self.table.set_filter(lambda row: matcher.matches(self.filtered_text(row)))

    @on(Input.Submitted)
    def leave_filter(self, message: Input.Submitted) -> None:
        message.stop()
        if not message.value.strip():
            self.clear_filter()
        self.table.focus()
