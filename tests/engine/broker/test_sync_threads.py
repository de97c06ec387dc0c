"""The threads that sync logs: whatever happens in them, those who wait are told."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from engine.broker.sync_threads import HELPERS_MAX, SyncThreads
from engine.storage.partition_log import PartitionLog, SyncTicket
from tests.support.clock import FakeClock
from tests.support.logs import open_log, write
from tests.support.memory_filesystem import MemoryFile, MemoryFileSystem
from tests.support.waiting import until

GATE_S_MAX = 60.0


class Bewildered(MemoryFile):
    """A file whose sync fails in a way that no operating system tells."""

    def datasync(self) -> None:
        raise ValueError("nobody foresaw this")


class BewilderedFileSystem(MemoryFileSystem):
    """Opens such files."""

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> MemoryFile:
        super().open(path, writable=writable, create=create)
        return Bewildered(self, self.files[path], path, is_writable=writable or create)


class Gate:
    """Where all syncs of a slow disk wait, and how many do at a time."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._counting = threading.Lock()
        self.waiting = self.waiting_max = 0

    def open(self) -> None:
        self._open.set()

    def go_through(self) -> None:
        with self._counting:
            self.waiting += 1
            self.waiting_max = max(self.waiting_max, self.waiting)
        assert self._open.wait(GATE_S_MAX), "nobody opened the gate"
        with self._counting:
            self.waiting -= 1


class Gated(MemoryFile):
    """A file whose sync takes until the gate is open."""

    gate: Gate

    def datasync(self) -> None:
        self.gate.go_through()
        super().datasync()


class SlowFileSystem(MemoryFileSystem):
    """Opens such files."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> MemoryFile:
        super().open(path, writable=writable, create=create)
        file = Gated(self, self.files[path], path, is_writable=writable or create)
        file.gate = self._gate
        return file


class Spent:
    """A system that has no thread to spare, `times` times."""

    def __init__(self, patch: pytest.MonkeyPatch, times: int) -> None:
        self.refused = 0
        start = threading.Thread.start

        def may_start(thread: threading.Thread) -> None:
            if self.refused < times:
                self.refused += 1
                raise RuntimeError("can't start new thread")
            start(thread)

        patch.setattr(threading.Thread, "start", may_start)


def written(filesystem: MemoryFileSystem) -> PartitionLog:
    filesystem.make_directory("/data")
    log = open_log(filesystem, FakeClock(), directory="/data/orders-0")
    write(log, "a")
    return log


def outcomes(
    threads: SyncThreads, tickets: Sequence[SyncTicket]
) -> asyncio.Future[Sequence[OSError | None]]:
    """Begin a round; what comes of it."""
    told: asyncio.Future[Sequence[OSError | None]] = asyncio.get_running_loop().create_future()
    threads.run(tickets, told.set_result)
    return told


def own_threads() -> int:
    return sum(each.name == "kconsole-sync" for each in threading.enumerate())


async def test_an_error_that_nobody_foresaw_is_a_failed_sync_and_the_thread_goes_on() -> None:
    good, bad = written(MemoryFileSystem()), written(BewilderedFileSystem())
    threads = SyncThreads(asyncio.get_running_loop())

    (first,) = await outcomes(threads, [bad.begin_sync()])
    (second,) = await outcomes(threads, [good.begin_sync()])
    threads.close()

    assert isinstance(first, OSError)
    assert second is None
    bad.fail_sync(first)
    assert bad.is_fenced


async def test_a_log_does_not_wait_for_the_slow_sync_of_another() -> None:
    gate = Gate()
    slow, quick = written(SlowFileSystem(gate)), written(MemoryFileSystem())
    threads = SyncThreads(asyncio.get_running_loop())

    first = outcomes(threads, [slow.begin_sync()])
    assert await outcomes(threads, [quick.begin_sync()]) == [None]
    assert not first.done()
    gate.open()

    assert await first == [None]
    threads.close()


async def test_slow_syncs_of_a_round_go_on_beside_each_other_within_a_bound() -> None:
    """Method: more logs than there may be threads, none of which is synced before all wait."""
    gate = Gate()
    tickets = [written(SlowFileSystem(gate)).begin_sync() for _ in range(HELPERS_MAX + 4)]
    threads = SyncThreads(asyncio.get_running_loop())

    told = outcomes(threads, tickets)
    await until(lambda: gate.waiting == HELPERS_MAX + 1)
    gate.open()

    assert await told == [None] * len(tickets)
    assert gate.waiting_max == HELPERS_MAX + 1
    threads.close()


async def test_helpers_end_when_nothing_waits_any_more() -> None:
    before, gate = own_threads(), Gate()
    tickets = [written(SlowFileSystem(gate)).begin_sync() for _ in range(4)]
    threads = SyncThreads(asyncio.get_running_loop())
    told = outcomes(threads, tickets)
    await until(lambda: gate.waiting == 4)
    gate.open()
    await told

    await until(lambda: own_threads() == before + 1)

    quick = written(MemoryFileSystem())
    assert await outcomes(threads, [quick.begin_sync()]) == [None]
    threads.close()
    assert own_threads() == before


async def test_a_helper_that_the_system_has_no_thread_for_is_asked_for_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, escaped = Gate(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    tickets = [written(SlowFileSystem(gate)).begin_sync() for _ in range(3)]
    threads = SyncThreads(asyncio.get_running_loop())
    spent = Spent(monkeypatch, times=3)

    told = outcomes(threads, tickets)
    await until(lambda: gate.waiting == len(tickets) or escaped)
    gate.open()

    assert escaped == []
    assert spent.refused == 3
    assert await told == [None] * len(tickets)
    threads.close()


async def test_threads_end_though_the_system_had_none_for_a_helper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, gate = own_threads(), Gate()
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    tickets = [written(SlowFileSystem(gate)).begin_sync() for _ in range(3)]
    threads = SyncThreads(asyncio.get_running_loop())
    spent = Spent(monkeypatch, times=1_000_000)
    told = outcomes(threads, tickets)
    await until(lambda: spent.refused)

    gate.open()
    threads.close()

    assert await told == [None] * len(tickets)
    assert own_threads() == before
