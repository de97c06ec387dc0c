"""An error that nobody expected, on its way from the worker that raised it to a person.

Workers expect the errors of the cluster. Any other exception is a fault of the console: it is shown
where the person looks, and its traceback is kept for standard error, which belongs to the terminal
again once the console is left.

Tracebacks are made to be reported: they have no values of variables, which may be contents of
records or passwords, and what an exception says is cleaned.
"""

import sys
import traceback
from collections import deque
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.app import App
from textual.message import Message
from textual.worker import Worker, WorkerState

from console.model.text import plain

TRACEBACKS_MAX = 20
"""Tracebacks that are kept, the newest; all faults are counted."""

TRACEBACK_CHARACTERS_MAX = 100_000
SAID_MAX = 200


@dataclass
class Fault(Message):
    """A worker ended with an exception that it was not made for. Bubbles to the application."""

    worker: str
    error: BaseException
    is_told: bool = False
    """Whether the sender has shown it already."""

    @property
    def said(self) -> str:
        """What happened, in one line that is safe to show."""
        what = plain(f"{type(self.error).__name__}: {self.error}", limit=SAID_MAX)
        return f"The console failed over this: {what}"


def fault_of(message: Worker.StateChanged) -> Fault | None:
    """The fault that ended a worker, if one did."""
    error = message.worker.error
    if message.state is not WorkerState.ERROR or error is None:
        return None
    return Fault(message.worker.name, error)


def traceback_of(error: BaseException) -> str:
    """Where an exception came from, in many lines that are safe to show."""
    lines = traceback.format_exception(error)
    return plain("".join(lines), limit=TRACEBACK_CHARACTERS_MAX, keeps_lines=True)


class FaultKeeper(App[None]):
    """An application that tells the faults of its screens' workers and of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.fault_count = 0
        self._tracebacks: deque[str] = deque(maxlen=TRACEBACKS_MAX)

    @property
    def fault_report(self) -> str:
        """Every traceback that was kept; empty when there was no fault."""
        if not self.fault_count:
            return ""
        many = "s" if self.fault_count > 1 else ""
        return "".join([f"{self.fault_count} fault{many} of the console\n", *self._tracebacks])

    @on(Fault)
    def note_fault(self, fault: Fault) -> None:
        self.fault_count += 1
        self._tracebacks.append(f"worker {fault.worker}:\n{traceback_of(fault.error)}")
        if not fault.is_told:
            self.notify(fault.said, severity="error", timeout=20, markup=False)

    def _fatal_error(self) -> None:
        """Leave over an exception that nobody has caught, and print where it came from.

        Textual would print the variables of every frame with it.
        """
        error = sys.exception()
        self.bell()
        self.panic(Text("" if error is None else traceback_of(error)))

    @on(Worker.StateChanged)
    def tell_own_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self.note_fault(fault)
