"""Segments that hold a record from the future and were written while the clock was behind."""

import pytest

from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import commit, new_disk, open_log

DAY_S = 86_400
YEAR_S = 365 * DAY_S
ONE_SEGMENT_EACH = LogConfig(
    segment_bytes=400, retention_ms=7 * DAY_S * 1000, timestamp_after_max_ms=2**62
)


def contradictory(*, young):
    """A closed segment: a record of now or of a month ago, one of a far future, a file of 2013."""
    clock = FakeClock()
    disk = new_disk(clock)
    log = open_log(disk, clock, ONE_SEGMENT_EACH)
    right_ms = clock.wall if young else clock.wall - 30 * DAY_S * 1000
    clock.step_wall(-10 * YEAR_S)
    commit(log, "from the future", timestamp_ms=clock.wall + 20 * YEAR_S * 1000)
    commit(log, "right", timestamp_ms=right_ms)
    clock.step_wall(10 * YEAR_S)
    commit(log, "y" * 300, timestamp_ms=clock.wall)
    assert len(log.segments()) == 2
    return clock, disk, log


@pytest.mark.parametrize("is_restarted", [False, True])
def test_such_a_segment_is_as_young_as_its_youngest_record_that_can_be_believed(is_restarted):
    clock, disk, log = contradictory(young=True)
    if is_restarted:
        log = open_log(disk.copy(), clock, ONE_SEGMENT_EACH)
    assert log.apply_retention(clock.wall, log.log_end_offset).deleted_segments == 0
    clock.advance(8 * DAY_S)
    commit(log, "z", timestamp_ms=clock.wall)
    assert log.apply_retention(clock.wall, log.log_end_offset).deleted_segments >= 1


def test_it_goes_when_none_of_its_records_is_young():
    clock, _, log = contradictory(young=False)
    assert log.apply_retention(clock.wall, log.log_end_offset).deleted_segments == 1


def test_batches_are_read_only_where_the_times_contradict_each_other():
    clock, disk, log = contradictory(young=True)
    log.apply_retention(clock.wall, log.log_end_offset)
    disk.operations.clear()
    log.apply_retention(clock.wall, log.log_end_offset)
    assert disk.operations["read"] == 0
