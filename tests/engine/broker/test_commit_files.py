"""Group commit where files are few: more partitions may be written than may have a file open."""

import asyncio
from pathlib import Path

import pytest

from engine.broker.commit import Durability
from engine.broker.partition import Partition
from engine.storage.errors import StorageFull
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk, Told, stage
from tests.support.waiting import until

FILES = 8
CROWD = 5 * FILES


def append(disk: Disk, partition: Partition, told: Told, token: object) -> None:
    """Stage a batch of one record and enlist it, within a turn."""
    disk.commit.begin_turn()
    end_offset, size_bytes = stage(partition, b"v")
    disk.commit.enlist(partition, end_offset, size_bytes, told, token)


async def end_all(disk: Disk) -> None:
    """Let syncs end, and what waits for them go on, until nothing is left to do."""
    draining = asyncio.ensure_future(disk.commit.drained())

    def has_ended() -> bool:
        disk.syncs.finish_all()
        return draining.done()

    await until(has_ended)
    await draining


@pytest.fixture(params=Durability, ids=lambda each: each.value)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """A disk of which a few files may be open."""
    return Disk(tmp_path / "data", request.param, files_max=FILES)


async def test_many_more_partitions_than_files_are_written_in_one_turn(disk: Disk) -> None:
    partitions, told = [disk.partition(index) for index in range(CROWD)], Told()
    for index, partition in enumerate(partitions):
        append(disk, partition, told, index)
    disk.commit.flush()
    assert len(told.committed_tokens) < CROWD

    await end_all(disk)

    assert told.failures == []
    assert sorted(told.committed_tokens, key=int) == list(range(CROWD))
    assert [each.high_watermark for each in partitions] == [1] * CROWD


async def test_who_is_put_off_goes_on_in_the_order_of_asking(disk: Disk) -> None:
    partitions, told = [disk.partition(index) for index in range(CROWD)], Told()
    for index, partition in enumerate(partitions):
        append(disk, partition, told, index)
        disk.commit.flush()

    await end_all(disk)

    assert told.committed_tokens == list(range(CROWD))


async def test_partitions_with_a_file_are_written_while_others_wait_for_one(disk: Disk) -> None:
    partitions, told = [disk.partition(index) for index in range(CROWD)], Told()
    for index, partition in enumerate(partitions):
        append(disk, partition, told, index)
    disk.commit.flush()
    first = partitions[0]
    written = first.log.written_end_offset

    append(disk, first, told, "again")
    disk.commit.flush()

    assert first.log.written_end_offset == written + 1


async def test_an_append_that_waits_for_a_file_counts_as_waiting(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data", Durability.OS, files_max=FILES)
    told = Told()
    for index in range(CROWD):
        append(disk, disk.partition(index), told, index)
    disk.commit.flush()

    assert disk.commit.waiting() == CROWD - len(told.committed_tokens)


async def test_a_deleted_partition_waits_for_no_file(disk: Disk) -> None:
    partitions, told = [disk.partition(index) for index in range(CROWD)], Told()
    for index, partition in enumerate(partitions):
        append(disk, partition, told, index)
    disk.commit.flush()

    for partition in partitions[1:]:
        disk.commit.remove(partition)
    await end_all(disk)

    answered = {*told.committed_tokens, *(token for token, _ in told.failures)}
    assert answered == set(range(CROWD))
    assert partitions[0].high_watermark == 1


async def test_syncs_of_a_checkpoint_make_room(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data", Durability.OS, files_max=FILES)
    told = Told()
    partitions = [disk.partition(index) for index in range(FILES // 2)]
    for partition in partitions:
        append(disk, partition, told, "before")
    disk.commit.flush()
    for partition in partitions:
        ticket = partition.log.begin_sync()
        ticket.run()
        partition.log.end_sync(ticket)

    for index in range(FILES, FILES + FILES // 4):
        append(disk, disk.partition(index), told, "after")
    disk.commit.flush()

    assert disk.syncs.rounds == [], "what the checkpoint has synced is not synced again"
    assert told.committed_tokens.count("after") == FILES // 4


def test_a_write_without_room_on_the_disk_holds_no_file() -> None:
    filesystem = MemoryFileSystem()
    filesystem.make_directory("/data")
    disk = Disk(Path("/data"), Durability.OS, filesystem, files_max=FILES)
    partitions = [disk.partition(index) for index in range(CROWD)]
    filesystem.capacity_bytes = sum(len(inode.content) for inode in filesystem.files.values())
    for partition in partitions:
        stage(partition, b"v")
        with pytest.raises(StorageFull, match="No space left"):
            partition.log.write_staged()
