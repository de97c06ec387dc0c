"""An error that nobody expected, on its way from the worker that raised it to a person.

Workers expect the errors of the cluster. Any other exception is a fault of the console: it is shown
where the person looks, and its traceback is kept for standard error, which belongs to the terminal
again once the console is left.
"""

import traceback
from collections import deque
from dataclasses import dataclass

from textual import on
from textual.app import App
from textual.message import Message
from textual.worker import Worker, WorkerState

from console.model.text import plain

TRACEBACKS_MAX = 20
"""Tracebacks that are kept, the newest; all faults are counted."""

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
        lines = traceback.format_exception(fault.error)
        self._tracebacks.append(f"worker {fault.worker}:\n{''.join(lines)}")
        if not fault.is_told:
            self.notify(fault.said, severity="error", timeout=20, markup=False)

    @on(Worker.StateChanged)
    def tell_own_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self.note_fault(fault)
