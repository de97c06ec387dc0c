"""Logs that are opened in threads: told on the loop, given up when nobody wants them."""

import asyncio
import threading

import pytest

from engine.broker.opening_threads import OpeningGivenUp, OpeningThreads
from engine.kernel.system import SystemClock
from engine.storage.errors import TopicIdMismatch
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, commit, new_disk, new_partition, open_directory


@pytest.fixture
def directory():
    """A data directory with one log that was not closed."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = new_partition(open_directory(filesystem, clock))
    for at in range(5):
        commit(log, str(at))
    return open_directory(filesystem.copy(), clock)


@pytest.fixture
def threads():
    async def made():
        return OpeningThreads(asyncio.get_running_loop(), SystemClock())

    return made


async def outcome(threads, opening, given_up=None):
    """What became of an opening, and in which thread that was told."""
    told = asyncio.get_running_loop().create_future()
    threads.run(
        opening,
        lambda failure: told.set_result((failure, threading.get_ident())),
        given_up or threading.Event(),
    )
    return await told


async def test_an_opening_is_told_on_the_loop(directory, threads):
    threads = await threads()
    opening = directory.begin_opening(ORDERS, ORDERS_ID, LogConfig())
    assert await outcome(threads, opening) == (None, threading.get_ident())
    assert opening.log.log_end_offset == 5
    threads.close()


async def test_what_an_opening_fails_with_is_told(directory, threads):
    threads = await threads()
    opening = directory.begin_opening(ORDERS, b"another topic id", LogConfig())
    failure, _ = await outcome(threads, opening)
    assert isinstance(failure, TopicIdMismatch)
    threads.close()


async def test_a_programmers_error_is_told_too(threads):
    threads = await threads()
    failure, _ = await outcome(threads, None)
    assert isinstance(failure, OSError)
    threads.close()


async def test_an_opening_that_is_not_wanted_is_given_up(directory, threads):
    threads = await threads()
    given_up = threading.Event()
    given_up.set()
    opening = directory.begin_opening(ORDERS, ORDERS_ID, LogConfig())
    failure, _ = await outcome(threads, opening, given_up)
    assert isinstance(failure, OpeningGivenUp)
    assert opening.log is None
    threads.close()


async def test_the_end_waits_for_what_runs_and_tells_nobody(directory, threads):
    """The opening is inside its first batch when the threads are closed."""
    threads = await threads()
    reached, closing, told = threading.Event(), threading.Event(), []

    def report(*_):
        reached.set()
        assert closing.wait(60)

    directory.on_progress = report
    opening = directory.begin_opening(ORDERS, ORDERS_ID, LogConfig())
    opening._progress_bytes = 1
    threads.run(opening, told.append, threading.Event())
    await asyncio.to_thread(reached.wait)
    ending = asyncio.ensure_future(asyncio.to_thread(threads.close))
    await asyncio.to_thread(threads._closing.wait)
    closing.set()
    await ending
    assert opening.log is None
    assert told == []
