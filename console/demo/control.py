"""What the control panel and its worker processes say to each other: one JSON object a line.

Commands go to a worker's standard input, its state comes from its standard output. A worker whose
standard input ends finishes what it has and stops: no worker outlives the console, however that
dies.
"""

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from queue import Empty, Queue

from console.demo.pace import Pace


class Verb(StrEnum):
    """What a worker can be told."""

    RATE = "rate"
    """Write, or handle at most, `value` records a second; no value lifts the limit of a
    consumer."""
    PAUSE = "pause"
    RESUME = "resume"
    REPLAY = "replay"
    """Start again from the first record that retention has kept."""
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Command:
    """One instruction. `value` counts records a second and goes with RATE alone."""

    verb: Verb
    value: float | None = None

    def line(self) -> bytes:
        """The line that carries this command."""
        return json.dumps({"verb": self.verb, "value": self.value}).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """What a worker says of itself, about twice a second.

    `handled` counts records since its start, `rate` records a second over the last moments; `limit`
    is the present RATE. `note` is the latest thing worth telling a person.
    """

    handled: int
    rate: float
    limit: float | None
    is_paused: bool
    note: str = ""

    def line(self) -> str:
        """The line that carries this report."""
        return json.dumps(asdict(self))


def tell(pace: Pace, now_s: float, *, is_paused: bool, note: str) -> None:
    """Report on standard output, which the control panel reads. Blocking."""
    report = WorkerReport(pace.handled, pace.rate(now_s), pace.limit, is_paused, note)
    print(report.line(), flush=True)  # noqa: T201 - the report goes to the control panel


def read_command(line: str) -> Command:
    """The command of a line. Raises ValueError when it is none."""
    try:
        fields = json.loads(line)
        value = fields["value"]
        return Command(Verb(fields["verb"]), None if value is None else float(value))
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a command: {line[:80]!r}") from error


def read_report(line: str) -> WorkerReport:
    """The report of a line. Raises ValueError when it is none."""
    try:
        return WorkerReport(**json.loads(line))
    except TypeError as error:
        raise ValueError(f"not a report: {line[:80]!r}") from error


class Commands:
    """The commands that arrive on standard input, read by a thread of their own."""

    def __init__(self, when_over: Callable[[], None] | None = None) -> None:
        """`when_over` is called in that thread once there are no more commands."""
        self._when_over = when_over
        self._arrived: Queue[Command] = Queue(maxsize=1000)
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def next(self, wait_s: float) -> Command | None:
        """The next command, waiting for it at most `wait_s` seconds. Blocking."""
        try:
            return self._arrived.get(timeout=wait_s) if wait_s > 0 else self._arrived.get_nowait()
        except Empty:
            return None

    def _read(self) -> None:
        for line in sys.stdin:
            self._arrived.put(read_command(line))
        self._arrived.put(Command(Verb.STOP))
        if self._when_over is not None:
            self._when_over()
