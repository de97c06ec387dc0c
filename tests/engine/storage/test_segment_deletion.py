"""Removing segments: readers go on, and no crash leaves a hole in the log."""

import errno
from random import Random

import pytest

from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS_DIRECTORY, checkpoint, commit, new_disk, open_log, read_all
from tests.support.power_cut import power_cut

CONFIG = LogConfig(segment_bytes=250, retention_bytes=300, retention_ms=-1)
RECORDS = 18


def with_deletion():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, CONFIG)
    filesystem.sync_directory("/data")
    for at in range(RECORDS):
        commit(log, str(at % 10))
    checkpoint(log)
    result = log.apply_retention(None, RECORDS)
    assert result.deleted_segments == 4
    return filesystem, clock, log, result.deletion


def test_names_change_oldest_first_and_each_is_on_disk_before_the_next():
    filesystem, _, _, deletion = with_deletion()
    filesystem.journal.clear()
    deletion.rename()
    logs = [
        (op.kind, op.path.rpartition("/")[2])
        for op in filesystem.journal
        if op.kind == "syncdir" or op.path.endswith(".log")
    ]
    expected = []
    for base in (0, 3, 6, 9):
        expected += [("rename", f"{base:020d}.log"), ("syncdir", "orders-0")]
    assert logs == expected


def test_all_files_of_a_segment_go():
    filesystem, _, log, deletion = with_deletion()
    deletion.rename()
    deletion.unlink()
    stems = {path.rpartition("/")[2].partition(".")[0] for path in filesystem.files}
    assert {f"{base:020d}" for base in (0, 3, 6, 9)}.isdisjoint(stems)
    assert log.log_start_offset == 12


def test_no_power_cut_leaves_a_hole():
    filesystem, clock, log, deletion = with_deletion()
    start = len(filesystem.journal)
    deletion.rename()
    deletion.unlink()
    commit(log, "new")
    for length in range(start, len(filesystem.journal) + 1):
        for seed in range(4):
            image = power_cut(filesystem, length, Random(seed))
            again = open_log(image, clock, CONFIG, recovery_point=RECORDS)
            records = read_all(again)
            offsets = [record.offset for record in records]
            assert offsets == list(range(again.log_start_offset, again.log_end_offset))
            assert again.log_start_offset <= 12
            assert again.log_end_offset >= RECORDS
            assert again.damages == ()


@pytest.mark.parametrize("after", range(8))
def test_what_a_failure_left_is_removed_by_the_next_start(after):
    filesystem, clock, _, deletion = with_deletion()
    deletion.rename()
    filesystem.fail(after, errno.EIO, kinds=["unlink"])
    with pytest.raises(OSError):
        deletion.unlink()
    log = open_log(filesystem, clock, CONFIG, recovery_point=RECORDS)
    assert log.log_start_offset == 12
    assert not [path for path in filesystem.files if path.endswith(".deleted")]


def test_files_that_are_missing_already_are_no_hindrance():
    filesystem, _, log, deletion = with_deletion()
    for path in [p for p in filesystem.files if p.startswith(f"{ORDERS_DIRECTORY}/{3:020d}")]:
        del filesystem.files[path]
    deletion.rename()
    deletion.unlink()
    logs = sorted(path for path in filesystem.files if path.endswith((".log", ".deleted")))
    assert logs == [f"{ORDERS_DIRECTORY}/{base:020d}.log" for base in (12, 15)]
    assert [record.offset for record in read_all(log)] == list(range(12, RECORDS))
