"""Logs that are opened in threads: told on the loop, given up when nobody wants them."""

import asyncio
import threading

import pytest

from engine.broker.opening_threads import THREADS, OpeningGivenUp, OpeningThreads
from engine.kernel.ids import TopicPartition
from engine.kernel.system import SystemClock
from engine.storage.errors import TopicIdMismatch
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, commit, new_disk, open_directory

LOGS = [TopicPartition(ORDERS.topic, index) for index in range(THREADS + 1)]


@pytest.fixture
def directory():
    """A data directory with one log more than there are threads, none of which was closed."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    left = open_directory(filesystem, clock)
    left.create_partitions(LOGS, ORDERS_ID)
    for name in LOGS:
        log = left.open_partition(name, ORDERS_ID, LogConfig())
        for at in range(5):
            commit(log, str(at))
    return open_directory(filesystem.copy(), clock)


@pytest.fixture
def threads():
    async def made():
        return OpeningThreads(asyncio.get_running_loop(), SystemClock())

    return made


class Halting:
    """Openings that stand inside their first batch until the test lets them go on."""

    def __init__(self, directory):
        self._directory = directory
        self._reached = threading.Semaphore(0)
        self.going_on = threading.Event()
        directory.on_progress = self._halt

    def _halt(self, *_):
        self._reached.release()
        assert self.going_on.wait(60)

    def opening(self, name=ORDERS):
        opening = self._directory.begin_opening(name, ORDERS_ID, LogConfig())
        opening._progress_bytes = 1
        return opening

    async def reached(self, count=1):
        """Wait until so many more stand there."""
        for _ in range(count):
            await asyncio.to_thread(self._reached.acquire)


async def outcome(threads, opening):
    """What became of an opening, and in which thread that was told."""
    told = asyncio.get_running_loop().create_future()
    threads.run(opening, lambda failure: told.set_result((failure, threading.get_ident())))
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
    threads, halting = await threads(), Halting(directory)
    told = asyncio.get_running_loop().create_future()
    opening = halting.opening()
    give_up = threads.run(opening, told.set_result)
    await halting.reached()
    give_up()
    halting.going_on.set()
    assert isinstance(await told, OpeningGivenUp)
    assert opening.log is None
    threads.close()


async def test_an_opening_that_waits_for_a_thread_is_given_up_at_once(directory, threads):
    """Whoever deletes its topic need not wait until the logs of others are open."""
    threads, halting = await threads(), Halting(directory)
    for name in LOGS[:THREADS]:
        threads.run(halting.opening(name), lambda failure: None)
    await halting.reached(THREADS)
    told = asyncio.get_running_loop().create_future()
    give_up = threads.run(halting.opening(LOGS[THREADS]), told.set_result)
    give_up()
    assert isinstance(await told, OpeningGivenUp)
    halting.going_on.set()
    threads.close()


async def test_the_end_waits_for_what_runs_and_tells_nobody(directory, threads):
    """The opening is inside its first batch when the threads are closed."""
    threads, halting, told = await threads(), Halting(directory), []
    opening = halting.opening()
    threads.run(opening, told.append)
    await halting.reached()
    ending = asyncio.ensure_future(asyncio.to_thread(threads.close))
    await asyncio.to_thread(threads._closing.wait)
    halting.going_on.set()
    await ending
    assert opening.log is None
    assert told == []
