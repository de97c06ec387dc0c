"""One partition's log as the broker sees it."""

import errno
from random import Random

import pytest

from engine.storage.errors import OffsetOutOfRange, ReadFailed, StorageFull
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    EVERYTHING,
    ORDERS_DIRECTORY,
    append,
    batch_of,
    checkpoint,
    commit,
    new_disk,
    open_log,
    read_all,
    sync,
    values_of,
    write,
)

THREE_PER_SEGMENT = LogConfig(segment_bytes=250, retention_ms=-1)


def log_files(filesystem):
    return sorted(int(p.rpartition("/")[2][:20]) for p in filesystem.files if p.endswith(".log"))


def with_records(count, config=THREE_PER_SEGMENT, clock=None):
    clock = clock or FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, config)
    for at in range(count):
        commit(log, str(at % 10))
    return filesystem, log


def test_an_empty_log():
    log = open_log(new_disk(), FakeClock())
    assert (log.log_start_offset, log.log_end_offset, log.size_bytes) == (0, 0, 0)
    assert log.read(0, 100, end_offset=EVERYTHING) is None
    assert log.offset_for_timestamp(0) is None
    assert log.max_timestamp_offset() is None
    assert log.end_offset_for_epoch(0) == (-1, -1)
    assert log.active_producers() == []
    assert log.begin_checkpoint() is None


@pytest.mark.parametrize("offset", [-1, 6, 100])
def test_an_offset_outside_the_log_is_told_with_its_bounds(offset):
    _, log = with_records(5)
    with pytest.raises(OffsetOutOfRange) as refused:
        log.read(offset, 100, end_offset=EVERYTHING)
    assert (refused.value.start_offset, refused.value.end_offset) == (0, 5)


def test_the_end_of_the_log_is_in_range_and_empty():
    _, log = with_records(5)
    assert log.read(5, 100, end_offset=EVERYTHING) is None


def test_staged_batches_are_in_range_but_not_readable():
    _, log = with_records(5)
    append(log, "staged")
    assert log.read(5, 100, end_offset=EVERYTHING) is None
    assert log.read(6, 100, end_offset=EVERYTHING) is None


def test_a_read_below_the_log_start_is_out_of_range():
    _, log = with_records(5)
    log.delete_records(2)
    with pytest.raises(OffsetOutOfRange):
        log.read(1, 100, end_offset=EVERYTHING)
    assert values_of(read_all(log, 2)) == ["2", "3", "4"]


@pytest.mark.point(60)
def test_the_log_start_only_moves_forward():
    _, log = with_records(5)
    log.delete_records(3)
    log.delete_records(1)
    assert log.log_start_offset == 3


def test_nothing_at_or_behind_the_bound_is_read():
    """The high watermark, or the last stable offset, of the reader."""
    _, log = with_records(8)
    for bound in range(9):
        found = []
        offset = 0
        while (region := log.read(offset, 10_000, end_offset=bound)) is not None:
            found += range(offset, region.next_offset)
            offset = region.next_offset
        assert found == list(range(bound))


def test_a_failing_read_is_told_and_may_succeed_later():
    filesystem, _ = with_records(5)
    log = open_log(filesystem, FakeClock(), THREE_PER_SEGMENT)
    filesystem.fail(0, errno.EIO, kinds=["read"])
    with pytest.raises(ReadFailed):
        log.read(0, 100, end_offset=EVERYTHING)
    filesystem.fail(0, errno.EIO, kinds=["read"])
    with pytest.raises(ReadFailed):
        log.offset_for_timestamp(1)
    assert len(read_all(log)) == 5


def test_a_region_outlives_its_segment():
    filesystem, log = with_records(9)
    region = log.read(0, 10_000, end_offset=EVERYTHING)
    log.delete_records(5)
    result = log.apply_retention(None, 9)
    result.deletion.rename()
    result.deletion.unlink()
    assert log_files(filesystem) == [3, 6]
    assert len(region) == len(region.read())


@pytest.mark.point(105)
def test_retention_by_size_removes_the_oldest_segments():
    filesystem, log = with_records(12)
    log.config = LogConfig(segment_bytes=250, retention_bytes=400, retention_ms=-1)
    result = log.apply_retention(None, 12)
    assert (result.deleted_segments, result.log_start_offset) == (2, 6)
    assert log.log_start_offset == 6
    assert log_files(filesystem) == [0, 3, 6, 9]
    result.deletion.rename()
    assert log_files(filesystem) == [6, 9]
    assert [p for p in filesystem.files if p.endswith(".deleted")]
    result.deletion.unlink()
    assert not [p for p in filesystem.files if p.endswith(".deleted")]
    assert values_of(read_all(log)) == [str(at % 10) for at in range(6, 12)]


@pytest.mark.point(105)
def test_retention_by_age_rolls_the_active_segment_when_all_of_it_has_expired():
    clock = FakeClock()
    filesystem, log = with_records(4, LogConfig(segment_bytes=250, retention_ms=1000), clock)
    clock.advance(5)
    result = log.apply_retention(clock.wall, 4)
    assert result.deleted_segments == 2
    assert (log.log_start_offset, log.log_end_offset) == (4, 4)
    result.deletion.rename()
    assert log_files(filesystem) == [4]
    assert commit(log, "new") == 4


def test_a_full_disk_does_not_keep_retention_from_making_room():
    """Rolling needs a new file; without one the active segment stays and the others go."""
    clock = FakeClock()
    filesystem, log = with_records(8, LogConfig(segment_bytes=250, retention_ms=1000), clock)
    clock.advance(5)
    filesystem.fail(0, errno.ENOSPC, is_sticky=True, kinds=["open"])
    result = log.apply_retention(clock.wall, 8)
    assert result.deleted_segments == 2
    assert log.log_start_offset == 6


@pytest.mark.point(60)
def test_records_that_are_not_committed_are_not_retained_away():
    clock = FakeClock()
    _, log = with_records(8, LogConfig(segment_bytes=250, retention_ms=1000), clock)
    clock.advance(5)
    assert log.apply_retention(clock.wall, 5).deleted_segments == 1


def test_batches_that_are_staged_keep_the_active_segment():
    clock = FakeClock()
    _, log = with_records(3, LogConfig(segment_bytes=250, retention_ms=1000), clock)
    clock.advance(5)
    append(log, "staged")
    assert log.apply_retention(clock.wall, 3).deleted_segments == 0


def test_retention_forgets_idle_producers_only_by_a_trusted_clock():
    clock = FakeClock()
    log = open_log(new_disk(clock), clock, LogConfig(producer_id_expiration_ms=1000))
    commit(log, "a", producer=(9, 0, 0))
    clock.advance(5)
    log.apply_retention(None, 1)
    assert len(log.active_producers()) == 1
    log.apply_retention(clock.wall, 1)
    assert log.active_producers() == []


def test_a_segment_is_rolled_by_time_without_an_append():
    clock = FakeClock()
    filesystem, log = with_records(1, LogConfig(segment_ms=1000), clock)
    assert not log.roll_if_due(clock.wall + 999)
    assert log.roll_if_due(clock.wall + 1000)
    assert log_files(filesystem) == [0, 1]
    assert not log.roll_if_due(clock.wall + 10**9)


def test_rolling_without_room_is_told_and_changes_nothing():
    clock = FakeClock()
    filesystem, log = with_records(1, LogConfig(segment_ms=1000), clock)
    filesystem.fail(0, errno.ENOSPC, kinds=["open"])
    with pytest.raises(StorageFull):
        log.roll_if_due(clock.wall + 1000)
    assert log_files(filesystem) == [0]
    assert commit(log, "b") == 1


def test_epochs_are_told_by_offset_and_by_their_ends():
    log = open_log(new_disk(), FakeClock())
    for epoch in (0, 0, 2, 5):
        commit(log, "a", epoch=epoch)
    assert [log.epoch_of(offset) for offset in range(4)] == [0, 0, 2, 5]
    assert log.end_offset_for_epoch(0) == (0, 2)
    assert log.end_offset_for_epoch(4) == (2, 3)
    assert log.end_offset_for_epoch(5) == (5, 4)
    assert log.latest_epoch == 5


def test_epochs_before_the_log_start_are_forgotten_also_after_a_restart():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, THREE_PER_SEGMENT)
    for epoch in (0, 0, 2, 2, 2, 5):
        commit(log, "a", epoch=epoch)
    checkpoint(log)
    log.delete_records(3)
    assert log.end_offset_for_epoch(0) == (0, 3)
    again = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=6, log_start_offset=3)
    assert again.end_offset_for_epoch(0) == log.end_offset_for_epoch(0)
    assert again.epoch_of(3) == 2


def test_the_largest_timestamp_counts_deleted_records_of_a_segment_too():
    """As in Kafka, which does not look at the log start either."""
    log = open_log(new_disk(), FakeClock())
    for stamp in (5000, 1000, 2000):
        commit(log, "a", timestamp_ms=stamp)
    log.delete_records(1)
    assert log.max_timestamp_offset().offset == 0
    assert log.offset_for_timestamp(1500).offset == 2
    assert log.offset_for_timestamp(3000) is None


def test_producers_are_told_by_id():
    log = open_log(new_disk(), FakeClock())
    commit(log, "a", "b", producer=(9, 2, 0))
    commit(log, "a", producer=(3, 0, 7))
    first, second = log.active_producers()
    assert (first.producer_id, first.producer_epoch, first.last_sequence) == (3, 0, 7)
    assert (second.producer_id, second.producer_epoch, second.last_sequence) == (9, 2, 1)
    assert first.transaction_start_offset == first.coordinator_epoch == -1


@pytest.mark.parametrize("seed", range(25))
def test_reads_and_restarts_agree_with_a_list(seed):
    """Appends, syncs, checkpoints, kills and reads with random limits, against what was written."""
    random = Random(seed)
    clock = FakeClock()
    filesystem = new_disk(clock)
    config = LogConfig(segment_bytes=random.choice([200, 700, 5000]), index_interval_bytes=150)
    log = open_log(filesystem, clock, config)
    records, recovery_point = [], 0
    for _ in range(60):
        step = random.choice(["write", "write", "stage", "sync", "checkpoint", "kill", "read"])
        if step in ("write", "stage"):
            values = [f"{len(records)}.{n}" for n in range(random.randint(1, 4))]
            assert append(log, *values, timestamp_ms=random.randint(1, 10**6)) == len(records)
            records += values
        if step != "stage":
            log.write_staged()
        if step == "sync":
            sync(log)
            assert log.durable_end_offset == len(records)
        elif step == "checkpoint":
            checkpoint(log)
            recovery_point = log.recovery_point
        elif step == "kill":
            log = open_log(filesystem, clock, config, recovery_point=recovery_point)
            assert log.log_end_offset == len(records)
        elif step == "read" and records:
            offset = random.randrange(len(records))
            found = read_all(log, offset, max_bytes=random.choice([1, 100, 400, 10_000]))
            assert values_of(found) == records[offset:]
            assert [record.offset for record in found] == list(range(offset, len(records)))
    log.write_staged()
    assert values_of(read_all(log)) == records


@pytest.mark.point(38)
def test_what_a_repeat_got_survives_kills_and_checkpoints():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, THREE_PER_SEGMENT)
    recovery_point = 0
    for at in range(12):
        write(log, str(at), producer=(9, 0, at))
        if at % 4 == 1:
            checkpoint(log)
            recovery_point = log.recovery_point
        log = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=recovery_point)
        for old in range(max(0, at - 4), at + 1):
            again = log.append(batch_of(str(old), producer=(9, 0, old)), leader_epoch=1)
            assert (again.is_duplicate, again.base_offset) == (True, old)
    assert ORDERS_DIRECTORY in filesystem.directories
