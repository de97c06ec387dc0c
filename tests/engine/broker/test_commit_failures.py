"""Writes that failed in the middle of a turn, and syncs that never come: nobody waits for ever."""

import asyncio
import errno
from dataclasses import replace
from pathlib import Path

import pytest

from engine.broker.commit import Durability, Stage
from engine.broker.partition import Partition
from engine.storage.errors import LogFenced, StorageFull
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk, Told, stage
from tests.support.waiting import until


class SmallDisk(Disk):
    """A disk under control, and one partition whose segments hold one batch."""

    def __init__(self, durability: Durability = Durability.FSYNC) -> None:
        self.files = MemoryFileSystem()
        self.files.make_directory("/data")
        super().__init__(Path("/data"), durability, self.files)
        self.orders: Partition = self.partition()
        self.told = Told()

    def append(self, token: object, wait_for: Stage = Stage.COMMITTED) -> int:
        """Stage a batch that needs a segment of its own; its size."""
        end_offset, size = stage(self.orders, b"v")
        self.orders.log.config = replace(self.orders.log.config, segment_bytes=size)
        self.commit.enlist(self.orders, end_offset, size, self.told, token, stage=wait_for)
        return size

    def fill_up(self, but_bytes: int) -> None:
        """Leave room for so many bytes."""
        used = sum(len(each.content) for each in self.files.files.values())
        self.files.capacity_bytes = used + but_bytes


async def test_who_waits_for_the_last_sync_does_not_wait_for_that_of_a_deleted_topic() -> None:
    disk = SmallDisk()
    disk.append("put off")
    draining = asyncio.ensure_future(disk.commit.drained())
    await until(lambda: disk.syncs.rounds)
    disk.syncs.finish(OSError(errno.EMFILE, "Too many open files"))
    disk.commit.remove(disk.orders)
    await draining
    assert disk.syncs.rounds == []


@pytest.mark.parametrize("wait_for", Stage)
@pytest.mark.parametrize("durability", Durability)
def test_what_was_written_before_the_disk_was_full_is_answered(
    durability: Durability, wait_for: Stage
) -> None:
    disk = SmallDisk(durability)
    disk.commit.begin_turn()
    size = disk.append("fits", wait_for)
    disk.append("does not", wait_for)
    disk.fill_up(size)

    disk.commit.flush()
    disk.syncs.finish_all()

    assert disk.told.committed_tokens == ["fits"]
    ((token, error),) = disk.told.failures
    assert (token, type(error)) == ("does not", StorageFull)
    assert (disk.orders.log.written_end_offset, disk.orders.high_watermark) == (1, 1)


@pytest.mark.parametrize(
    ("error", "kind"), [(errno.ENOSPC, StorageFull), (errno.EIO, LogFenced)], ids=["full", "broken"]
)
@pytest.mark.parametrize("wait_for", Stage)
def test_a_duplicate_is_answered_though_the_batch_behind_it_is_lost(
    wait_for: Stage, error: int, kind: type[Exception]
) -> None:
    disk = SmallDisk()
    disk.commit.begin_turn()
    disk.append("first")
    disk.commit.flush()
    disk.syncs.finish_all()

    disk.commit.begin_turn()
    disk.commit.enlist(disk.orders, 1, 0, disk.told, "again", stage=wait_for)
    disk.append("lost")
    disk.files.fail(0, error)
    disk.commit.flush()

    assert disk.told.committed_tokens == ["first", "again"]
    assert [(token, type(failed)) for token, failed in disk.told.failures] == [("lost", kind)]
