"""What a turn gathers is appended as one when the turn ends."""

import asyncio
from pathlib import Path

from engine.broker.partition import Partition
from tests.support.partitions import Disk, Told, stage


class Gatherer:
    """Gathers values of a partition."""

    def __init__(self, disk: Disk, partition: Partition, waiter: Told) -> None:
        self._disk = disk
        self._partition = partition
        self._waiter = waiter
        self.values: list[bytes] = []

    def append_gathered(self) -> None:
        end_offset, size_bytes = stage(self._partition, *self.values)
        self._disk.commit.enlist(self._partition, end_offset, size_bytes, self._waiter, "all")


def test_what_a_turn_gathers_is_written_when_it_ends(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data")
    partition, waiter = disk.partition(), Told()
    gatherer = Gatherer(disk, partition, waiter)
    disk.commit.begin_turn()
    for value in (b"a", b"b"):
        gatherer.values.append(value)
        disk.commit.gather(gatherer)
    disk.commit.flush()
    assert partition.log.written_end_offset == 2
    disk.syncs.finish_all()
    assert waiter.committed_tokens == ["all"]


async def test_what_is_gathered_outside_a_turn_is_written_by_itself(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "data")
    partition = disk.partition()
    gatherer = Gatherer(disk, partition, Told())
    gatherer.values.append(b"a")
    disk.commit.gather(gatherer)
    assert partition.log.log_end_offset == 0
    await asyncio.sleep(0)
    assert partition.log.written_end_offset == 1
