"""One sync of one log: what it covers, in which order, and that a failure is final."""

import errno

import pytest

from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    ORDERS_DIRECTORY,
    ROOT,
    commit,
    new_disk,
    new_partition,
    open_directory,
    open_log,
    sync,
    write,
)

SMALL_SEGMENTS = LogConfig(segment_bytes=100)


def syncs(filesystem):
    return [
        op.path.removeprefix(f"{ROOT}/")
        for op in filesystem.journal
        if op.kind in ("sync", "syncdir")
    ]


def test_a_new_partition_syncs_content_then_metadata_then_names_inner_before_outer():
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory)
    write(log, "a")
    filesystem.journal.clear()
    sync(log)
    assert syncs(filesystem) == [
        "orders-0/00000000000000000000.log",
        "orders-0/partition.metadata",
        "orders-0",
        ROOT,
    ]
    filesystem.journal.clear()
    commit(log, "b")
    assert syncs(filesystem) == ["orders-0/00000000000000000000.log"]


def test_older_segments_are_synced_before_newer_ones_and_new_names_last():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), SMALL_SEGMENTS)
    commit(log, "first")
    filesystem.journal.clear()
    for value in ("second", "third"):
        write(log, value)
    sync(log)
    assert syncs(filesystem) == [
        "orders-0/00000000000000000001.log",
        "orders-0/00000000000000000002.log",
        "orders-0",
    ]


def test_a_ticket_covers_what_was_written_when_it_was_made():
    log = open_log(new_disk(), FakeClock())
    write(log, "a")
    ticket = log.begin_sync()
    write(log, "b")
    ticket.run()
    log.end_sync(ticket)
    assert (log.durable_end_offset, log.written_end_offset) == (1, 2)


def test_tickets_may_overlap_and_end_in_any_order():
    log = open_log(new_disk(), FakeClock())
    write(log, "a")
    first = log.begin_sync()
    write(log, "b")
    second = log.begin_sync()
    second.run()
    log.end_sync(second)
    assert log.durable_end_offset == 2
    first.run()
    log.end_sync(first)
    assert log.durable_end_offset == 2


def test_a_sync_is_not_disturbed_by_the_end_of_its_log():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    commit(log, "a")
    write(log, "b")
    ticket = log.begin_sync()
    log.close()
    log.release_files()
    filesystem.unlink(f"{ORDERS_DIRECTORY}/00000000000000000000.log")
    filesystem.journal.clear()
    ticket.run()
    assert syncs(filesystem) == ["orders-0/00000000000000000000.log"]
    assert ticket.history.failure is None


@pytest.mark.parametrize("kind", ["sync", "syncdir", "open"])
def test_after_a_failed_sync_none_of_the_log_succeeds(kind):
    """The system tells a failure once: a second sync would return as if nothing had happened.

    It may run in another thread before anybody was told of the first one.
    """
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory)
    write(log, "a")
    first = log.begin_sync()
    second = log.begin_sync()
    filesystem.fail(0, errno.EIO, kinds=[kind])
    with pytest.raises(OSError):
        first.run()
    with pytest.raises(OSError) as refused:
        second.run()
    assert refused.value.errno == errno.EIO
    with pytest.raises(OSError):
        log.begin_sync().run()
    assert log.durable_end_offset == 0


def test_a_failed_sync_of_one_log_leaves_others_alone():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    other = open_log(filesystem, clock, directory=f"{ROOT}/other-0")
    write(log, "a")
    filesystem.fail(0, errno.EIO, kinds=["sync"])
    with pytest.raises(OSError):
        log.begin_sync().run()
    commit(other, "b")
    assert other.durable_end_offset == 1


@pytest.mark.parametrize("kind", ["open", "syncdir"])
def test_a_sync_that_found_no_descriptor_is_tried_again(kind):
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory)
    write(log, "a")
    ticket = log.begin_sync()
    filesystem.fail(0, errno.EMFILE, kinds=[kind])
    with pytest.raises(OSError) as put_off:
        ticket.run()
    log.fail_sync(put_off.value)
    assert not log.is_fenced
    assert log.durable_end_offset == 0

    filesystem.journal.clear()
    commit(log, "b")
    assert log.durable_end_offset == 2
    assert syncs(filesystem)[1:] == ["orders-0/partition.metadata", "orders-0", ROOT]
