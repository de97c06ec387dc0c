"""Saving what is derived of one log."""

import errno
from random import Random

import pytest

from engine.storage.file_names import LEADER_EPOCHS, OFFSET_INDEX, SNAPSHOT, TIME_INDEX
from engine.storage.log_config import LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    ORDERS_DIRECTORY,
    append,
    checkpoint,
    commit,
    new_disk,
    open_log,
    read_all,
    write,
)
from tests.support.power_cut import power_cut

CONFIG = LogConfig(segment_bytes=700, index_interval_bytes=100)


def log_with(count, config=CONFIG):
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, config)
    filesystem.sync_directory("/data")
    for at in range(count):
        commit(log, str(at % 10), timestamp_ms=FAKE_EPOCH_MS + at)
    return filesystem, clock, log


def names(filesystem, suffix):
    return sorted(p.rpartition("/")[2] for p in filesystem.files if p.endswith(suffix))


def content(filesystem, name):
    return bytes(filesystem.files[f"{ORDERS_DIRECTORY}/{name}"].content)


def test_indexes_epochs_and_producers_are_saved_and_the_recovery_point_moves():
    filesystem, _, log = log_with(15)
    assert not log.is_saved
    checkpoint(log)
    assert log.recovery_point == 15
    assert log.is_saved
    bases = [info.base_offset for info in log.segments()]
    assert len(bases) == 2
    assert names(filesystem, OFFSET_INDEX) == [f"{base:020d}.index" for base in bases]
    assert names(filesystem, TIME_INDEX) == [f"{base:020d}.timeindex" for base in bases]
    assert names(filesystem, SNAPSHOT) == [f"{15:020d}.snapshot"]
    assert content(filesystem, LEADER_EPOCHS) == b"0\n1\n1 0\n"


def test_only_new_entries_are_appended():
    filesystem, _, log = log_with(5)
    checkpoint(log)
    before = content(filesystem, f"{0:020d}.index")
    commit(log, "x", timestamp_ms=FAKE_EPOCH_MS + 50)
    commit(log, "x", timestamp_ms=FAKE_EPOCH_MS + 51)
    filesystem.journal.clear()
    checkpoint(log)
    after = content(filesystem, f"{0:020d}.index")
    assert after.startswith(before)
    written = [op for op in filesystem.journal if op.kind == "write" and op.path.endswith(".index")]
    assert [op.position for op in written] == [len(before)]
    assert not [op for op in filesystem.journal if op.path.endswith(LEADER_EPOCHS + ".tmp")]


def test_nothing_is_saved_when_nothing_has_changed():
    _, _, log = log_with(5)
    checkpoint(log)
    assert log.begin_checkpoint() is None


def test_nothing_is_saved_while_batches_wait_to_be_written():
    _, _, log = log_with(5)
    append(log, "staged")
    assert log.begin_checkpoint() is None


def test_two_snapshots_are_kept():
    filesystem, _, log = log_with(1)
    for at in range(5):
        checkpoint(log)
        commit(log, str(at))
    assert names(filesystem, SNAPSHOT) == [f"{at:020d}.snapshot" for at in (4, 5)]


def test_the_log_is_on_disk_before_what_is_derived_of_it():
    filesystem, _, log = log_with(5)
    write(log, "new")
    filesystem.journal.clear()
    checkpoint(log)
    first = filesystem.journal[0]
    assert (first.kind, first.path) == ("sync", f"{ORDERS_DIRECTORY}/{0:020d}.log")


def test_batches_that_come_while_it_runs_are_not_covered():
    filesystem, clock, log = log_with(5)
    job = log.begin_checkpoint()
    write(log, "later")
    job.sync.run()
    job.save()
    log.end_checkpoint(job)
    assert (log.recovery_point, log.durable_end_offset, log.log_end_offset) == (5, 5, 6)
    again = open_log(filesystem, clock, CONFIG, recovery_point=5)
    assert len(read_all(again)) == 6


def test_a_segment_may_be_removed_while_it_runs():
    filesystem, clock, log = log_with(20)
    log.config = LogConfig(segment_bytes=700, retention_bytes=300, retention_ms=-1)
    job = log.begin_checkpoint()
    deletion = log.apply_retention(None, 20).deletion
    deletion.rename()
    deletion.unlink()
    job.sync.run()
    job.save()
    log.end_checkpoint(job)
    again = open_log(filesystem, clock, CONFIG, recovery_point=20)
    assert again.log_start_offset == log.log_start_offset
    assert len(read_all(again)) == 20 - again.log_start_offset
    assert len(names(filesystem, OFFSET_INDEX)) == len(again.segments())


@pytest.mark.parametrize("number", range(12))
def test_a_save_that_fails_is_made_up_for_by_the_next(number):
    filesystem, clock, log = log_with(15)
    checkpoint(log)
    commit(log, "more", epoch=2)
    commit(log, "more", epoch=3)
    job = log.begin_checkpoint()
    job.sync.run()
    filesystem.fail(number, errno.ENOSPC)
    with pytest.raises(OSError):
        job.save()
    log.end_sync(job.sync)
    assert log.recovery_point == 15
    assert len(read_all(open_log(filesystem.copy(), clock, CONFIG, recovery_point=15))) == 17
    checkpoint(log)
    assert log.recovery_point == 17
    assert len(read_all(open_log(filesystem, clock, CONFIG, recovery_point=17))) == 17


def test_whenever_power_is_cut_the_old_or_the_new_recovery_point_holds():
    filesystem, clock, log = log_with(15)
    checkpoint(log)
    for at in range(15):
        commit(log, str(at % 10), timestamp_ms=FAKE_EPOCH_MS + 20 + at, epoch=2)
    start = len(filesystem.journal)
    checkpoint(log)
    end = len(filesystem.journal)
    for length in range(start, end + 1):
        for seed in range(6):
            image = power_cut(filesystem, length, Random(seed))
            for recovery_point in (15, 30) if length == end else (15,):
                again = open_log(image.copy(), clock, CONFIG, recovery_point=recovery_point)
                assert len(read_all(again)) == 30
                assert again.damages == ()
                assert again.end_offset_for_epoch(1) == (1, 15)
                assert again.offset_for_timestamp(FAKE_EPOCH_MS + 25).offset == 20
