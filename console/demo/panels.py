"""The control panel's boxes: the workers, and what to try."""

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from console.demo.workflow import WorkerState, WorkerStatus
from console.keys.keymap import Keymap
from console.model import units
from console.model.severity import Severity
from console.model.text import plain
from console.panels import cells
from console.widgets.columns import Column
from console.widgets.measures import COUNT, PER_S
from console.widgets.palette import Role
from console.widgets.panel import Panel
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row
from console.widgets.vtable import VTable

COLUMNS = (
    Column("worker", "WORKER", 10),
    Column("state", "STATE", 11),
    Column("rate", "RECORDS/S", 9, PER_S, is_right=True, sort_first_down=True),
    Column("limit", "LIMIT", 7, PER_S, is_right=True, priority=2, sort_first_down=True),
    Column("handled", "HANDLED", 9, COUNT, is_right=True, priority=1, sort_first_down=True),
    Column("does", "DOES", 30, is_flex=True, width_max=44, priority=3),
    Column("note", "NOTE", 27, is_flex=True, width_max=70, priority=4),
)
TRIES = (
    (("demo.faster", "demo.slower"), "more or fewer payments a second"),
    (("demo.pause",), "pause a worker: its lag grows, after a minute its group is stalled"),
    (("demo.limit",), "slow it to 100 or 20 a second"),
    (("demo.kill",), "kill it: its group rebalances in 6 s"),
    (("demo.restart",), "start it again, where it was"),
    (("demo.replay",), "replay the warehouse from the start"),
    (("app.tour",), "take the guided tour"),
)
"""Actions by their ids, and what comes of them."""


def state_cell(state: WorkerState) -> Cell:
    """Whether a worker runs."""
    if state.status is WorkerStatus.ENDED:
        code = state.exit_code or 0
        text = "killed" if code == -9 else f"ended ({code})"
        return cells.state(Severity.ERROR if code else Severity.INFO, text)
    if state.status is WorkerStatus.STOPPED:
        return cells.state(Severity.INFO, "starting")
    if state.report is not None and state.report.is_paused:
        return cells.state(Severity.WARNING, "paused")
    return cells.state(Severity.OK, "running")


def worker_row(number: int, state: WorkerState) -> Row:
    """One worker as a row; rows stand in the order of the workflow."""
    report = state.report
    is_up = report is not None and state.status is WorkerStatus.RUNNING
    most = None if report is None else report.limit
    limit = units.UNKNOWN if most is None else f"{most:g}/s"
    most_sorted = -1.0 if most is None else most
    rate = report.rate if is_up and report is not None else 0.0
    handled = report.handled if report is not None else 0
    return Row(
        state.row.name,
        (
            Cell(state.row.name, Role.STRONG),
            state_cell(state),
            Cell(units.count(rate)),
            cells.muted(limit),
            Cell(units.count(handled)),
            cells.muted(state.row.does),
            cells.muted(plain(report.note if report is not None else "", limit=200)),
        ),
        (number, state.status.value, rate, most_sorted, handled, state.row.does, ""),
    )


class WorkersTable(VTable):
    """`l` is the screen's here: it slows the worker under the cursor."""

    GIVES_UP: ClassVar[frozenset[str]] = frozenset({"across"})


class WorkersPanel(TablePanel):
    """Every worker of the workflow."""

    def __init__(self, *, id: str | None = None) -> None:
        title = "Workers: ordinary Kafka clients, each a process of its own"
        super().__init__(title, COLUMNS, noun="worker", table_type=WorkersTable, id=id)

    def show(self, states: Sequence[WorkerState]) -> None:
        """Draw these workers."""
        self.set_rows([worker_row(number, state) for number, state in enumerate(states)])


class TriesPanel(Panel):
    """What a person can do, and what will be seen."""

    def __init__(self, folder: str, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__("What to try", id=id)
        self._folder = folder
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        tries = Table.grid(padding=(0, 2, 0, 0))
        tries.add_column(style="bold", justify="right", no_wrap=True)
        tries.add_column()
        for actions, meaning in TRIES:
            keys = filter(None, map(self._keymap.first_key, actions))
            tries.add_row(" ".join(keys), meaning)
        folder = Text(f"\nFiles and letters are in {plain(self._folder)}", overflow="fold")
        yield Static(Group(tries, folder))
