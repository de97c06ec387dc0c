"""How it went with each of several things that the same was done to."""

from collections.abc import Mapping, Sequence

from console.model.severity import Severity
from console.panels import cells
from console.widgets.columns import Column
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Order, Row

COLUMNS = (
    Column("name", "NAME", 16, is_flex=True, width_max=48),
    Column("result", "RESULT", 24, is_flex=True, width_max=200),
)
BY_NAME = Order(0)
FAILED_FIRST = Order(1)


def outcome_row(name: str, failure: str | None, done: str, *, is_over: bool) -> Row:
    """One thing; `failure` None: it waits, empty: it went well. All safe to show but the name."""
    if failure is None:
        rank, cell = 1, cells.muted("not done" if is_over else "waits")
    elif failure:
        rank, cell = 0, cells.state(Severity.ERROR, failure)
    else:
        rank, cell = 2, cells.state(Severity.OK, done)
    return Row(name, (cells.name(name), cell), (name, rank))


class OutcomesPanel(TablePanel):
    """A row for each thing: by name while it goes on, then what failed first."""

    def __init__(self, noun: str) -> None:
        super().__init__("Result", COLUMNS, noun=noun, order=BY_NAME)

    def show(
        self, names: Sequence[str], failures: Mapping[str, str], done: str, *, is_over: bool
    ) -> None:
        """Draw how it ended for those that `failures` has; empty is well."""
        self.set_rows(
            [outcome_row(name, failures.get(name), done, is_over=is_over) for name in names]
        )
        if is_over:
            self.table.set_order(FAILED_FIRST)
