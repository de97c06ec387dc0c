"""The data directory: its partitions, its start and its end."""

import errno
from contextlib import suppress
from random import Random

import pytest

from engine.kernel.ids import TopicId
from engine.storage.errors import StorageDamaged
from engine.storage.log_config import LogConfig
from engine.storage.offset_checkpoint import RECOVERY_POINTS
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    ROOT,
    commit,
    new_disk,
    open_directory,
    read_all,
    values_of,
)
from tests.support.power_cut import power_cut

NEW_ID = TopicId(b"a new topic's id")


def with_saved_records(clock, *values):
    """A disk whose directory holds one partition with a recovery point behind some records."""
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([ORDERS], ORDERS_ID)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    for value in values:
        commit(log, value)
    directory.checkpoint()
    return filesystem, directory


def lose_directory(filesystem, path=ORDERS_DIRECTORY):
    for name in list(filesystem.files):
        if name.startswith(path + "/"):
            del filesystem.files[name]
    filesystem.directories.remove(path)


def test_a_partition_whose_directory_was_lost_is_not_taken_for_a_new_one():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a", "b")
    directory.close()
    lose_directory(filesystem)
    directory = open_directory(filesystem, clock)

    with pytest.raises(StorageDamaged) as lost:
        directory.open_partition(ORDERS, ORDERS_ID, LogConfig())

    assert (lost.value.start_offset, lost.value.end_offset) == (0, 2)
    assert "directory is missing" in str(lost.value)
    assert ORDERS_DIRECTORY not in filesystem.directories


def test_a_partition_whose_directory_never_reached_the_disk_is_made_again():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    commit(log, "a")
    assert values_of(read_all(log)) == ["a"]
    assert directory.topic_id(ORDERS) == ORDERS_ID


def test_a_partition_made_again_has_no_recovery_point_of_the_old_one():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a", "b", "c")
    directory.delete_partitions([ORDERS])
    directory.create_partitions([ORDERS], NEW_ID)
    log = directory.open_partition(ORDERS, NEW_ID, LogConfig())
    commit(log, "new")
    assert b"orders" not in filesystem.files[f"{ROOT}/{RECOVERY_POINTS}"].content
    filesystem.locked.clear()

    directory = open_directory(filesystem, clock)
    log = directory.open_partition(ORDERS, NEW_ID, LogConfig())

    assert values_of(read_all(log)) == ["new"]
    assert log.log_end_offset == 1


def test_a_lost_partition_can_be_made_again_for_another_topic():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    directory.close()
    lose_directory(filesystem)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([ORDERS], NEW_ID)
    log = directory.open_partition(ORDERS, NEW_ID, LogConfig())
    assert (log.log_start_offset, log.log_end_offset) == (0, 0)


def test_a_partition_made_again_is_not_taken_for_lost_after_a_power_cut():
    """The old entry is off the disk before anybody is told of the new partition."""
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a", "b", "c")
    directory.delete_partitions([ORDERS])
    directory.create_partitions([ORDERS], NEW_ID)
    for seed in range(30):
        image = power_cut(filesystem, len(filesystem.journal), Random(seed))
        log = open_directory(image, clock).open_partition(ORDERS, NEW_ID, LogConfig())
        assert log.log_end_offset == 0, f"seed {seed}"


@pytest.mark.parametrize("number", range(6))
def test_a_partition_made_again_does_not_write_to_the_deleted_file(number):
    """An open that fails half-way leaves the file open though there is no log."""
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a", "b")
    directory.close()
    directory = open_directory(filesystem, clock)
    filesystem.fail(number, errno.EIO, kinds=["read"])
    with suppress(OSError):
        directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    filesystem.heal()
    directory.delete_partitions([ORDERS])
    directory.create_partitions([ORDERS], NEW_ID)
    log = directory.open_partition(ORDERS, NEW_ID, LogConfig())
    commit(log, "new")
    filesystem.locked.clear()
    again = open_directory(filesystem, clock).open_partition(ORDERS, NEW_ID, LogConfig())
    assert values_of(read_all(again)) == ["new"]
