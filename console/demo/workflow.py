"""The workflow as a whole: its worker processes, started, told, killed and restarted.

It belongs to the console's event loop. Each worker is a process with a pipe in and a pipe out; a
worker that ends by itself or is killed stays down until it is restarted, so that a person can
watch what its group does meanwhile. Closing the workflow closes the pipes, and the workers stop.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from console.demo.control import Command, Verb, WorkerReport, read_report
from console.demo.generator import RATE_AT_START
from engine.kernel.tasks import Tasks

STOP_S = 10.0
LOG_NAME = "workers.log"


class WorkerStatus(StrEnum):
    """Where a worker process is in its life."""

    STOPPED = "stopped"
    RUNNING = "running"
    ENDED = "ended"
    """It ended by itself or was killed; `WorkerState.exit_code` tells how."""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker of the workflow: its name, its role and what it does, in words for people."""

    name: str
    role: str
    does: str


WORKERS = (
    WorkerRow("payments", "generator", "writes payments, by customer"),
    WorkerRow("fraud-1", "fraud", "scores payments, writes alerts"),
    WorkerRow("fraud-2", "fraud", "shares partitions with fraud-1"),
    WorkerRow("warehouse", "warehouse", "files payments as JSON lines"),
    WorkerRow("mailer", "mailer", "writes a letter for each alert"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker was told last: its report says the same a moment later."""

    limit: float | None = None
    is_paused: bool = False

    def after(self, command: Command) -> "Wish":
        """What is wished for once this command was given too."""
        match command.verb:
            case Verb.RATE:
                return replace(self, limit=command.value)
            case Verb.PAUSE | Verb.RESUME:
                return replace(self, is_paused=command.verb is Verb.PAUSE)
            case _:
                return self


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What is known of one worker now."""

    row: WorkerRow
    status: WorkerStatus = WorkerStatus.STOPPED
    pid: int | None = None
    exit_code: int | None = None
    report: WorkerReport | None = None
    wish: Wish = Wish()


class Workflow:
    """All workers on one cluster. Methods are called on the event loop and do not block it."""

    def __init__(self, bootstrap: str, folder: Path, seed: int, tasks: Tasks) -> None:
        self._bootstrap = bootstrap
        self._folder = folder
        self._seed = seed
        self._tasks = tasks
        self._processes: dict[str, Process] = {}
        self._starting: set[str] = set()
        self._on_change: Callable[[], None] = _nothing
        self._states = {row.name: WorkerState(row) for row in WORKERS}

    @property
    def states(self) -> tuple[WorkerState, ...]:
        """Every worker, in the order of the table."""
        return tuple(self._states.values())

    @property
    def folder(self) -> Path:
        """Where the warehouse, the outbox and the workers' log are."""
        return self._folder

    def on_change(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever something else is known of a worker."""
        self._on_change = call

    def _know(self, state: WorkerState) -> None:
        self._states[state.row.name] = state
        self._on_change()

    async def start(self) -> None:
        """Start every worker that is not running."""
        for row in WORKERS:
            await self.restart(row.name)

    async def restart(self, name: str) -> None:
        """Start a worker that is down; one that is up stays as it is. Raises OSError."""
        if name in self._processes or name in self._starting:
            return
        self._starting.add(name)
        try:
            await self._start(self._states[name].row)
        finally:
            self._starting.discard(name)

    async def _start(self, row: WorkerRow) -> None:
        name = row.name
        self._folder.mkdir(parents=True, exist_ok=True)
        arguments = ("--name", name, "--folder", str(self._folder), "--seed", str(self._seed))
        log = os.open(self._folder / LOG_NAME, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "console.demo.worker", row.role),
                *("--bootstrap", self._bootstrap, *arguments),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)
        self._processes[name] = process
        wish = Wish(RATE_AT_START if row.role == "generator" else None)
        self._know(WorkerState(row, WorkerStatus.RUNNING, process.pid, wish=wish))
        self._tasks.spawn(self._follow(name, process), name=f"demo {name}")

    def send(self, name: str, command: Command) -> bool:
        """Tell a worker something; says whether there was a worker to tell."""
        process = self._processes.get(name)
        if process is None or process.stdin is None or process.stdin.is_closing():
            return False
        process.stdin.write(command.line())
        state = self._states[name]
        self._know(replace(state, wish=state.wish.after(command)))
        return True

    def kill(self, name: str) -> bool:
        """End a worker as `kill -9` does; says whether there was one."""
        process = self._processes.get(name)
        if process is None:
            return False
        process.kill()
        return True

    async def close(self) -> None:
        """Stop every worker and wait until all have ended."""
        running = list(self._processes.values())
        for process in running:
            if process.stdin is not None:
                process.stdin.close()
        try:
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(*(process.wait() for process in running))
        except TimeoutError:
            for process in running:
                if process.returncode is None:
                    process.kill()
            await asyncio.gather(*(process.wait() for process in running))

    async def _follow(self, name: str, process: Process) -> None:
        """Read a worker's reports until it ends. Other lines are of no interest."""
        assert process.stdout is not None
        async for line in process.stdout:
            with suppress(ValueError):
                report = read_report(line.decode())
                self._know(replace(self._states[name], report=report))
        code = await process.wait()
        del self._processes[name]
        ended = replace(self._states[name], status=WorkerStatus.ENDED, pid=None, exit_code=code)
        self._know(ended)


def _nothing() -> None:
    return
