"""Group commit: nothing is promised before it is on disk, and everything is promised then."""

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.broker.commit import (
    OS_UNSYNCED_BYTES_MAX,
    ROUND_PARTITIONS_MAX,
    ROUNDS_MAX,
    SYNC_RETRY_S,
    Durability,
    PartitionDeleted,
    Stage,
)
from engine.broker.partition import Partition
from engine.kernel.event_log import LIMITED_LINES_MAX
from engine.metrics import catalogue
from engine.storage.errors import LogFenced
from tests.support.clock import FakeClock
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk, Told, stage
from tests.support.waiting import until


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


@pytest.fixture
def append(disk: Disk) -> Callable[..., None]:
    """Stage a batch of one record and enlist it, within a turn."""

    def append(
        partition: Partition, told: Told, token: object, wait_for: Stage = Stage.COMMITTED
    ) -> None:
        disk.commit.begin_turn()
        end_offset, size_bytes = stage(partition, b"v")
        disk.commit.enlist(partition, end_offset, size_bytes, told, token, stage=wait_for)

    return append


@pytest.fixture
async def loop_clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time by which the loop of the test calls back."""
    clock = FakeClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.monotonic_s)
    return clock


def test_committed_only_after_the_sync(disk: Disk, append: Callable[..., None]) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a")
    disk.commit.flush()
    assert (partition.log.written_end_offset, partition.high_watermark) == (1, 0)
    assert told.committed_tokens == []

    disk.syncs.finish()

    assert partition.high_watermark == 1
    assert told.committed_tokens == ["a"]


def test_written_is_told_before_the_sync(disk: Disk, append: Callable[..., None]) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a", Stage.WRITTEN)

    disk.commit.flush()

    assert told.committed_tokens == ["a"]
    assert partition.high_watermark == 0


async def test_settled_waits_for_what_was_appended_before_it(
    disk: Disk, append: Callable[..., None]
) -> None:
    partitions, told = [disk.partition(0), disk.partition(1), disk.partition(2)], Told()
    for partition in partitions[:2]:
        append(partition, told, "before", Stage.WRITTEN)
    disk.commit.flush()
    settled = asyncio.ensure_future(disk.commit.settled(partitions))
    await until(lambda: disk.commit.waiting() == 2)
    append(partitions[0], told, "after")
    disk.commit.flush()

    disk.syncs.finish()

    await settled
    assert [each.high_watermark for each in partitions] == [1, 1, 0]
    assert "after" not in told.committed_tokens


async def test_settled_does_not_wait_for_what_was_undone(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a", Stage.WRITTEN)
    disk.commit.flush()
    settled = asyncio.ensure_future(disk.commit.settled([partition]))
    await until(lambda: disk.commit.waiting() == 1)

    disk.syncs.finish(OSError(errno.EIO, "the disk is broken"))

    await settled
    await disk.commit.settled([partition])
    assert (partition.log.is_fenced, partition.high_watermark) == (True, 0)


def test_nobody_is_told_within_enlist(disk: Disk, append: Callable[..., None]) -> None:
    partition, told = disk.partition(), Told()

    append(partition, told, "a", Stage.WRITTEN)

    assert told.committed_tokens == []


def test_round_covers_what_was_written_when_it_began(
    disk: Disk, append: Callable[..., None]
) -> None:
    """What is written while a round runs waits for the next one."""
    partition, told = disk.partition(), Told()
    append(partition, told, "first")
    disk.commit.flush()
    append(partition, told, "second")
    disk.commit.flush()

    disk.syncs.finish()

    assert told.committed_tokens == ["first"]
    disk.syncs.finish_all()
    assert told.committed_tokens == ["first", "second"]


def test_one_round_answers_all_requests_that_it_covers(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    for token in range(5):
        append(partition, told, token)
    disk.commit.flush()

    disk.syncs.finish()

    assert told.committed_tokens == [0, 1, 2, 3, 4]
    assert disk.syncs.rounds == []


def test_rounds_in_hand_are_bounded(disk: Disk, append: Callable[..., None]) -> None:
    told = Told()
    partitions = [disk.partition(index) for index in range(ROUND_PARTITIONS_MAX * 3)]
    for partition in partitions:
        append(partition, told, partition.topic_partition)
    disk.commit.flush()
    sizes = [len(tickets) for tickets, _ in disk.syncs.rounds]
    assert sizes == [ROUND_PARTITIONS_MAX] * ROUNDS_MAX

    disk.syncs.finish_all()

    assert told.committed_tokens == [partition.topic_partition for partition in partitions]


def test_duplicate_of_a_committed_batch_is_told_at_the_next_flush(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a")
    disk.commit.flush()
    disk.syncs.finish()

    disk.commit.begin_turn()
    disk.commit.enlist(partition, 1, 0, told, "again")
    disk.commit.flush()

    assert told.committed_tokens == ["a", "again"]
    assert disk.syncs.rounds == []


def test_duplicate_of_a_batch_on_its_way_needs_no_sync_of_its_own(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a")
    disk.commit.flush()
    disk.commit.enlist(partition, 1, 0, told, "again")
    disk.syncs.finish()
    assert told.committed_tokens == ["a", "again"]
    assert disk.syncs.rounds == []


def test_failed_sync_fences_and_a_later_one_makes_up_for_nothing(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "lost")
    disk.commit.flush()

    disk.syncs.finish(OSError(errno.EIO, "the disk says no"))

    assert told.committed_tokens == []
    ((token, error),) = told.failures
    assert token == "lost"
    assert isinstance(error, LogFenced)
    assert partition.high_watermark == 0
    with pytest.raises(LogFenced):
        stage(partition, b"v")


def test_failed_sync_of_one_partition_leaves_the_others_alone(
    disk: Disk, append: Callable[..., None]
) -> None:
    bad, good, told = disk.partition(0), disk.partition(1), Told()
    append(bad, told, "bad")
    append(good, told, "good")
    disk.commit.flush()
    tickets, done = disk.syncs.rounds.pop(0)
    tickets[1].run()

    done([OSError(errno.EIO, "bad"), None])

    assert told.committed_tokens == ["good"]
    assert [token for token, _ in told.failures] == ["bad"]


def test_removed_partition_fails_its_waiters_and_ignores_its_round(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "in flight")
    disk.commit.flush()
    append(partition, told, "staged")

    disk.commit.remove(partition)
    disk.commit.flush()
    disk.syncs.finish_all()

    assert {token for token, _ in told.failures} == {"in flight", "staged"}
    assert all(isinstance(error, PartitionDeleted) for _, error in told.failures)
    assert told.committed_tokens == []


def test_page_cache_durability_commits_at_the_write(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data", Durability.OS)
    partition, told = disk.partition(), Told()
    disk.commit.begin_turn()
    disk.commit.enlist(partition, *stage(partition, b"v"), told, "a")

    disk.commit.flush()

    assert told.committed_tokens == ["a"]
    assert partition.high_watermark == 1
    assert disk.syncs.rounds == []


def test_page_cache_durability_syncs_now_and_then_in_the_background(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data", Durability.OS)
    partition, told = disk.partition(), Told()
    record = b"x" * 1_000_000
    for _ in range(OS_UNSYNCED_BYTES_MAX // len(record) + 1):
        disk.commit.begin_turn()
        disk.commit.enlist(partition, *stage(partition, record), told)
        disk.commit.flush()
    assert len(disk.syncs.rounds) == 1

    disk.syncs.finish()

    assert partition.log.durable_end_offset == partition.high_watermark
    assert disk.syncs.rounds == []


class Watching:
    """A `Watcher` that counts what it is told."""

    def __init__(self) -> None:
        self.advances: list[int] = []
        self.interruptions = 0

    def advanced(self, size_bytes: int) -> None:
        self.advances.append(size_bytes)

    def interrupted(self) -> None:
        self.interruptions += 1


def test_watchers_hear_of_committed_bytes_once_a_round(
    disk: Disk, append: Callable[..., None]
) -> None:
    partition, told, watching = disk.partition(), Told(), Watching()
    partition.watchers[watching] = None
    append(partition, told, "a")
    append(partition, told, "b")
    disk.commit.flush()
    assert watching.advances == []

    disk.syncs.finish()

    assert watching.advances == [partition.log.size_bytes]


def test_watchers_are_interrupted_by_removal_and_by_fencing(
    disk: Disk, append: Callable[..., None]
) -> None:
    removed, fenced, told, watching = disk.partition(0), disk.partition(1), Told(), Watching()
    removed.watchers[watching] = None
    fenced.watchers[watching] = None
    append(fenced, told, "a")
    disk.commit.flush()

    disk.commit.remove(removed)
    disk.syncs.finish(OSError(errno.EIO, "no"))

    assert watching.interruptions == 2


async def test_append_outside_a_turn_is_written_by_itself(disk: Disk) -> None:
    partition, told = disk.partition(), Told()
    disk.commit.enlist(partition, *stage(partition, b"v"), told, "a")

    await until(lambda: disk.syncs.rounds)
    disk.syncs.finish()

    assert told.committed_tokens == ["a"]


async def test_drained_waits_for_every_round(disk: Disk) -> None:
    partition, told = disk.partition(), Told()
    disk.commit.enlist(partition, *stage(partition, b"v"), told, "a")
    draining = asyncio.ensure_future(disk.commit.drained())
    await until(lambda: disk.syncs.rounds)
    assert not draining.done()

    disk.syncs.finish_all()
    await draining

    assert told.committed_tokens == ["a"]


async def test_waiting_for_a_commit_raises_what_made_it_fail(disk: Disk) -> None:
    partition = disk.partition()
    waiting = asyncio.ensure_future(disk.commit.wait(partition, *stage(partition, b"v")))
    await until(lambda: disk.syncs.rounds)

    disk.syncs.finish(OSError(errno.EIO, "no"))

    with pytest.raises(LogFenced):
        await waiting


def test_waiting_appends_are_counted(disk: Disk, append: Callable[..., None]) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a")
    append(partition, told, "b")
    assert disk.registry.samples(catalogue.COMMIT_WAITERS) == [((), 2.0)]

    disk.commit.flush()
    disk.syncs.finish_all()

    assert disk.registry.samples(catalogue.COMMIT_WAITERS) == [((), 0.0)]
    assert disk.registry.samples(catalogue.APPENDED_BATCHES) == [((), 2.0)]


async def test_sync_that_found_no_descriptor_is_tried_again_and_told_only_then(
    disk: Disk, append: Callable[..., None], loop_clock: FakeClock
) -> None:
    partition, told = disk.partition(), Told()
    append(partition, told, "a")
    disk.commit.flush()

    disk.syncs.finish(OSError(errno.EMFILE, "Too many open files"))
    await asyncio.sleep(0)
    assert disk.syncs.rounds == []
    assert (told.committed_tokens, told.failures) == ([], [])
    loop_clock.advance(SYNC_RETRY_S)
    await until(lambda: disk.syncs.rounds)
    disk.syncs.finish()

    assert told.committed_tokens == ["a"]
    assert not partition.log.is_fenced


def test_full_disk_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    filesystem = MemoryFileSystem()
    filesystem.make_directory("/data")
    disk = Disk(Path("/data"), filesystem=filesystem)
    partition, told = disk.partition(), Told()
    filesystem.capacity_bytes = 0
    for token in range(LIMITED_LINES_MAX + 5):
        disk.commit.begin_turn()
        disk.commit.enlist(partition, *stage(partition, b"v"), told, token)
        disk.commit.flush()

    assert len(told.failures) == LIMITED_LINES_MAX + 5
    assert len([each for each in caplog.records if "log_write_failed" in each.message]) == (
        LIMITED_LINES_MAX
    )
