"""The data directory: its partitions, its start and its end."""

import errno
import os
from contextlib import suppress
from random import Random

import pytest

from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.errors import (
    ChangeFailed,
    DirectoryInUse,
    PartitionExists,
    StorageDamaged,
    StorageError,
    StorageFull,
    TopicIdMismatch,
    UnknownPartition,
)
from engine.storage.last_run import CLEAN_SHUTDOWN
from engine.storage.log_config import LogConfig
from engine.storage.offset_checkpoint import RECOVERY_POINTS
from tests.support.clock import FakeClock
from tests.support.compaction import clean, compacted, put, records_of
from tests.support.logs import (
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    ROOT,
    append,
    checkpoint_all,
    commit,
    new_disk,
    new_partition,
    open_directory,
    read_all,
    values_of,
    write,
)
from tests.support.power_cut import power_cut

NEW_ID = TopicId(b"a new topic's id")
OTHER = TopicPartition("other", 3)


def with_saved_records(clock, *values):
    """A disk whose directory holds one partition with a recovery point behind some records."""
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory)
    for value in values:
        commit(log, value)
    checkpoint_all(directory)
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


def test_a_new_directory_is_clean_and_has_an_identity_of_its_own():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    assert directory.was_clean
    assert directory.partitions() == []
    identity = directory.identity
    assert (identity.node_id, len(identity.cluster_id), len(identity.directory_id)) == (1, 22, 22)
    directory.close()
    assert open_directory(filesystem, clock).identity == identity


def test_an_end_in_order_is_known_at_the_next_start_and_only_there():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    assert directory.close()
    assert f"{ROOT}/{CLEAN_SHUTDOWN}" in filesystem.files
    assert open_directory(filesystem, clock).was_clean
    assert f"{ROOT}/{CLEAN_SHUTDOWN}" not in filesystem.files
    filesystem.locked.clear()
    assert not open_directory(filesystem, clock).was_clean


def test_partitions_without_an_identity_are_not_taken_for_a_clean_directory():
    clock = FakeClock()
    filesystem, _ = with_saved_records(clock, "a")
    filesystem.locked.clear()
    del filesystem.files[f"{ROOT}/meta.properties"]
    assert not open_directory(filesystem, clock).was_clean


def test_the_marker_of_a_clean_end_is_off_the_disk_before_anything_is_written():
    """The start that removed it may have been killed before that was on disk."""
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    directory.close()
    filesystem.fail(0, errno.EIO, kinds=["syncdir"])
    with pytest.raises(OSError):
        open_directory(filesystem, clock)
    directory = open_directory(filesystem, clock)
    commit(directory.open_partition(ORDERS, ORDERS_ID, LogConfig()), "b")
    for seed in range(20):
        image = power_cut(filesystem, len(filesystem.journal), Random(seed))
        assert not open_directory(image, clock).was_clean, f"seed {seed}"


def test_the_marker_is_written_after_everything_else_is_on_disk():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())
    write(log, "not synced")
    start = len(filesystem.journal)
    assert directory.close()
    for length in range(start, len(filesystem.journal) + 1):
        image = power_cut(filesystem, length, Random(length))
        again = open_directory(image, clock)
        log = again.open_partition(ORDERS, ORDERS_ID, LogConfig())
        assert values_of(read_all(log))[:1] == ["a"]
        if again.was_clean:
            assert values_of(read_all(log)) == ["a", "not synced"], f"{length} operations"


@pytest.mark.parametrize("kind", ["sync", "write", "rename", "syncdir"])
def test_an_end_that_could_not_save_everything_is_not_clean_but_lets_go(kind):
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    write(directory.open_partition(ORDERS, ORDERS_ID, LogConfig()), "b")
    filesystem.fail(0, errno.EIO, is_sticky=True, kinds=[kind])
    assert not directory.close()
    filesystem.heal()
    again = open_directory(filesystem, clock)
    assert not again.was_clean
    assert values_of(read_all(again.open_partition(ORDERS, ORDERS_ID, LogConfig()))) == ["a", "b"]


def test_a_log_with_batches_that_were_never_written_does_not_end_clean():
    clock = FakeClock()
    _, directory = with_saved_records(clock, "a")
    append(directory.open_partition(ORDERS, ORDERS_ID, LogConfig()), "staged")
    assert not directory.close()


def test_a_directory_in_use_is_refused_and_a_failed_start_lets_go():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    with pytest.raises(DirectoryInUse):
        open_directory(filesystem, clock)
    directory.close()
    filesystem.fail(0, errno.EIO, kinds=["list"])
    with pytest.raises(OSError):
        open_directory(filesystem, clock)
    open_directory(filesystem, clock)


def test_partitions_are_found_by_their_names_and_leftovers_told():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    (deletion,) = directory.delete_partitions([ORDERS])
    directory.create_partitions([OTHER], ORDERS_ID)
    filesystem.make_directory(f"{ROOT}/something else")
    filesystem.locked.clear()
    again = open_directory(filesystem, clock)
    assert again.partitions() == [OTHER]
    assert again.leftovers == [deletion]
    assert not again.holds(ORDERS)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, StorageFull), (errno.EMFILE, StorageFull), (errno.EIO, ChangeFailed)],
)
def test_partitions_are_made_all_or_none(code, kind):
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([OTHER], ORDERS_ID)
    with pytest.raises(PartitionExists):
        directory.create_partitions([ORDERS, OTHER], NEW_ID)
    assert ORDERS_DIRECTORY not in filesystem.directories
    assert directory.topic_id(OTHER) == ORDERS_ID
    wanted = [ORDERS, TopicPartition("orders", 1)]
    for number in range(8):
        filesystem.fail(number, code, kinds=["mkdir", "open", "write"])
        with pytest.raises(StorageError, match=os.strerror(code)) as raised:
            directory.create_partitions(wanted, NEW_ID)
        assert type(raised.value) is kind
        assert not directory.holds(ORDERS)
        assert ORDERS_DIRECTORY not in filesystem.directories
    directory.create_partitions(wanted, NEW_ID)
    assert directory.holds(ORDERS)


def test_a_directory_that_somebody_else_made_is_refused_and_left_alone():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    filesystem.make_directory(ORDERS_DIRECTORY)
    filesystem.open(f"{ORDERS_DIRECTORY}/precious", create=True).append([b"data"])
    with pytest.raises(PartitionExists):
        directory.create_partitions([ORDERS], ORDERS_ID)
    assert filesystem.files[f"{ORDERS_DIRECTORY}/precious"].content == b"data"


def test_a_directory_of_another_topic_is_not_opened():
    clock = FakeClock()
    _, directory = with_saved_records(clock, "a")
    directory.close()
    filesystem, _ = with_saved_records(clock, "a")
    filesystem.locked.clear()
    with pytest.raises(TopicIdMismatch) as refused:
        open_directory(filesystem, clock).open_partition(ORDERS, NEW_ID, LogConfig())
    assert (refused.value.expected, refused.value.found) == (NEW_ID, ORDERS_ID)


def test_what_is_set_aside_keeps_its_records():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    (path,) = directory.set_aside([ORDERS])
    assert path.endswith("-stray")
    assert filesystem.files[f"{path}/00000000000000000000.log"].content
    assert not directory.holds(ORDERS)
    with pytest.raises(UnknownPartition):
        directory.delete_partitions([ORDERS])


def test_sizes_are_told_of_open_and_unopened_partitions_alike():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a", "b")
    size = directory.size_bytes(ORDERS)
    assert size == len(filesystem.files[f"{ORDERS_DIRECTORY}/00000000000000000000.log"].content)
    directory.close()
    again = open_directory(filesystem, clock)
    assert again.size_bytes(ORDERS) == size
    assert again.size_bytes(OTHER) == 0


def test_a_deleted_partition_stays_deleted_whenever_power_is_cut():
    clock = FakeClock()
    filesystem, directory = with_saved_records(clock, "a")
    (deletion,) = directory.delete_partitions([ORDERS])
    start = len(filesystem.journal)
    deletion.unlink()
    for length in range(start, len(filesystem.journal) + 1):
        for seed in range(4):
            image = power_cut(filesystem, length, Random(seed))
            assert not open_directory(image, clock).holds(ORDERS)


def test_offsets_compacted_away_are_no_damage_when_the_file_of_them_cannot_be_read():
    """The topic is compacted no more; which logs were cleaned is not known."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory, compacted())
    for number in range(12):
        put(log, ("key", f"{number}"), timestamp_ms=clock.wall)
    directory.cleaned.note(ORDERS, 0)
    directory.cleaned.publish()
    assert clean(log, clock.wall).segments_replaced
    directory.close()
    filesystem.files[f"{ROOT}/cleaner-offset-checkpoint"].content[:] = b"0\n7\n"

    directory = open_directory(filesystem, clock)
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())

    assert records_of(log)[-1].value == b"11"
    assert log.damages == ()


def test_damage_before_the_last_checkpoint_is_not_cut_away_though_recovery_points_are_lost():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory)
    for value in "abcd":
        commit(log, value)
    directory.close()
    filesystem.files[f"{ROOT}/{RECOVERY_POINTS}"].content[-2] ^= 1
    filesystem.files[f"{ORDERS_DIRECTORY}/{0:020d}.log"].content[62] ^= 1

    directory = open_directory(filesystem, clock)
    assert directory.unreadable_files == [f"{ROOT}/{RECOVERY_POINTS}"]
    log = directory.open_partition(ORDERS, ORDERS_ID, LogConfig())

    assert log.log_end_offset == 4
    assert values_of(read_all(log, 1)) == ["b", "c", "d"]
    assert [damage[:2] for damage in log.damages] == [(0, 1)]
