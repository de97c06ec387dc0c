"""A machine in simulated time that runs the whole engine, and may lose its process or its power.

Nothing of the engine is left out or written anew: what it is given in place of the system's is the
clock, the entropy, the disk, the threads and the sockets. `start`, `stop` and `kill` may overtake
each other, as they do where somebody has had enough of waiting.
"""

import asyncio
import gc
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import engine.host
from engine import Engine, EngineConfig
from engine.broker import (
    compaction,
    directory_closing,
    io,
    maintenance,
    opening_threads,
    pace,
    sync_threads,
)
from engine.kernel.event_log import EVENT
from engine.server import listening_sockets, output
from engine.storage import (
    cleaned_offsets,
    directory_checkpoint,
    known_offsets,
    open_files,
    sync_ticket,
)
from tests.support.entropy import SeededEntropy
from tests.support.simulated_disk import SimulatedDisk, SimulatedReads
from tests.support.simulated_loop import Process, SimulatedClock, SimulatedLoop, context_of
from tests.support.simulated_network import SimulatedNetwork
from tests.support.simulated_threads import SimulatedThreads, installed

DATA = "/tmp"
"""A directory that every machine has, since the engine makes its own; nothing is written there."""

PORT = 9092
DESCRIPTORS = 1024

THREADED = [
    compaction,
    directory_closing,
    io,
    maintenance,
    opening_threads,
    pace,
    sync_threads,
    cleaned_offsets,
    directory_checkpoint,
    known_offsets,
    open_files,
    sync_ticket,
]
"""The modules of the engine that have threads, locks or queues of their own."""

NOT_SERVING = frozenset({"engine.client.token_endpoint"})
"""Modules that have threads and no part in serving."""

Trace = Callable[..., None]


class StartFailed(Exception):
    """The engine did not start."""


class Machine:
    """Clock, disk, network and threads of one machine, and the engine that runs on it."""

    def __init__(self, loop: SimulatedLoop, seed: int, trace: Trace) -> None:
        chance = Random(f"{seed} machine")
        self.loop = loop
        self.clock: SimulatedClock = loop.clock
        self.trace = trace
        self.threads = SimulatedThreads(loop, Random(f"{seed} threads"))
        self.disk = SimulatedDisk(self.clock, self.threads, Random(f"{seed} disk"), trace)
        self.network = SimulatedNetwork(loop, Random(f"{seed} network"))
        self.entropy = SeededEntropy(chance.randrange(1 << 30))
        self.chance = chance
        self.process: Process | None = None
        self.engine: Engine | None = None
        self.lives = 0
        self.starts_cut_short = 0
        """Lives that ended before the engine had started."""
        self.escaped: list[str] = []
        """What went wrong in the engine that never may."""
        self._ended: asyncio.Future[None] | None = None
        self.disk.make_directory(DATA)
        self.disk.sync_directory("")
        loop.set_exception_handler(self._escape)

    @property
    def is_running(self) -> bool:
        """Whether there is a process."""
        return self.process is not None

    async def start(self, **settings: Any) -> None:
        """Start a process. Raises StartFailed; then there is none, nor if it dies meanwhile."""
        assert self.process is None
        self.lives += 1
        self.disk.power_on()
        self.process = process = Process(self.lives)
        self._ended = self.loop.create_future()
        config = EngineConfig(data=DATA, listen=f"broker:{PORT}", **settings)
        self.engine = Engine(config, clock=self.clock, entropy=self.entropy, filesystem=self.disk)
        error = await self._do(self.engine.start)
        self.starts_cut_short += process.is_dead
        if error is not None:
            self.kill()
            raise StartFailed(repr(error))

    async def stop(self) -> None:
        """End the process in order, if it lets us."""
        if self.engine is not None and self.process is not None:
            error = await self._do(self.engine.stop)
            self.trace("stopped", repr(error))
            self.kill()

    def kill(self) -> None:
        """The process dies. What it wrote is with the system."""
        process = self.process
        if process is None:
            return
        self.trace("killed", process.number)
        process.is_dead = True
        self.disk.power_off()
        self.threads.kill(process)
        self.loop.bury(process)
        self.network.drop(process)
        self.process = self.engine = None
        gc.collect()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def cut_power(self) -> None:
        """The machine stops, and its disk keeps what it may."""
        self.kill()
        self.disk.restore()

    def kill_after(self, operations: int) -> None:
        """The process dies at the operation of its disk that follows so many."""
        self.disk.end_after(operations, lambda: self._fail(self.kill))

    def cut_power_after(self, operations: int) -> None:
        """The power fails at the operation of the disk that follows so many."""
        self.disk.end_after(operations, lambda: self._fail(self.cut_power))

    async def ended(self) -> None:
        """Wait until there is no process."""
        if self._ended is not None:
            await self._ended

    async def _do(self, what: Callable[[], Any]) -> BaseException | None:
        """Let the process do something to its end, or its own."""
        assert self.process is not None
        assert self._ended is not None
        task = self.loop.create_task(what(), context=context_of(self.process))
        await asyncio.wait({task, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        return task.exception() if task.done() and not task.cancelled() else None

    def _fail(self, how: Callable[[], None]) -> None:
        """Nothing more happens in the process, from this operation on."""
        assert self.process is not None
        self.process.is_dead = True
        self.loop.call_soon_threadsafe(how, context=self.network.context)

    def _escape(self, _: object, facts: dict[str, Any]) -> None:
        if self.process is None or self.process.is_dead:
            return
        self.escaped.append(f"{facts.get('message')}: {facts.get('exception')!r}")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put what is simulated in the place of the system's, for a while."""
        reads = SimulatedReads(self.disk, self.loop, self.chance)
        system = SimpleNamespace(**vars(output.os))
        system.pread = self.disk.pread
        with ExitStack() as changes:
            changes.enter_context(installed(self.threads, THREADED))
            for owner, name, value in (
                (engine.host, "FileCalls", lambda _: reads),
                (engine.host, "descriptors_allowed", lambda: DESCRIPTORS),
                (maintenance, "give_back", int),
                (listening_sockets, "_listening", self.network.listen),
                (output, "os", system),
                *(
                    (each, "__init__", _with_lock(each, name, self.threads))
                    for each, name in (
                        (sync_ticket.SyncHistory, "running"),
                        (directory_checkpoint.CheckpointJob, "saving"),
                    )
                ),
            ):
                changes.enter_context(patch.object(owner, name, value))
            changes.enter_context(self._hearing())
            yield

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        """Take in what the engine logs."""
        logger = logging.getLogger(engine.host.LOGGER_NAME)
        handler = _Handler(self)
        kept = logger.level, logger.propagate
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.level, logger.propagate = kept


NEVER_TO_FAIL = frozenset({"request_failed", "task_failed", "round_failed"})
"""Events that tell of a programmer's error."""


class _Handler(logging.Handler):
    """Keeps the engine's log in the trace."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    def emit(self, record: logging.LogRecord) -> None:
        machine = self._machine
        text = record.getMessage()
        machine.trace("log", record.levelname, text)
        is_alive = machine.process is not None and not machine.process.is_dead
        if getattr(record, EVENT, "") in NEVER_TO_FAIL and is_alive:
            error = record.exc_info[1] if record.exc_info else None
            for line in traceback.format_exception(error) if error else ():
                machine.trace("traceback", line.rstrip())
            machine.escaped.append(f"{text}: {error!r}")


def _with_lock(owner: type[Any], name: str, threads: SimulatedThreads) -> Callable[..., None]:
    """The constructor of a class whose lock is to be one of ours."""
    honest = owner.__init__

    def init(self: Any, *args: Any, **named: Any) -> None:
        honest(self, *args, **named)
        setattr(self, name, threads.threading.Lock())

    return init
