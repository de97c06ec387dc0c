"""A table in a box, with its filter line, its remark and its faces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from console.model.list_state import ListState
from console.model.matching import parse_filter
from console.widgets.column_choice import ColumnChoice
from console.widgets.columns import Column
from console.widgets.face import Face
from console.widgets.line_input import LineInput, pasted_line
from console.widgets.panel import FACE_LINES, Panel
from console.widgets.stale_banner import StaleBanner
from console.widgets.table_rows import Order, TableRow
from console.widgets.vtable import VTable

FRAME_LINES = 3
"""Lines of a box with a table that no row has: the borders and the head."""
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

    @dataclass
    class Changed(Message):
        """A person has the list otherwise: its columns, order or filter."""

        panel: "TablePanel"

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        noun: str,
        order: Order | None = None,
        table_type: type[VTable] = VTable,
        id: str | None = None,
    ) -> None:
        """`noun` is what one row is; its plural ends in -s."""
        super().__init__(title, id=id, classes="table")
        self._noun = noun
        self.legend = ""
        """What a column means, said in the border where there is room."""
        self.table = table_type(columns, order=order)
        self.face = Face()
        self.banner = StaleBanner()
        self.filter_line = LineInput(placeholder=FILTER_HINT)
        self._problem = ""
        self._usual = self._told = self._state()

    def compose(self) -> ComposeResult:
        yield self.banner
        yield self.table
        yield self.face
        yield self.filter_line

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show rows in the table."""
        self.table.set_rows(rows)
        self.show_table()

    @property
    def lines_needed(self) -> int:
        """Rows that a filter hides have theirs: what is typed moves no other box."""
        lines = self.table.row_count + FRAME_LINES + self.banner.has_class("shown")
        return max(FACE_LINES, lines if self.table.display else 0)

    def show_table(self) -> None:
        """The table with the rows that it has, in the place of the face."""
        self.face.hide()
        self.table.display = True
        self.say_count()
        self.tell_need()

    def show_face(self) -> Face:
        """The face to say something with, in the place of the table."""
        self.table.display = False
        self.remark("")
        self.tell_need()
        return self.face

    def clear_filter(self) -> bool:
        """Clear and close the filter; says whether there was one."""
        if not self.filter_line.has_class("shown"):
            return False
        self.filter_line.value = ""
        self.filter_line.remove_class("shown")
        self.table.focus()
        return True

    def clear_marks(self) -> bool:
        """Let no row be marked; says whether any was."""
        marked = self.table.marked
        self.table.unmark(marked)
        return bool(marked)

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
        parts = (self._marked_said(), filtered, f"sorted by {label}", number)
        self.remark(" · ".join(part for part in parts if part), self.legend)

    def _marked_said(self) -> str:
        """`3 marked, 1 of them hidden`; empty when nothing is marked."""
        count, unseen = len(self.table.marked), self.table.marked_unseen
        if not count:
            return ""
        return f"{count:,} marked" + (f", {unseen:,} of them hidden" if unseen else "")

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

    @property
    def name_in_memory(self) -> str:
        """What the list is called where it is remembered how it is; once on a screen."""
        return f"{self._noun}s"

    @property
    def state(self) -> ListState:
        """How a person has the list; only what differs from how it was made."""
        state = self._state()
        if (state.sorted_by, state.is_down) == (self._usual.sorted_by, self._usual.is_down):
            state = replace(state, sorted_by="", is_down=False)
        return state

    def recall(self, state: ListState) -> None:
        """Have the list as it was left."""
        table = self.table
        keys = [column.key for column in table.columns]
        table.set_choice(ColumnChoice(state.columns, state.hidden))
        if state.sorted_by in keys:
            table.set_order(Order(keys.index(state.sorted_by), state.is_down))
        if state.filter:
            self.filter_line.value = state.filter
            self.filter_line.add_class("shown")
            self._filter(state.filter)
        self._told = self.state

    def _state(self) -> ListState:
        table = self.table
        sorted_by = table.columns[table.order.column].key
        text, choice = self.filter_line.value, table.choice
        return ListState(choice.order, choice.hidden, sorted_by, table.order.is_down, text)

    @on(VTable.Arranged)
    def count_again(self, message: VTable.Arranged) -> None:
        message.stop()
        if self.table.display:
            self.say_count()
        if self.state != self._told:
            self._told = self.state
            self.post_message(self.Changed(self))

    @on(Input.Changed)
    def apply_filter(self, message: Input.Changed) -> None:
        message.stop()
        self._filter(message.value)

    def _filter(self, text: str) -> None:
        matcher = parse_filter(text)
        self._problem = matcher.problem
        self.table.set_filter(
            None if matcher.is_empty else lambda row: matcher.matches(self.filtered_text(row))
        )

    @on(Input.Submitted)
    def leave_filter(self, message: Input.Submitted) -> None:
        message.stop()
        if not message.value.strip():
            self.clear_filter()
        self.table.focus()
