"""One checkpoint over all logs of a data directory."""

import errno
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.errors import CheckpointFailed
from engine.storage.log_config import LogConfig
from engine.storage.offset_checkpoint import LOG_STARTS, RECOVERY_POINTS, decode_offsets
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS_ID,
    ROOT,
    checkpoint_all,
    commit,
    new_disk,
    open_directory,
    read_all,
    values_of,
    write,
)
from tests.support.power_cut import power_cut

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
    checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 2, SECOND: 2}
    assert published(filesystem, LOG_STARTS) == {SECOND: 1}
    assert (first.recovery_point, second.recovery_point) == (2, 2)
    again = reopened(filesystem, directory).open_partition(SECOND, ORDERS_ID, LogConfig())
    assert (again.recovery_point, again.log_start_offset) == (2, 1)


def test_everything_is_saved_before_anything_is_published():
    filesystem, directory, _ = two_logs()
    filesystem.journal.clear()
    checkpoint_all(directory)
    are_ours = [
        op.path.startswith((f"{ROOT}/recovery", f"{ROOT}/log")) for op in filesystem.journal
    ]
    assert any(are_ours)
    saved = [op.path.startswith(f"{ROOT}/orders-") for op in filesystem.journal]
    assert max(at for at, is_it in enumerate(saved) if is_it) < are_ours.index(True)


def test_logs_that_are_not_open_keep_their_recovery_points():
    filesystem, directory, _ = two_logs()
    checkpoint_all(directory)
    directory.close()
    directory = open_directory(filesystem, FakeClock())
    commit(directory.open_partition(FIRST, ORDERS_ID, LogConfig()), "c")
    checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 3, SECOND: 2}


def test_a_log_that_could_not_be_saved_keeps_its_recovery_point_and_others_move():
    filesystem, directory, (first, second) = two_logs()
    checkpoint_all(directory)
    for log in (first, second):
        commit(log, "c")
    filesystem.fail(0, errno.ENOSPC, kinds=["open"])
    with pytest.raises(CheckpointFailed):
        checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert (first.recovery_point, second.recovery_point) == (2, 3)
    assert not first.is_fenced
    checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 3, SECOND: 3}


def test_a_log_whose_sync_failed_is_fenced_and_others_move():
    filesystem, directory, (first, second) = two_logs()
    checkpoint_all(directory)
    for log in (first, second):
        write(log, "c")
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    checkpoint_all(directory)
    assert first.is_fenced
    assert not second.is_fenced
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert (first.durable_end_offset, second.durable_end_offset) == (2, 3)
    checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 2, SECOND: 3}
    assert not directory.close()


def test_a_checkpoint_that_could_not_be_published_is_made_up_for_by_the_next():
    filesystem, directory, (first, _) = two_logs()
    checkpoint_all(directory)
    commit(first, "c")
    filesystem.fail(0, errno.EIO, kinds=["rename"])
    with pytest.raises(CheckpointFailed):
        checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 2, SECOND: 2}
    checkpoint_all(directory)
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
        checkpoint_all(directory)
    filesystem.journal.clear()
    checkpoint_all(directory)
    assert filesystem.journal == []
    commit(log, "c")
    checkpoint_all(directory)
    assert published(filesystem)[FIRST] == 3


def test_a_log_whose_sync_found_no_descriptor_is_saved_by_the_next_checkpoint():
    filesystem, directory, (log, _) = two_logs()
    write(log, "c")
    filesystem.fail(0, errno.EMFILE, kinds=["sync"])
    checkpoint_all(directory)
    assert not log.is_fenced
    assert published(filesystem) == {SECOND: 2}
    checkpoint_all(directory)
    assert published(filesystem) == {FIRST: 3, SECOND: 2}


def syncs(filesystem):
    return [op.path for op in filesystem.journal if op.kind in ("sync", "syncdir")]


def test_logs_that_nothing_was_written_to_cost_a_stop_nothing():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    partitions = [TopicPartition("orders", index) for index in range(5)]
    directory.create_partitions(partitions, ORDERS_ID)
    for each in partitions:
        directory.open_partition(each, ORDERS_ID, LogConfig()).lead(1)
    filesystem.journal.clear()
    assert directory.close()
    assert not [op for op in filesystem.journal if op.path.startswith(f"{ROOT}/orders-")]
    again = reopened(filesystem, directory)
    assert again.was_clean
    assert again.open_partition(partitions[0], ORDERS_ID, LogConfig()).log_end_offset == 0


def test_logs_that_were_read_only_cost_a_stop_nothing():
    filesystem, directory, _ = two_logs()
    directory.close()
    directory = reopened(filesystem, directory)
    log = directory.open_partition(FIRST, ORDERS_ID, LogConfig())
    log.lead(2)
    assert len(read_all(log)) == 2
    filesystem.journal.clear()
    assert directory.close()
    assert not [op for op in filesystem.journal if op.path.startswith(f"{ROOT}/orders-")]


def test_new_logs_share_one_sync_of_the_data_directory():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    directory.create_partitions([FIRST, SECOND], ORDERS_ID)
    for each in (FIRST, SECOND):
        write(directory.open_partition(each, ORDERS_ID, LogConfig()), "a")
    before = syncs(filesystem).count(ROOT)
    checkpoint = directory.begin_checkpoint()
    checkpoint.save_logs()
    assert syncs(filesystem).count(ROOT) == before + 1
    checkpoint.publish()
    directory.end_checkpoint(checkpoint)
    image = power_cut(filesystem, len(filesystem.journal), Random(1))
    assert sorted(open_directory(image, clock).partitions()) == [FIRST, SECOND]


def test_a_small_log_that_is_on_disk_costs_the_syncs_of_its_epochs_once_and_then_none():
    filesystem, directory, (log, _) = two_logs()
    filesystem.journal.clear()
    checkpoint_all(directory)
    ours = [path for path in syncs(filesystem) if path.startswith(f"{ROOT}/{FIRST}")]
    assert len(ours) == 3
    commit(log, "c")
    filesystem.journal.clear()
    checkpoint_all(directory)
    assert not [path for path in syncs(filesystem) if path.startswith(f"{ROOT}/{FIRST}")]
    assert published(filesystem)[FIRST] == 3


def test_a_checkpoint_that_is_given_up_publishes_what_it_has_saved():
    filesystem, directory, (_, second) = two_logs()
    write(second, "not synced")
    checkpoint = directory.begin_checkpoint()
    rename = filesystem.rename

    def give_up_at_the_first(source, target):
        checkpoint.give_up()
        rename(source, target)

    filesystem.rename = give_up_at_the_first
    checkpoint.run()
    assert checkpoint.unsaved_count == 1
    assert not directory.close(checkpoint)
    assert published(filesystem) == {FIRST: 2}
    again = reopened(filesystem, directory)
    assert not again.was_clean
    log = again.open_partition(SECOND, ORDERS_ID, LogConfig())
    assert values_of(read_all(log)) == ["a", "b", "not synced"]


def test_a_checkpoint_may_be_run_by_several_threads():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    partitions = [TopicPartition("orders", index) for index in range(40)]
    directory.create_partitions(partitions, ORDERS_ID)
    for each in partitions:
        write(directory.open_partition(each, ORDERS_ID, LogConfig()), "a")
    checkpoint = directory.begin_checkpoint()
    with ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            threads.submit(checkpoint.save_logs)
    checkpoint.publish()
    assert checkpoint.unsaved_count == 0
    assert directory.close(checkpoint)
    assert published(filesystem) == dict.fromkeys(partitions, 1)
