"""The workers of the demonstration without processes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.demo.control import Command, WorkerReport
from console.demo.generator import RATE_AT_START
from console.demo.screen import DemoScreen
from console.demo.workflow import WORKERS, Wish, WorkerState, WorkerStatus
from console.screens.view import View


class FakeWorkflow:
    """Workers that do at once what they are told; some cannot be started."""

    def __init__(self, *down: str) -> None:
        self.folder = Path("/demo/workflow")
        self.sent: list[tuple[str, Command]] = []
        self.killed: list[str] = []
        self.started: list[str] = []
        self.start_error: OSError | None = None
        self._on_change: Callable[[], None] = lambda: None
        self._states = {
            row.name: WorkerState(row, WorkerStatus.ENDED, exit_code=-9)
            if row.name in down
            else WorkerState(
                row,
                WorkerStatus.RUNNING,
                4711,
                report=WorkerReport(1234, 200.0, None, is_paused=False, note="fine"),
                wish=Wish(RATE_AT_START if row.name == "payments" else None),
            )
            for row in WORKERS
        }

    @property
    def states(self) -> tuple[WorkerState, ...]:
        return tuple(self._states.values())

    def on_change(self, call: Callable[[], None]) -> None:
        self._on_change = call

    def report(self, name: str, **fields: Any) -> None:
        """Let a worker report something else."""
        state = self._states[name]
        assert state.report is not None
        self._states[name] = replace(state, report=replace(state.report, **fields))
        self._on_change()

    def send(self, name: str, command: Command) -> bool:
        state = self._states[name]
        if state.status is not WorkerStatus.RUNNING:
            return False
        self.sent.append((name, command))
        self._states[name] = replace(state, wish=state.wish.after(command))
        return True

    def kill(self, name: str) -> bool:
        self.killed.append(name)
        return self._states[name].status is WorkerStatus.RUNNING

    async def restart(self, name: str) -> None:
        if self.start_error is not None:
            raise self.start_error
        self.started.append(name)


def demo_view(workflow: FakeWorkflow) -> View:
    """The control panel of these workers as a view."""
    playing: Any = workflow
    return View("demo", "Demo", lambda host: DemoScreen(host, playing))
