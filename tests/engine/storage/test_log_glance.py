"""What the files of a log tell of whether it is worth opening."""

import pytest

from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.log_glance import LogGlance, SegmentFile, glance_at
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS_DIRECTORY, commit, new_disk, open_log

NOW = 1_700_000_000_000
HOUR_MS = 3_600_000
BOTH = frozenset({CleanupPolicy.COMPACT, CleanupPolicy.DELETE})
COMPACT = frozenset({CleanupPolicy.COMPACT})


def glance(*ages_h, size=100, log_start=0):
    """Segments of ten offsets by the hours since their last append."""
    files = [
        SegmentFile(at * 10, size, NOW - round(age_h * HOUR_MS)) for at, age_h in enumerate(ages_h)
    ]
    return LogGlance(files, log_start)


def loses(found, now_ms=NOW, **settings):
    return found.may_lose_segments(LogConfig(**settings), now_ms)


def test_the_log_files_of_a_directory_are_seen_without_opening_them():
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, LogConfig(segment_bytes=150))
    for at in range(3):
        commit(log, f"{at}" * 50)
        clock.advance(60)
    expected = [(each.base_offset, each.size_bytes, each.modified_ms) for each in log.segments()]
    filesystem.operations.clear()
    found = glance_at(filesystem, ORDERS_DIRECTORY, 2)
    assert found.segments == expected
    assert found.size_bytes == log.size_bytes
    assert found.log_start_offset == 2
    assert filesystem.operations.keys() == {"list", "status"}


def test_a_log_whose_oldest_segment_is_old_may_lose_it():
    assert loses(glance(30, 1), retention_ms=24 * HOUR_MS)
    assert not loses(glance(20, 1), retention_ms=24 * HOUR_MS)
    assert not loses(glance(30, 1), retention_ms=-1)
    assert not loses(glance(30, 1), None, retention_ms=24 * HOUR_MS)
    assert not loses(glance(30, 1), retention_ms=24 * HOUR_MS, cleanup_policy=COMPACT)
    assert loses(glance(30, 1), retention_ms=24 * HOUR_MS, cleanup_policy=BOTH)


def test_a_segment_from_the_future_has_to_be_looked_at():
    assert loses(glance(-500), retention_ms=24 * HOUR_MS)


@pytest.mark.parametrize(("retention_bytes", "may_lose"), [(300, False), (200, True), (201, False)])
def test_a_log_that_is_too_large_may_lose_segments(retention_bytes, may_lose):
    found = glance(1, 1, 1)
    assert loses(found, retention_bytes=retention_bytes) == may_lose


def test_segments_before_the_log_start_may_go_whatever_the_policy():
    assert loses(glance(1, 1, log_start=10), retention_ms=-1, cleanup_policy=COMPACT)
    assert not loses(glance(1, 1, log_start=9), retention_ms=-1, cleanup_policy=COMPACT)


def test_a_log_without_bytes_is_left_alone():
    empty = glance(500, size=0)
    assert not loses(empty, retention_ms=HOUR_MS)
    assert not empty.may_be_cleaned(LogConfig(), 0, NOW)
    assert not loses(LogGlance((), 0))


def test_closed_segments_behind_what_was_cleaned_may_be_dirty():
    found = glance(1, 1, 1)
    assert found.may_be_cleaned(LogConfig(), 0, NOW)
    assert found.may_be_cleaned(LogConfig(), 10, NOW)
    assert not found.may_be_cleaned(LogConfig(), 20, NOW)
    assert not glance(1).may_be_cleaned(LogConfig(), 0, NOW)


def test_an_active_segment_that_is_due_to_be_closed_may_be_dirty_then():
    config = LogConfig(segment_ms=24 * HOUR_MS)
    assert glance(30).may_be_cleaned(config, 0, NOW)
    assert not glance(20).may_be_cleaned(config, 0, NOW)
    assert not glance(30).may_be_cleaned(config, 0, None)
