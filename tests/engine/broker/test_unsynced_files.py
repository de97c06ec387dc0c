"""Unsynced files are counted, and the oldest are told, each once, when they are many."""

from pathlib import Path

import pytest

from engine.broker.commit import Durability
from engine.broker.partition import Partition
from engine.broker.unsynced_files import UnsyncedFiles
from tests.support.partitions import Disk, stage

FILES = 8
SYNCED_FROM = FILES // 2


class Counted:
    """Partitions whose writes are noted, and whose syncs a test runs by hand."""

    def __init__(self, path: Path) -> None:
        self._disk = Disk(path, Durability.OS)
        self.files = UnsyncedFiles(FILES)

    def write(self, partition: Partition) -> None:
        stage(partition, b"v")
        partition.log.write_staged()
        self.files.note_written(partition, partition.log.unsynced_files)

    def written(self, count: int) -> list[Partition]:
        """So many partitions, each written once."""
        partitions = [self._disk.partition(index) for index in range(count)]
        for partition in partitions:
            self.write(partition)
        return partitions


def sync(partition: Partition) -> None:
    """Make everything written durable, told to nobody."""
    ticket = partition.log.begin_sync()
    ticket.run()
    partition.log.end_sync(ticket)


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """No partition yet."""
    return Counted(tmp_path / "data")


def test_up_to_the_share_nobody_is_to_be_synced(counted: Counted) -> None:
    counted.written(SYNCED_FROM)

    assert counted.files.surplus() == []


def test_the_oldest_beyond_the_share_are_told_once(counted: Counted) -> None:
    """A crowd is asked for again with every turn: whoever was told is on its way."""
    partitions = counted.written(3 * FILES)

    assert counted.files.surplus() == partitions[:-SYNCED_FROM]
    assert counted.files.surplus() == []


def test_files_of_syncs_under_way_count_as_held_and_not_as_left(counted: Counted) -> None:
    for partition in counted.written(FILES)[:SYNCED_FROM]:
        counted.files.note_begun(partition)

    assert counted.files.surplus() == []
    assert counted.files.are_full


def test_what_is_written_before_its_sync_begins_is_covered_by_it(counted: Counted) -> None:
    first, *_ = counted.written(SYNCED_FROM + 1)
    assert counted.files.surplus() == [first]
    counted.write(first)

    counted.files.note_begun(first)
    sync(first)
    counted.files.note_synced(first)

    assert counted.files.surplus() == []


def test_what_is_written_during_its_sync_is_to_be_synced_again(counted: Counted) -> None:
    first, *others = counted.written(SYNCED_FROM + 1)
    assert counted.files.surplus() == [first]
    counted.files.note_begun(first)
    ticket = first.log.begin_sync()
    counted.write(first)
    ticket.run()
    first.log.end_sync(ticket)
    counted.files.note_synced(first)

    assert counted.files.surplus() == others[:1]


def test_what_a_checkpoint_has_synced_is_not_told(counted: Counted) -> None:
    partitions = counted.written(FILES)
    for partition in partitions[:-1]:
        sync(partition)

    assert counted.files.surplus() == []
    assert not counted.files.are_full


def test_whoever_is_forgotten_counts_no_more(counted: Counted) -> None:
    partitions = counted.written(FILES)
    told = counted.files.surplus()

    for partition in partitions:
        counted.files.forget(partition)

    assert told == partitions[:-SYNCED_FROM]
    assert not counted.files.are_full
    assert counted.files.surplus() == []
    counted.write(partitions[0])
    assert counted.files.surplus() == []
