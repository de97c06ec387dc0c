"""The rows of the workers: what each state looks like, never by colour alone."""

import pytest

from console.demo.control import WorkerReport
from console.demo.panels import COLUMNS, state_cell, worker_row
from console.demo.workflow import WORKERS, WorkerState, WorkerStatus
from console.widgets.columns import place

REPORT = WorkerReport(1234, 56.7, 100.0, is_paused=False, note="fine")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (WorkerState(WORKERS[0]), "starting"),
        (WorkerState(WORKERS[0], WorkerStatus.RUNNING, 1), "running"),
        (WorkerState(WORKERS[0], WorkerStatus.RUNNING, 1, report=REPORT), "running"),
        (WorkerState(WORKERS[0], WorkerStatus.ENDED, exit_code=-9), "killed"),
        (WorkerState(WORKERS[0], WorkerStatus.ENDED, exit_code=1), "ended (1)"),
        (WorkerState(WORKERS[0], WorkerStatus.ENDED, exit_code=0), "ended (0)"),
    ],
)
def test_each_state_has_words_and_a_sign(state: WorkerState, text: str) -> None:
    words = str(state_cell(state).text)
    assert words.endswith(text)
    assert words[0] in "○●▲■"


def test_a_worker_that_is_down_has_no_rate() -> None:
    down = WorkerState(WORKERS[0], WorkerStatus.ENDED, exit_code=-9, report=REPORT)
    assert str(worker_row(0, down).cells[2].text) == "0"
    up = WorkerState(WORKERS[0], WorkerStatus.RUNNING, 1, report=REPORT)
    assert str(worker_row(0, up).cells[2].text) == "56.7"


def test_what_workers_do_and_note_is_read_whole_in_most_terminals() -> None:
    """A table is 116 cells wide where the terminal has 120 columns."""
    by_key = {each.column.key: each.width for each in place(COLUMNS, 116, sorted_by=0)}
    assert max(len(worker.does) for worker in WORKERS) <= by_key["does"]
    notes = ("1234567 rows in warehouse", "1234 letters in outbox.mbox")
    assert max(map(len, notes)) <= by_key["note"]


def test_a_row_has_a_cell_for_every_column_and_cleans_what_is_noted() -> None:
    hostile = WorkerReport(1, 1.0, None, is_paused=False, note="\x1b[2Jgone")
    row = worker_row(3, WorkerState(WORKERS[3], WorkerStatus.RUNNING, 1, report=hostile))
    assert len(row.cells) == len(row.sorts) == len(COLUMNS)
    assert row.key == "warehouse"
    assert "\x1b" not in str(row.cells[-1].text)
