"""Threads of which one runs at a time, in an order that a seed decides.

They are threads of the system, but each stands still until it is its turn: it runs up to the next
operation of the disk, lock or wait, where it hands the turn back, with a time at which it goes on.
So whatever the engine does off its loop runs as written, and meets the loop and the other threads
at every place where it could, yet the same seed gives the same order.

`installed` puts these in the place of `threading`, `queue` and `ThreadPoolExecutor` in the modules
of the engine that use them. Who waits on the loop's thread lets the others run meanwhile, and time
pass. A thread of a dead process unwinds at once: what it still tries fails.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any, Self

from tests.support.simulated_loop import PROCESS, PowerFailed, Process, SimulatedLoop

LONG_SHARE = 0.02
"""How many of the pauses are long ones: the system had better things to do."""

DEFAULT_THREADS = 8
"""Threads of the loop's own executor."""


class Deadlock(Exception):
    """The loop's thread waits for what no thread will ever do."""


def _closed_gate() -> Any:
    """What one thread waits at until another opens it: a lock costs less than a semaphore."""
    lock = threading.Lock()
    lock.acquire()
    return lock


class _Worker:
    """One thread of the system, and what it does at present."""

    def __init__(self) -> None:
        self.go = _closed_gate()
        self.function: Callable[[], object] | None = None
        self.runs_in: Context = copy_context()
        self.woken_in: Context = self.runs_in
        self.process: Process | None = None
        self.timer: Any = None


class SimulatedThreads:
    """All threads of one simulation. Made before the loop runs; close it at the end."""

    def __init__(self, loop: SimulatedLoop, chance: Random) -> None:
        self._loop = loop
        self._chance = chance
        self._back = _closed_gate()
        self._alive: dict[_Worker, None] = {}
        self._spare: list[_Worker] = []
        self._all: list[threading.Thread] = []
        self.current: _Worker | None = None
        """The thread whose turn it is; None for the loop's."""
        self.switches = 0
        self.failures: list[BaseException] = []
        """What ended a thread that should not have ended."""
        self.threading = SimpleNamespace(
            Event=partial(SimulatedEvent, self),
            Lock=partial(SimulatedLock, self),
            Thread=partial(SimulatedThread, self),
        )
        self.queue = SimpleNamespace(SimpleQueue=partial(SimulatedQueue, self), Empty=queue.Empty)
        self.ThreadPoolExecutor = partial(SimulatedPool, self)
        loop.pool = SimulatedPool(self, DEFAULT_THREADS)

    def delay_s(self) -> float:
        """How long until a thread gets its turn: mostly microseconds."""
        if self._chance.random() < LONG_SHARE:
            return self._chance.uniform(0.001, 0.2)
        return self._chance.uniform(1e-6, 2e-4)

    def begin(self, function: Callable[[], object]) -> None:
        """Let a thread run a function, soon."""
        self._refuse_dead(PROCESS.get())
        worker = self._spare.pop() if self._spare else self._new()
        worker.function = function
        worker.runs_in, worker.woken_in = copy_context(), copy_context()
        worker.process = PROCESS.get()
        self._alive[worker] = None
        self._wake_at(worker, self._loop.time() + self.delay_s())

    def pause(self, seconds: float) -> None:
        """Let others have their turn for so long. On the loop's thread: nothing."""
        worker = self.current
        if worker is not None:
            self._refuse_dead(worker.process)
            self._wake_at(worker, self._loop.time() + seconds)
            self._hand_back(worker)

    def wait(self, waiting: deque[_Worker], is_over: Callable[[], bool]) -> None:
        """Wait among others until something is over: who ends it wakes them."""
        if self.current is None:
            self._refuse_dead(PROCESS.get())
            self._run_others(is_over)
            return
        worker = self.current
        while not is_over():
            self._refuse_dead(worker.process)
            waiting.append(worker)
            self._hand_back(worker)

    def wait_for_s(self, waiting: deque[_Worker], seconds: float) -> None:
        """Wait among others to be woken, for so long at most."""
        worker = self.current
        assert worker is not None, "the loop would have to wait"
        waiting.append(worker)
        self.pause(seconds)
        if worker in waiting:
            waiting.remove(worker)

    def wake(self, waiting: deque[_Worker], *, count: int | None = None) -> None:
        """Let some of those who wait, or all, have their turn soon."""
        for _ in range(len(waiting) if count is None else min(count, len(waiting))):
            worker = waiting.popleft()
            self._wake_at(worker, self._loop.time() + self.delay_s())

    def kill(self, process: Process) -> None:
        """End all threads of a dead process. On the loop's thread."""
        assert process.is_dead
        for worker in [each for each in self._alive if each.process is process]:
            self._cancel_timer(worker)
            self._resume(worker)

    def close(self) -> None:
        """Let those end that are at work, then those of the system. Raises Deadlock."""
        self._run_others(lambda: not self._alive)
        for worker in self._spare:
            worker.function = None
            worker.go.release()
        for each in self._all:
            each.join()

    def _new(self) -> _Worker:
        worker = _Worker()
        thread = threading.Thread(target=self._work, args=(worker,), daemon=True)
        self._all.append(thread)
        thread.start()
        return worker

    def _work(self, worker: _Worker) -> None:
        while True:
            worker.go.acquire()
            if worker.function is None:
                return
            try:
                self._refuse_dead(worker.process)
                worker.runs_in.run(worker.function)
            except PowerFailed:
                pass
            except BaseException as error:
                self.failures.append(error)
            worker.function = None
            self._alive.pop(worker, None)
            self._spare.append(worker)
            self._back.release()

    def _refuse_dead(self, process: Process | None) -> None:
        if process is not None and process.is_dead:
            raise PowerFailed

    def _wake_at(self, worker: _Worker, moment_s: float) -> None:
        self._cancel_timer(worker)
        worker.timer = self._loop.call_at(moment_s, self._resume, worker, context=worker.woken_in)

    def _cancel_timer(self, worker: _Worker) -> None:
        if worker.timer is not None:
            worker.timer.cancel()
            worker.timer = None

    def _resume(self, worker: _Worker) -> None:
        """Give the turn to a thread, until it gives it back. On the loop's thread."""
        assert self.current is None
        self.switches += 1
        worker.timer = None
        self.current = worker
        worker.go.release()
        self._back.acquire()
        self.current = None

    def _hand_back(self, worker: _Worker) -> None:
        self._back.release()
        worker.go.acquire()
        self._refuse_dead(worker.process)

    def _run_others(self, is_over: Callable[[], bool]) -> None:
        """The loop stands still, threads and time do not."""
        while not is_over():
            due = [each for each in self._alive if each.timer and not each.timer.cancelled()]
            if not due:
                raise Deadlock
            worker = min(due, key=lambda each: each.timer.when())
            self._loop.clock.pass_to(worker.timer.when())
            self._cancel_timer(worker)
            self._resume(worker)


class SimulatedLock:
    """A `threading.Lock`."""

    def __init__(self, threads: SimulatedThreads) -> None:
        self._threads = threads
        self._is_held = False
        self._waiting: deque[_Worker] = deque()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> bool:
        """Wait for it, and take it."""
        while self._is_held:
            self._threads.wait(self._waiting, lambda: not self._is_held)
        self._is_held = True
        return True

    def release(self) -> None:
        """Let somebody else have it."""
        self._is_held = False
        self._threads.wake(self._waiting, count=1)


class SimulatedEvent:
    """A `threading.Event`."""

    def __init__(self, threads: SimulatedThreads) -> None:
        self._threads = threads
        self._is_set = False
        self._waiting: deque[_Worker] = deque()

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        self._threads.wake(self._waiting)

    def wait(self, timeout: float) -> bool:
        if not self._is_set:
            self._threads.wait_for_s(self._waiting, timeout)
        return self._is_set


class SimulatedQueue:
    """A `queue.SimpleQueue`."""

    def __init__(self, threads: SimulatedThreads) -> None:
        self._threads = threads
        self._items: deque[Any] = deque()
        self._waiting: deque[_Worker] = deque()

    def put(self, item: Any) -> None:
        self._items.append(item)
        self._threads.wake(self._waiting, count=1)

    def get(self) -> Any:
        self._threads.wait(self._waiting, lambda: bool(self._items))
        return self._items.popleft()

    def get_nowait(self) -> Any:
        if not self._items:
            raise queue.Empty
        return self._items.popleft()

    def empty(self) -> bool:
        return not self._items

    def qsize(self) -> int:
        return len(self._items)


class SimulatedThread:
    """A `threading.Thread`."""

    def __init__(
        self, threads: SimulatedThreads, *, target: Callable[[], object], **_: object
    ) -> None:
        self._threads = threads
        self._target = target
        self._is_over = False
        self._waiting: deque[_Worker] = deque()

    def start(self) -> None:
        self._threads.begin(self._run)

    def join(self) -> None:
        self._threads.wait(self._waiting, lambda: self._is_over)

    def is_alive(self) -> bool:
        """Whether it has begun and not ended; nobody asks before the beginning."""
        return not self._is_over

    def _run(self) -> None:
        try:
            self._target()
        finally:
            self._is_over = True
            self._threads.wake(self._waiting)


class SimulatedPool:
    """A `ThreadPoolExecutor`."""

    def __init__(self, threads: SimulatedThreads, max_workers: int, **_: object) -> None:
        self._threads = threads
        self._max_workers = max_workers
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running = 0
        self._is_shut = False
        self._waiting: deque[_Worker] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        if self._is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[Any] = Future()
        self._jobs.append((future, partial(function, *args, **named)))
        if self._running < self._max_workers:
            self._running += 1
            self._threads.begin(self._work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._is_shut = True
        if cancel_futures:
            while self._jobs:
                self._jobs.popleft()[0].cancel()
        if wait:
            self._threads.wait(self._waiting, lambda: not self._running)

    def _work(self) -> None:
        try:
            while self._jobs:
                future, call = self._jobs.popleft()
                if future.set_running_or_notify_cancel():
                    self._run(future, call)
        finally:
            self._running -= 1
            self._threads.wake(self._waiting)

    def _run(self, future: Future[Any], call: Callable[[], Any]) -> None:
        try:
            result = call()
        except PowerFailed:
            raise
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)


@contextmanager
def installed(threads: SimulatedThreads, modules: list[ModuleType]) -> Iterator[None]:
    """Put them in the place of what these modules have of the standard library, for a while."""
    kept: list[tuple[ModuleType, str, object]] = []
    try:
        for module in modules:
            for name, real in (
                ("threading", threading),
                ("queue", queue),
                ("ThreadPoolExecutor", ThreadPoolExecutor),
            ):
                found = getattr(module, name, None)
                if found is real:
                    kept.append((module, name, found))
                    setattr(module, name, getattr(threads, name))
        yield
    finally:
        for module, name, real in kept:
            setattr(module, name, real)
