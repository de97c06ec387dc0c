"""Group commit where files are few: more partitions may be written than may have a file open."""

import errno
from pathlib import Path

import pytest

from engine.broker.commit import Durability
from engine.broker.partition import Partition
from engine.kernel.event_log import LIMITED_LINES_MAX
from engine.records.batch import read_header
from engine.storage.errors import NoFileFree, StorageFull
from engine.storage.log_config import LogConfig
from engine.storage.partition_log import Origin
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk, Told, stage
from tests.support.running_engine import batch

FILES = 8
SYNCED_FROM, FULL_FROM = FILES // 2, FILES * 3 // 4
CROWD = 5 * FILES


@pytest.fixture
def in_memory() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directory("/data")
    return filesystem


def append(disk: Disk, partition: Partition, told: Told, token: object) -> None:
    """Stage a batch of one record and enlist it, within a turn."""
    disk.commit.begin_turn()
    end_offset, size_bytes = stage(partition, b"v")
    disk.commit.enlist(partition, end_offset, size_bytes, told, token)


def append_to_each(disk: Disk, count: int) -> tuple[list[Partition], Told]:
    """Append to so many partitions in one turn."""
    partitions, told = [disk.partition(index) for index in range(count)], Told()
    for index, partition in enumerate(partitions):
        append(disk, partition, told, index)
    disk.commit.flush()
    return partitions, told


@pytest.fixture(params=Durability, ids=lambda each: each.value)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """A disk of which a few files may be open."""
    return Disk(tmp_path / "data", request.param, files_max=FILES)


def test_a_partition_without_a_file_is_told_to_try_again_and_the_others_are_written(
    disk: Disk,
) -> None:
    partitions, told = append_to_each(disk, CROWD)
    disk.syncs.finish_all()

    assert sorted(map(int, map(str, told.committed_tokens))) == list(range(FULL_FROM))
    assert [token for token, _ in told.failures] == list(range(FULL_FROM, CROWD))
    assert {type(error) for _, error in told.failures} == {NoFileFree}
    assert [each.log.log_end_offset for each in partitions[FULL_FROM:]] == [0] * (CROWD - FULL_FROM)


def test_a_refusal_for_want_of_a_file_is_a_warning_of_its_own(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    """It heals by itself; `log_write_failed` is for an operator to act on."""
    append_to_each(disk, CROWD)

    told = [(each.levelname, each.message.split(" ")[0]) for each in caplog.records]
    assert told == [("WARNING", "log_write_put_off")] * LIMITED_LINES_MAX


def test_whoever_tries_again_gets_through(disk: Disk) -> None:
    partitions = [disk.partition(index) for index in range(CROWD)]
    waiting, rounds = list(range(CROWD)), 0
    while waiting:
        told = Told()
        for index in waiting:
            append(disk, partitions[index], told, index)
        disk.commit.flush()
        disk.syncs.finish_all()
        waiting = [index for index in waiting if partitions[index].high_watermark == 0]
        rounds += 1
        assert rounds <= CROWD, f"{len(waiting)} partitions are never written"
    assert [each.log.log_end_offset for each in partitions] == [1] * CROWD


def test_with_many_unsynced_files_the_oldest_are_synced_without_being_asked_for(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path / "data", Durability.OS, files_max=FILES)
    partitions, _ = append_to_each(disk, SYNCED_FROM + 2)
    disk.syncs.finish_all()

    assert [each.log.durable_end_offset for each in partitions] == [1, 1] + [0] * SYNCED_FROM


def test_a_partition_that_holds_a_file_is_written_though_there_are_no_more(disk: Disk) -> None:
    partitions, told = append_to_each(disk, CROWD)
    append(disk, partitions[0], told, "again")
    disk.commit.flush()

    assert partitions[0].log.written_end_offset == 2


def test_the_topics_of_the_broker_are_written_though_there_are_no_more(disk: Disk) -> None:
    append_to_each(disk, CROWD)
    offsets, told = disk.partition(CROWD), Told()
    offsets.is_internal = True
    append(disk, offsets, told, "offsets")
    disk.commit.flush()
    disk.syncs.finish_all()

    assert told.committed_tokens == ["offsets"]


def test_what_a_checkpoint_has_synced_is_not_synced_again(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data", Durability.OS, files_max=FILES)
    partitions, _ = append_to_each(disk, FULL_FROM)
    for partition in partitions:
        ticket = partition.log.begin_sync()
        ticket.run()
        partition.log.end_sync(ticket)
    disk.syncs.finish_all()

    told, others = Told(), [disk.partition(FILES + index) for index in range(SYNCED_FROM)]
    for _ in range(2):
        for partition in others:
            append(disk, partition, told, partition)
        disk.commit.flush()

    assert disk.syncs.rounds == []
    assert set(told.committed_tokens) == set(others)


def append_in_part(disk: Disk, filesystem: MemoryFileSystem, partition: Partition) -> Told:
    """Append two batches in a turn: the second goes to a new segment, which finds no room."""
    partition.log.config, told = LogConfig(segment_bytes=100), Told()
    for token in ("written", "refused"):
        append(disk, partition, told, token)
    filesystem.fail(1, errno.ENOSPC, kinds=["write"])
    disk.commit.flush()
    filesystem.heal()
    assert [token for token, _ in told.failures] == ["refused"]
    told.failures.clear()  # their tracebacks hold the files
    return told


def test_files_of_writes_that_were_done_in_part_are_synced_like_others(
    in_memory: MemoryFileSystem,
) -> None:
    disk = Disk(Path("/data"), Durability.OS, in_memory, files_max=FILES)
    for index in range(CROWD):
        told = append_in_part(disk, in_memory, disk.partition(index))
        assert told.committed_tokens == ["written"]
        disk.syncs.finish_all()


def test_a_write_in_part_during_its_sync_is_synced_again(in_memory: MemoryFileSystem) -> None:
    disk = Disk(Path("/data"), Durability.OS, in_memory, files_max=FILES)
    (first, *_), _ = append_to_each(disk, SYNCED_FROM + 1)
    assert disk.syncs.rounds, "the sync of the first is under way"
    append_in_part(disk, in_memory, first)
    disk.syncs.finish_all()
    assert first.log.durable_end_offset < first.log.written_end_offset
    for index in range(SYNCED_FROM):
        append(disk, disk.partition(FILES + index), Told(), index)
        disk.commit.flush()
        disk.syncs.finish_all()

    assert first.log.durable_end_offset == first.log.written_end_offset


def test_an_empty_segment_that_nothing_could_be_written_to_holds_no_file(
    in_memory: MemoryFileSystem,
) -> None:
    disk = Disk(Path("/data"), Durability.FSYNC, in_memory, files_max=FILES)
    partition = disk.partition(0)
    append_in_part(disk, in_memory, partition)
    assert partition.log.unsynced_files == 1
    disk.syncs.finish_all()
    assert partition.log.unsynced_files == 0


def test_what_was_written_before_a_write_that_failed_is_synced(
    in_memory: MemoryFileSystem,
) -> None:
    disk, told = Disk(Path("/data"), Durability.FSYNC, in_memory), Told()
    partition = disk.partition(0)
    append(disk, partition, told, "under way")
    disk.commit.flush()
    append(disk, partition, told, "written")
    disk.commit.flush()
    in_memory.fail(0, errno.ENOSPC, kinds=["write"])
    append(disk, partition, told, "refused")
    disk.commit.flush()

    assert [token for token, _ in told.failures] == ["refused"]
    assert len(partition.log.begin_sync().covered) == 1


def test_no_batch_is_written_after_its_turn(disk: Disk) -> None:
    """It lies in memory into which the next request is received."""
    scratch, told = bytearray(4096), Told()
    partitions = [disk.partition(index) for index in range(CROWD)]
    for index, partition in enumerate(partitions):
        records = batch(b"value of %d" % index)
        scratch[: len(records)] = records
        disk.commit.begin_turn()
        result = partition.log.append(
            memoryview(scratch)[: len(records)], leader_epoch=0, origin=Origin.CLIENT
        )
        disk.commit.enlist(partition, result.last_offset + 1, len(records), told, index)
        disk.commit.flush()
        scratch[:] = bytes(len(scratch))
    disk.syncs.finish_all()

    written = [each for each in partitions if each.log.written_end_offset]
    assert len(written) >= FULL_FROM
    for partition in written:
        region = partition.log.read(0, 4096, end_offset=1)
        assert region is not None
        content = region.read()
        assert b"value of %d" % partition.topic_partition.partition in content
        assert read_header(memoryview(content)).base_offset == 0


def test_a_write_without_room_on_the_disk_holds_no_file(in_memory: MemoryFileSystem) -> None:
    disk = Disk(Path("/data"), Durability.OS, in_memory, files_max=FILES)
    partitions = [disk.partition(index) for index in range(CROWD)]
    in_memory.capacity_bytes = sum(len(inode.content) for inode in in_memory.files.values())
    for partition in partitions:
        stage(partition, b"v")
        with pytest.raises(StorageFull, match="No space left"):
            partition.log.write_staged()


def test_a_log_that_the_disk_has_failed_holds_no_file(in_memory: MemoryFileSystem) -> None:
    disk = Disk(Path("/data"), Durability.FSYNC, in_memory, files_max=FILES)
    for index in range(CROWD):
        append(disk, disk.partition(index), Told(), index)
        disk.commit.flush()
        disk.syncs.finish(OSError(errno.EIO, "the disk is broken"))

    partition, told = disk.partition(CROWD), Told()
    append(disk, partition, told, "sound")
    disk.commit.flush()
    disk.syncs.finish_all()
    assert told.committed_tokens == ["sound"]
