"""Opening a log: what it tidies up, what it finds again, what it never does."""

import errno

import pytest

from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.storage.file_names import LOG, SNAPSHOT, segment_file
from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.partition_log import Origin
from tests.support.clock import FakeClock
from tests.support.logs import (
    EVERYTHING,
    ORDERS_DIRECTORY,
    checkpoint,
    commit,
    new_disk,
    open_log,
    read_all,
    values_of,
    write,
)
from tests.support.running_engine import batch

THREE_PER_SEGMENT = LogConfig(segment_bytes=250)


def path(name):
    return f"{ORDERS_DIRECTORY}/{name}"


def saved(count, config=THREE_PER_SEGMENT, **options):
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, config)
    for at in range(count):
        commit(log, str(at % 10), **options)
    checkpoint(log)
    return filesystem, clock, log


def test_leftovers_of_deletions_and_replacements_are_removed():
    filesystem, clock, _ = saved(4)
    for name in ("a.log.deleted", "b.index.deleted", "leader-epoch-checkpoint.tmp"):
        filesystem.open(path(name), create=True)
    filesystem.open(path("00000000000000000777.index"), create=True)
    filesystem.open(path("00000000000000000777.timeindex"), create=True)
    filesystem.open(path("something else"), create=True)
    open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=4)
    names = {each.rpartition("/")[2] for each in filesystem.files}
    assert not [name for name in names if name.endswith((".deleted", ".tmp")) or "777" in name]
    assert "something else" in names


def test_a_directory_without_a_log_file_starts_at_the_log_start():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), recovery_point=40, log_start_offset=40)
    assert (log.log_start_offset, log.log_end_offset) == (40, 40)
    assert log.damages == ()
    assert commit(log, "a") == 40
    assert path(f"{40:020d}.log") in filesystem.files


def test_log_files_that_were_lost_leave_a_hole_that_is_told():
    filesystem, clock, _ = saved(6)
    for name in [each for each in filesystem.files if each.endswith(".log")]:
        del filesystem.files[name]
    log = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=6, log_start_offset=2)
    assert [(d.start_offset, d.end_offset) for d in log.damages] == [(2, 6)]
    assert commit(log, "new") == 6
    assert values_of(read_all(log, 6)) == ["new"]


def test_a_log_start_behind_all_that_is_left_is_kept():
    """Offsets that were deleted are never given out again."""
    filesystem, clock, _ = saved(3)
    log = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=3, log_start_offset=9)
    assert (log.log_start_offset, log.log_end_offset) == (9, 9)
    assert commit(log, "new") == 9
    assert values_of(read_all(log)) == ["new"]
    again = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=3, log_start_offset=9)
    assert (again.log_start_offset, again.log_end_offset) == (9, 10)


def test_a_snapshot_from_behind_the_end_is_removed():
    filesystem, clock, _ = saved(3)
    filesystem.open(path(f"{50:020d}{SNAPSHOT}"), create=True)
    open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=3)
    assert path(f"{50:020d}{SNAPSHOT}") not in filesystem.files
    assert path(f"{3:020d}{SNAPSHOT}") in filesystem.files


@pytest.mark.parametrize("kind", ["read", "list", "open", "sync", "status"])
def test_a_disk_that_fails_while_a_log_opens_costs_nothing(kind):
    filesystem, clock, log = saved(5)
    write(log, "tail")
    sizes = {name: len(f.content) for name, f in filesystem.files.items() if name.endswith(".log")}
    number = 0
    while True:
        filesystem.fail(number, errno.EIO, kinds=[kind])
        try:
            open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=5)
        except OSError:
            number += 1
            after = {name: len(filesystem.files[name].content) for name in sizes}
            assert after == sizes
            continue
        break
    filesystem.heal()
    assert number > 0
    log = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=5)
    assert values_of(read_all(log)) == ["0", "1", "2", "3", "4", "tail"]


def test_opening_twice_finds_the_same():
    filesystem, clock, log = saved(7)
    write(log, "tail")
    first = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=7)
    content = {name: bytes(f.content) for name, f in filesystem.files.items()}
    second = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=7)
    assert content == {name: bytes(f.content) for name, f in filesystem.files.items()}
    assert values_of(read_all(first)) == values_of(read_all(second))


def test_a_compacted_log_may_have_gaps():
    config = LogConfig(
        segment_bytes=250, cleanup_policy=frozenset({CleanupPolicy.COMPACT}), retention_ms=-1
    )
    clock = FakeClock()
    filesystem = new_disk(clock)
    filesystem.make_directory(ORDERS_DIRECTORY)
    first = filesystem.open(path(f"{0:020d}.log"), create=True)
    first.append([batch(b"0", key=b"k", leader_epoch=1), batch(b"5", key=b"k", base_offset=5)])
    second = filesystem.open(path(f"{10:020d}.log"), create=True)
    second.append([batch(b"12", key=b"k", base_offset=12, leader_epoch=1)])
    for recovery_point in (0, 6, 13):
        log = open_log(filesystem.copy(), clock, config, recovery_point=recovery_point)
        assert log.log_end_offset == 13
        assert log.damages == ()
        regions = []
        offset = 0
        while (region := log.read(offset, 10_000, end_offset=EVERYTHING)) is not None:
            regions.append(region.read())
            offset = region.next_offset
        assert len(regions) == 2


def test_markers_of_transactions_are_replayed():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    begun = batch(b"a", is_transactional=True, producer_id=9, producer_epoch=0, base_sequence=0)
    log.append(begun, leader_epoch=1, origin=Origin.COORDINATOR)
    log.write_staged()
    (producer,) = open_log(filesystem, clock).active_producers()
    assert producer.transaction_start_offset == 0
    marker = build_end_marker(
        EndMarker(ControlType.COMMIT, 5), timestamp_ms=1, producer_id=9, producer_epoch=0
    )
    log.append(marker, leader_epoch=1, origin=Origin.COORDINATOR)
    log.write_staged()
    (producer,) = open_log(filesystem, clock).active_producers()
    assert (producer.transaction_start_offset, producer.coordinator_epoch) == (-1, 5)
    assert producer.last_sequence == 0


def test_deleted_records_of_two_epochs_are_no_damage():
    """Which epochs wrote what was deleted is forgotten; the batches are there for some time yet."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    for at in range(4):
        commit(log, str(at), epoch=3 + at // 2, producer=(9, 0, at))
    log.delete_records(4)
    checkpoint(log)
    again = open_log(filesystem, clock, recovery_point=4, log_start_offset=4)
    assert again.damages == ()
    assert (again.log_start_offset, again.log_end_offset) == (4, 4)
    assert [segment.base_offset for segment in again.segments()] == [0]
    assert again.latest_epoch == -1
    assert commit(again, "3", epoch=4, producer=(9, 0, 3)) == 3
    assert commit(again, "4", epoch=4, producer=(9, 0, 4)) == 4


@pytest.mark.point(38)
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_producers_are_known_from_the_newest_snapshot_that_is_whole(lost):
    """However many snapshots are damaged: from an older one, at last from the log itself."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, THREE_PER_SEGMENT)
    for at in range(11):
        commit(log, str(at % 10), producer=(9, 0, at))
        if at in (3, 7):
            checkpoint(log)
    snapshots = sorted(name for name in filesystem.files if name.endswith(SNAPSHOT))
    assert len(snapshots) == 2
    for name in snapshots[len(snapshots) - lost :]:
        filesystem.files[name].content[-1] ^= 1
    again = open_log(filesystem, clock, THREE_PER_SEGMENT, recovery_point=8)
    (producer,) = again.active_producers()
    assert producer.last_sequence == 10
    for sequence in range(6, 11):
        assert commit(again, str(sequence % 10), producer=(9, 0, sequence)) == sequence


def test_a_gap_of_compaction_across_the_recovery_point_hides_no_epoch():
    """No epoch is known behind the point, so the first batch there cannot be judged by one."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock)
    for at in range(10):
        commit(log, f"{at:02}", epoch=1)
    checkpoint(log)
    ends = []
    for at in range(10, 16):
        commit(log, f"{at:02}", epoch=2)
        ends.append(log.size_bytes)
    batch_size = ends[1] - ends[0]
    content = filesystem.files[path(segment_file(0, LOG))].content
    del content[8 * batch_size : 12 * batch_size]

    log = open_log(filesystem, clock, recovery_point=10, was_cleaned=True)
    assert log.damages == ()
    assert values_of(read_all(log)) == [f"{at:02}" for at in range(16) if not 8 <= at < 12]
    checkpoint(log)
    again = open_log(filesystem, clock, recovery_point=16, was_cleaned=True)
    assert values_of(read_all(again)) == values_of(read_all(log))
    assert again.end_offset_for_epoch(1) == (1, 12)
