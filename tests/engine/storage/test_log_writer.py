"""The writing half of a log: gathered writes, rolling, undoing and fencing."""

import errno

import pytest

from engine.storage.errors import LogClosed, LogFenced, StorageFull
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS_DIRECTORY,
    append,
    checkpoint,
    commit,
    new_disk,
    open_log,
    read_all,
    sync,
    values_of,
    write,
)

FIRST = f"{ORDERS_DIRECTORY}/00000000000000000000.log"
SMALL_SEGMENTS = LogConfig(segment_bytes=250)
PASSING = [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE]


def log_files(filesystem):
    return sorted(p.rpartition("/")[2] for p in filesystem.files if p.endswith(".log"))


def test_what_is_staged_is_in_no_file_until_it_is_written():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    append(log, "a")
    assert (log.log_end_offset, log.written_end_offset, log.durable_end_offset) == (1, 0, 0)
    assert not filesystem.files[FIRST].content
    log.write_staged()
    assert (log.log_end_offset, log.written_end_offset, log.durable_end_offset) == (1, 1, 0)
    sync(log)
    assert log.durable_end_offset == 1


def test_everything_staged_is_one_write():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    for at in range(20):
        append(log, str(at))
    log.write_staged()
    assert filesystem.operations["write"] == 1
    assert values_of(read_all(log)) == [str(at) for at in range(20)]


def test_nothing_staged_is_no_write():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    log.write_staged()
    assert filesystem.operations["write"] == 0


def test_a_full_segment_is_followed_by_one_named_by_the_next_offset():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), SMALL_SEGMENTS)
    for at in range(8):
        append(log, str(at))
    log.write_staged()
    assert log_files(filesystem) == [f"{base:020d}.log" for base in (0, 3, 6)]
    assert filesystem.operations["write"] == 3
    assert all(len(f.content) <= 250 for p, f in filesystem.files.items() if p.endswith(".log"))
    assert values_of(read_all(log)) == [str(at) for at in range(8)]


def test_a_segment_is_rolled_when_its_first_batch_is_old_enough():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, LogConfig(segment_ms=1000))
    write(log, "a")
    clock.advance(0.999)
    write(log, "b")
    assert len(log_files(filesystem)) == 1
    clock.advance(0.001)
    write(log, "c")
    assert log_files(filesystem) == [f"{base:020d}.log" for base in (0, 2)]


def test_a_segment_is_rolled_when_its_index_is_full():
    filesystem = new_disk()
    config = LogConfig(index_interval_bytes=10, segment_index_bytes=60)
    log = open_log(filesystem, FakeClock(), config)
    for at in range(12):
        write(log, str(at), timestamp_ms=1000 + at)
    assert len(log_files(filesystem)) > 1
    assert values_of(read_all(log)) == [str(at) for at in range(12)]


@pytest.mark.parametrize("error", PASSING)
def test_an_append_without_room_is_undone_and_may_be_tried_again(error):
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    append(log, "b")
    append(log, "c")
    filesystem.fail(0, error, kinds=["write"])
    with pytest.raises(StorageFull):
        log.write_staged()
    assert not log.is_fenced
    assert (log.log_end_offset, log.written_end_offset) == (1, 1)
    assert commit(log, "d") == 1
    assert values_of(read_all(log)) == ["a", "d"]


def test_a_part_that_was_written_is_cut_off_and_the_cut_is_on_disk():
    """Old bytes could reappear behind a new tail otherwise."""
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    size = log.size_bytes
    append(log, "b" * 100)
    filesystem.journal.clear()
    filesystem.fail(0, None, kinds=["write"])
    filesystem.fail(1, errno.ENOSPC, kinds=["write"])
    with pytest.raises(StorageFull):
        log.write_staged()
    assert [op.kind for op in filesystem.journal] == ["write", "truncate", "sync"]
    assert len(filesystem.files[FIRST].content) == size


def test_batches_in_a_segment_that_was_written_stay_when_the_next_has_no_room():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), SMALL_SEGMENTS)
    for at in range(5):
        append(log, str(at), producer=(9, 0, at))
    filesystem.fail(1, errno.ENOSPC, kinds=["write"])
    with pytest.raises(StorageFull):
        log.write_staged()
    assert log.written_end_offset == log.log_end_offset == 3
    assert values_of(read_all(log)) == ["0", "1", "2"]
    (producer,) = log.active_producers()
    assert producer.last_sequence == 2
    assert commit(log, "again", producer=(9, 0, 3)) == 3


def test_a_segment_that_cannot_be_made_refuses_its_batches_only():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), SMALL_SEGMENTS)
    for at in range(5):
        append(log, str(at))
    filesystem.fail(0, errno.ENOSPC, kinds=["open"])
    with pytest.raises(StorageFull):
        log.write_staged()
    assert values_of(read_all(log)) == ["0", "1", "2"]
    commit(log, "new")
    assert values_of(read_all(log)) == ["0", "1", "2", "new"]


@pytest.mark.parametrize("error", [errno.EIO, errno.EINTR, errno.EBADF])
def test_any_other_failure_of_a_write_fences_the_log(error):
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    append(log, "b")
    filesystem.fail(0, error, kinds=["write"])
    with pytest.raises(LogFenced):
        log.write_staged()
    assert log.is_fenced
    with pytest.raises(LogFenced):
        append(log, "c")
    assert values_of(read_all(log)) == ["a"]


@pytest.mark.parametrize("kind", ["truncate", "sync"])
def test_a_write_that_cannot_be_undone_fences_the_log(kind):
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    append(log, "b" * 100)
    filesystem.fail(0, None, kinds=["write"])
    filesystem.fail(1, errno.ENOSPC, kinds=["write"])
    filesystem.fail(0, errno.EIO, kinds=[kind])
    with pytest.raises(LogFenced):
        log.write_staged()
    assert log.is_fenced


def test_a_failed_sync_fences_the_log_for_good():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    write(log, "b")
    ticket = log.begin_sync()
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    with pytest.raises(OSError) as failed:
        ticket.run()
    log.fail_sync(failed.value)
    assert log.durable_end_offset == 1
    with pytest.raises(LogFenced):
        append(log, "c")
    log.end_sync(ticket)
    assert log.durable_end_offset == 1
    assert log.begin_checkpoint() is None


def test_a_fenced_log_still_reads_what_is_durable():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    commit(log, "a")
    append(log, "b")
    filesystem.fail(0, errno.EIO, kinds=["write"])
    with pytest.raises(LogFenced):
        log.write_staged()
    assert values_of(read_all(log)) == ["a"]


def test_a_closed_log_takes_nothing():
    log = open_log(new_disk(), FakeClock())
    log.close()
    with pytest.raises(LogClosed):
        append(log, "a")


def test_a_restart_after_a_kill_makes_durable_what_it_found():
    """The last process wrote and may have let consumers see it; nothing had been synced."""
    filesystem = new_disk()
    write(open_log(filesystem, FakeClock()), "a")
    filesystem.journal.clear()
    log = open_log(filesystem, FakeClock())
    assert log.durable_end_offset == 1
    assert [(op.kind, op.path) for op in filesystem.journal] == [
        ("write", FIRST),
        ("sync", FIRST),
        ("syncdir", ORDERS_DIRECTORY),
    ]


def test_the_first_sync_of_a_log_covers_its_names():
    """A segment may have been made by a process that was killed before it synced the directory."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, SMALL_SEGMENTS)
    commit(log, "a")
    checkpoint(log)
    log.roll_if_due(clock.wall + SMALL_SEGMENTS.segment_ms)
    log = open_log(filesystem, clock, SMALL_SEGMENTS, recovery_point=1)
    filesystem.journal.clear()
    commit(log, "b")
    assert ("syncdir", ORDERS_DIRECTORY) in [(op.kind, op.path) for op in filesystem.journal]


def test_a_sync_that_failed_while_a_write_was_undone_counts_for_all():
    """The failure was told to that sync alone: a ticket would succeed though bytes are lost."""
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    write(log, "a")
    ticket = log.begin_sync()
    append(log, "b" * 100)
    filesystem.fail(0, None, kinds=["write"])
    filesystem.fail(1, errno.ENOSPC, kinds=["write"])
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    with pytest.raises(LogFenced):
        log.write_staged()
    with pytest.raises(OSError):
        ticket.run()
