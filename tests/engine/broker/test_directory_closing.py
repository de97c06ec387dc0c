"""How a data directory is let go of when the broker stops."""

import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Engine, EngineConfig
from engine.broker.directory_closing import DirectoryClosing
from engine.host import LOGGER_NAME
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.server.errors import AddressInUse
from engine.storage.log_config import LogConfig
from engine.storage.log_directory import LogDirectory
from engine.storage.partition_log import PartitionLog
from engine.storage.posix import PosixFileSystem
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.logs import ORDERS_ID, read_all, values_of, write

PARTITIONS = [TopicPartition("orders", index) for index in range(20)]


class WatchedFileSystem(PosixFileSystem):
    """The file system of the machine; tells of each name that is replaced, and in which thread."""

    def __init__(self) -> None:
        self.on_rename: Callable[[str], None] = lambda _: None
        self.threads: set[str] = set()

    def rename(self, source: str, target: str) -> None:
        self.threads.add(threading.current_thread().name)
        self.on_rename(target)
        super().rename(source, target)


def opened(path: Path, filesystem: WatchedFileSystem) -> LogDirectory:
    return LogDirectory.open(str(path), filesystem, FakeClock(), SeededEntropy(7), pid=42)


def with_unsaved_logs(path: Path, filesystem: WatchedFileSystem) -> LogDirectory:
    directory = opened(path, filesystem)
    directory.create_partitions(PARTITIONS, ORDERS_ID)
    for each in PARTITIONS:
        write(log_of(directory, each), "a")
    return directory


def log_of(directory: LogDirectory, partition: TopicPartition) -> PartitionLog:
    return directory.open_partition(partition, ORDERS_ID, LogConfig())


def closing(seconds_max: float = 600.0) -> DirectoryClosing:
    return DirectoryClosing(EventLog(logging.getLogger("test"), FakeClock()), seconds_max)


async def test_every_log_is_saved_and_never_on_the_loop(tmp_path: Path) -> None:
    filesystem = WatchedFileSystem()
    directory = with_unsaved_logs(tmp_path, filesystem)
    filesystem.threads.clear()

    await closing().close(directory)

    assert filesystem.threads
    assert threading.current_thread().name not in filesystem.threads
    again = opened(tmp_path, filesystem)
    assert again.was_clean
    assert {log_of(again, each).recovery_point for each in PARTITIONS} == {1}


async def test_hurry_leaves_the_rest_to_the_next_start_and_loses_nothing(tmp_path: Path) -> None:
    filesystem = WatchedFileSystem()
    directory = with_unsaved_logs(tmp_path, filesystem)
    end = closing()
    filesystem.on_rename = lambda _: end.hurry()

    await end.close(directory)

    again = opened(tmp_path, filesystem)
    assert not again.was_clean
    logs = [log_of(again, each) for each in PARTITIONS]
    assert 0 < sum(log.recovery_point for log in logs) < len(PARTITIONS)
    assert all(values_of(read_all(log)) == ["a"] for log in logs)


async def test_hurry_before_the_end_begins_saves_nothing(tmp_path: Path) -> None:
    filesystem = WatchedFileSystem()
    directory = with_unsaved_logs(tmp_path, filesystem)
    end = closing()
    end.hurry()

    await end.close(directory)

    again = opened(tmp_path, filesystem)
    assert not again.was_clean
    assert all(values_of(read_all(log_of(again, each))) == ["a"] for each in PARTITIONS)


class ToldClosing(DirectoryClosing):
    """Tells other threads that somebody is in a hurry."""

    def __init__(self, seconds_max: float) -> None:
        super().__init__(EventLog(logging.getLogger("test"), FakeClock()), seconds_max)
        self.is_hurried = threading.Event()

    def hurry(self) -> None:
        super().hurry()
        self.is_hurried.set()


async def test_time_that_is_up_is_a_hurry(tmp_path: Path) -> None:
    """The logs that are being saved wait until the time is up."""
    filesystem = WatchedFileSystem()
    directory = with_unsaved_logs(tmp_path, filesystem)
    end = ToldClosing(seconds_max=0.0)
    filesystem.on_rename = lambda _: assert_set(end.is_hurried)

    await end.close(directory)

    assert not opened(tmp_path, filesystem).was_clean


def assert_set(event: threading.Event) -> None:
    assert event.wait(60), "nobody was in a hurry"


@pytest.mark.parametrize("has_served", [False, True])
async def test_only_a_broker_that_has_served_is_told_to_have_stopped(
    has_served: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A start that fails, as for a taken address, lets go of the directory as well."""
    caplog.set_level(logging.INFO, "test")
    end = closing()
    if has_served:
        end.note_served()
    await end.close(with_unsaved_logs(tmp_path, WatchedFileSystem()))
    assert ("engine_stopped" in caplog.text) == has_served


async def test_an_engine_that_cannot_start_does_not_log_that_it_stopped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER_NAME)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(AddressInUse):
            await Engine(EngineConfig(data=str(tmp_path / "data"), listen=listen)).start()
    assert "engine_stopped" not in caplog.text
