"""One checkpoint over all logs of a data directory."""

import errno

import pytest

from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.errors import CheckpointFailed
from engine.storage.log_config import LogConfig
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, decode_offsets
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS_ID,
    ROOT,
    commit,
    new_disk,
    open_directory,
    read_all,
    values_of,
    write,
)

FIRST, SECOND = TopicPartition("orders", 0), TopicPartition("orders", 1)
NEW_ID = TopicId(b"a new topic's id")


def two_logs():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([FIRST, SECOND], ORDERS_ID)
    logs = [directory.open_partition(each, ORDERS_ID, LogConfig()) for each in (FIRST, SECOND)]
    for log in logs:
        commit(log, "a", "b")
    return filesystem, directory, logs


def published(filesystem, name=RECOVERY_POINTS):
    return decode_offsets(bytes(filesystem.files[f"{ROOT}/{name}"].content), name)


def reopened(filesystem, directory):
    filesystem.locked.clear()
    return open_directory(filesystem, FakeClock())


def test_recovery_points_and_log_starts_are_published():
    filesystem, directory, (first, second) = two_logs()
    second.delete_records(1)
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 2, SECOND: 2}
    assert published(filesystem, LOG_STARTS) == {SECOND: 1}
    assert (first.recovery_point, second.recovery_point) == (2, 2)
    again = reopened(filesystem, directory).open_partition(SECOND, ORDERS_ID, LogConfig())
    assert (again.recovery_point, again.log_start_offset) == (2, 1)


def test_everything_is_saved_before_anything_is_published():
    filesystem, directory, _ = two_logs()
    filesystem.journal.clear()
    directory.checkpoint()
    are_ours = [
        op.path.startswith((f"{ROOT}/recovery", f"{ROOT}/log")) for op in filesystem.journal
    ]
    assert any(are_ours)
    saved = [op.path.startswith(f"{ROOT}/orders-") for op in filesystem.journal]
    assert max(at for at, is_it in enumerate(saved) if is_it) < are_ours.index(True)


def test_logs_that_are_not_open_keep_their_recovery_points():
    filesystem, directory, _ = two_logs()
    directory.checkpoint()
    directory.close()
    directory = open_directory(filesystem, FakeClock())
    commit(directory.open_partition(FIRST, ORDERS_ID, LogConfig()), "c")
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 3, SECOND: 2}


def test_a_log_that_could_not_be_saved_keeps_its_recovery_point_and_others_move():
    filesystem, directory, (first, second) = two_logs()
    directory.checkpoint()
    for log in (first, second):
        commit(log, "c")
    filesystem.fail(0, errno.ENOSPC, kinds=["open"])
    with pytest.raises(CheckpointFailed):
        directory.checkpoint()
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert (first.recovery_point, second.recovery_point) == (2, 3)
    assert not first.is_fenced
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 3, SECOND: 3}


def test_a_log_whose_sync_failed_is_fenced_and_others_move():
    filesystem, directory, (first, second) = two_logs()
    directory.checkpoint()
    for log in (first, second):
        write(log, "c")
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    directory.checkpoint()
    assert first.is_fenced
    assert not second.is_fenced
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert (first.durable_end_offset, second.durable_end_offset) == (2, 3)
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert not directory.close()


def test_a_checkpoint_that_could_not_be_published_is_made_up_for_by_the_next():
    filesystem, directory, (first, _) = two_logs()
    directory.checkpoint()
    commit(first, "c")
    filesystem.fail(0, errno.EIO, kinds=["rename"])
    with pytest.raises(CheckpointFailed):
        directory.checkpoint()
    assert published(filesystem) == {FIRST: 2, SECOND: 2}
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 3, SECOND: 2}


@pytest.mark.parametrize("is_made_again", [False, True])
@pytest.mark.parametrize("moment", ["before it runs", "after it ran"])
def test_a_partition_may_be_deleted_while_it_is_under_way(moment, is_made_again):
    """Nothing of the old partition gets into the directory of the new one, nor is it published."""
    filesystem, directory, _ = two_logs()
    checkpoint = directory.begin_checkpoint()
    if moment == "after it ran":
        checkpoint.run()
    directory.delete_partitions([FIRST])
    if is_made_again:
        directory.create_partitions([FIRST], NEW_ID)
        commit(directory.open_partition(FIRST, NEW_ID, LogConfig()), "new")
    if moment == "before it runs":
        checkpoint.run()
    directory.end_checkpoint(checkpoint)
    directory = reopened(filesystem, directory)
    assert directory.holds(FIRST) == is_made_again
    if is_made_again:
        log = directory.open_partition(FIRST, NEW_ID, LogConfig())
        assert values_of(read_all(log)) == ["new"]
        assert (log.log_end_offset, log.recovery_point, log.damages) == (1, 0, ())
    second = directory.open_partition(SECOND, ORDERS_ID, LogConfig())
    assert second.recovery_point == 2


def test_a_partition_that_is_deleted_is_no_failure_of_the_checkpoint():
    _, directory, (first, _) = two_logs()
    write(first, "c")
    checkpoint = directory.begin_checkpoint()
    (deletion,) = directory.delete_partitions([FIRST])
    deletion.unlink()
    checkpoint.run()
    directory.end_checkpoint(checkpoint)
    assert not first.is_fenced


def test_a_checkpoint_of_what_has_not_changed_does_not_touch_the_disk():
    filesystem, directory, (log, _) = two_logs()
    for _ in range(2):
        directory.checkpoint()
    filesystem.journal.clear()
    directory.checkpoint()
    assert filesystem.journal == []
    commit(log, "c")
    directory.checkpoint()
    assert published(filesystem)[FIRST] == 3


def test_a_log_whose_sync_found_no_descriptor_is_saved_by_the_next_checkpoint():
    filesystem, directory, (log, _) = two_logs()
    write(log, "c")
    filesystem.fail(0, errno.EMFILE, kinds=["sync"])
    directory.checkpoint()
    assert not log.is_fenced
    assert published(filesystem) == {SECOND: 2}
    directory.checkpoint()
    assert published(filesystem) == {FIRST: 3, SECOND: 2}
