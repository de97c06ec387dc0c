"""An event loop that takes no time: when nothing is ready, its clock jumps to the next timer.

Everything that runs belongs to a process or to none: a context variable says to which, and goes
wherever asyncio takes contexts. A process that is dead runs nothing more: its timers and callbacks
are dropped, its coroutines are closed, and whatever they still try on their way out goes nowhere.

Nothing here waits for the machine. A loop that has neither anything ready nor any timer would wait
for ever; it raises `NothingToDo` instead.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")

BEGINNING_MS = 1_700_000_000_000
"""The wall time at which a simulation begins: a plausible moment in 2023."""

BEGINNING_S = 1000.0

ENDS_MAX = 100
"""How often a dead coroutine is told to end, which each time it may answer by waiting again."""

TURN_S = 1e-5
"""What one turn of the loop takes: whoever comes again at once must not stand still in time."""


class NothingToDo(Exception):
    """Nobody will ever do anything again."""


class PowerFailed(BaseException):
    """There is no machine any more on which this could run."""


class Process:
    """One life of a simulated process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_dead = False
        self.tasks: dict[asyncio.Task[Any], None] = {}


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


def context_of(process: Process) -> Context:
    """A context of its own for something of a process."""
    context = copy_context()
    context.run(PROCESS.set, process)
    return context


class SimulatedClock:
    """The `ThreadClock` port: time that passes only when the loop lets it."""

    def __init__(self) -> None:
        self.now_s = BEGINNING_S
        self.wrong_ms = 0
        """By how much the wall clock is ahead."""
        self.stands_at_ms: int | None = None
        """What the wall clock says for ever; None while it goes."""
        self.misled = 0
        """How often it was asked for the time and told a wrong one."""

    def monotonic_s(self) -> float:
        return self.now_s

    def true_ms(self) -> int:
        """What a right wall clock would say."""
        return BEGINNING_MS + round((self.now_s - BEGINNING_S) * 1000)

    def wall_ms(self) -> int:
        true_ms = self.true_ms()
        told_ms = true_ms + self.wrong_ms if self.stands_at_ms is None else self.stands_at_ms
        self.misled += told_ms != true_ms
        return told_ms

    def others_busy_s(self) -> float:
        return 0.0

    def pass_to(self, moment_s: float) -> None:
        """Let time pass up to a moment, if it is not behind us."""
        self.now_s = max(self.now_s, moment_s)


class _Jump:
    """In the place of a selector: waiting is a jump of the clock."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock

    def select(self, timeout: float | None) -> list[object]:
        """Let time pass. Raises NothingToDo."""
        if timeout is None:
            raise NothingToDo
        self._clock.pass_to(self._clock.now_s + timeout + TURN_S)
        return []


class SimulatedLoop(asyncio.BaseEventLoop):
    """See the module. `run_in_executor` needs `pool`, an executor, to be set first."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__()
        self.clock = clock
        self.pool: Any = None
        self.network: Any = None
        self._selector = _Jump(clock)
        # Sums of fractions of seconds are off by some billionths after some months.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.clock.now_s

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = super().call_soon(callback, *args, context=context)
        _drop_if_dead(handle)
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = super().call_at(when, callback, *args, context=context)
        _drop_if_dead(timer)
        return timer

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        task = super().create_task(coro, name=name, context=context)
        process = PROCESS.get() if context is None else context.get(PROCESS)
        if process is not None:
            process.tasks[task] = None
            task.add_done_callback(lambda done: process.tasks.pop(done, None))
        return task

    def run_in_executor(
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        return asyncio.wrap_future((executor or self.pool).submit(func, *args), loop=self)

    def bury(self, process: Process) -> None:
        """Let nothing of a dead process run again. Not from within that process."""
        assert process.is_dead
        for handle in [*self._ready, *self._scheduled]:
            _drop_if_dead(handle)
        context = context_of(process)
        for task in [*process.tasks]:
            task._log_destroy_pending = False
            coroutine = task.get_coro()
            for _ in range(ENDS_MAX):
                try:
                    context.run(coroutine.close)
                except (Exception, PowerFailed):
                    continue  # It wants to wait for something, or has failed, on its way out.
                break
        process.tasks.clear()

    # Sockets are those of the network.

    async def getaddrinfo(self, host: Any, port: Any, **_: Any) -> Any:
        return self.network.addresses(host, port)

    def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> None:
        fd.when_readable(callback, args)

    def remove_reader(self, fd: Any) -> None:
        fd.when_readable(None, ())

    async def connect_accepted_socket(
        self, protocol_factory: Callable[[], Any], sock: Any, **_: Any
    ) -> Any:
        return await sock.connect(protocol_factory)

    async def create_connection(
        self, protocol_factory: Callable[[], Any], host: Any = None, port: Any = None, **_: Any
    ) -> Any:
        return await self.network.connect(protocol_factory, port)

    def _process_events(self, event_list: list[object]) -> None:
        """There are none: whatever happens is a callback or a timer."""

    def _write_to_self(self) -> None:
        """Nobody has to be woken."""


def _drop_if_dead(handle: asyncio.Handle) -> None:
    process = handle._context.get(PROCESS)
    if process is not None and process.is_dead:
        handle.cancel()


async def passed(seconds: float) -> None:
    """Wait until so much simulated time has passed, which takes none of anybody's."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()
