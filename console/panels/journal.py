"""What this console did, newest first: when, where, to what, and how it ended."""

from collections.abc import Sequence

from console.acts.act import Act
from console.model.severity import Severity
from console.model.text import plain
from console.panels import cells
from console.panels.times import Times
from console.widgets.columns import Column
from console.widgets.measures import MOMENT_IN_ORDER, in_order
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row, TableRow

COLUMNS = (
    Column("when", "WHEN", 8, MOMENT_IN_ORDER, sort_first_down=True),
    Column("cluster", "CLUSTER", 12, priority=4, appears_from=100, width_max=24),
    Column("act", "ACT", 14, priority=2),
    Column("subject", "SUBJECT", 14, is_flex=True, width_max=40),
    Column("what", "WHAT", 20, is_flex=True, priority=3, width_max=90),
    Column("result", "RESULT", 16, is_flex=True, priority=1, width_max=60),
)


def result_cell(act: Act, undo: str) -> Cell:
    """How it ended: done, undone since, or why not. `undo` is the key that undoes it, if any."""
    if act.failure:
        return cells.state(Severity.ERROR, plain(act.failure))
    if act.is_undone:
        return cells.muted("undone")
    way_back = f", {undo} undoes it" if undo and act.can_be_undone else ""
    return cells.state(Severity.OK, f"done{way_back}")


def act_row(act: Act, times: Times, now_ms: int, undo: str) -> Row:
    """One act as a row."""
    return Row(
        str(act.number),
        (
            cells.muted(times.event(act.at_ms, now_ms)),
            cells.muted(plain(act.cluster)),
            Cell(act.kind.value),
            cells.name(act.subject),
            cells.muted(plain(act.what)),
            result_cell(act, undo),
        ),
        (
            in_order(act.at_ms, act.number),
            act.cluster,
            act.kind.value,
            act.subject,
            act.what,
            act.failure,
        ),
    )


class JournalPanel(TablePanel):
    """The acts of this run."""

    def __init__(self, *, id: str | None = None) -> None:
        order = Order(0, is_down=True)
        super().__init__("Journal", COLUMNS, noun="act", order=order, id=id)

    def show(
        self, acts: Sequence[Act], problem: str, times: Times, now_ms: int, *, undo: str
    ) -> None:
        """Draw the acts; `problem` says why they are not kept for good, if they are not.

        `undo` is the key that undoes the act under the cursor, empty where none does.
        """
        if problem:
            self.banner.complain(plain(problem))
        else:
            self.banner.hide()
        if not acts:
            way_back = f", {undo} undoes one" if undo else ""
            said = f"every change will be listed{way_back}"
            self.show_face().empty("Nothing has been changed from here", said)
            return
        self.set_rows([act_row(act, times, now_ms, undo) for act in acts])

    def filtered_text(self, row: TableRow) -> str:
        """Acts have no names: they are looked at in whole."""
        return " ".join(cell.text for cell in row.cells)
