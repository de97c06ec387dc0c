"""The thread that syncs logs: whatever happens in it, those who wait are told."""

import asyncio
from collections.abc import Sequence

from engine.broker.sync_thread import SyncThread
from engine.storage.partition_log import PartitionLog, SyncTicket
from tests.support.clock import FakeClock
from tests.support.logs import open_log, write
from tests.support.memory_filesystem import MemoryFile, MemoryFileSystem


class Bewildered(MemoryFile):
    """A file whose sync fails in a way that no operating system tells."""

    def datasync(self) -> None:
        raise ValueError("nobody foresaw this")


class BewilderedFileSystem(MemoryFileSystem):
    """Opens such files."""

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> MemoryFile:
        super().open(path, writable=writable, create=create)
        return Bewildered(self, self.files[path], path, is_writable=writable or create)


def written(filesystem: MemoryFileSystem) -> PartitionLog:
    filesystem.make_directory("/data")
    log = open_log(filesystem, FakeClock(), directory="/data/orders-0")
    write(log, "a")
    return log


async def outcomes(thread: SyncThread, tickets: Sequence[SyncTicket]) -> Sequence[OSError | None]:
    told: asyncio.Future[Sequence[OSError | None]] = asyncio.get_running_loop().create_future()
    thread.run(tickets, told.set_result)
    return await told


async def test_an_error_that_nobody_foresaw_is_a_failed_sync_and_the_thread_goes_on() -> None:
    good, bad = written(MemoryFileSystem()), written(BewilderedFileSystem())
    thread = SyncThread(asyncio.get_running_loop())

    (first,) = await outcomes(thread, [bad.begin_sync()])
    (second,) = await outcomes(thread, [good.begin_sync()])
    thread.close()

    assert isinstance(first, OSError)
    assert second is None
    bad.fail_sync(first)
    assert bad.is_fenced
