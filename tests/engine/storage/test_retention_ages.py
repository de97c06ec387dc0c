"""How old a segment is whose timestamps cannot be believed."""

import pytest

from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.retention import (
    FUTURE_MS_MAX,
    age_stamps_ms,
    deletable_count,
    undated_count,
)
from engine.storage.segment import SegmentInfo

DAY_MS = 86_400_000
NOW = 1_700_000_000_000
FAR = NOW + 900 * DAY_MS


def segments(*stamps, size=100):
    """Segments of ten offsets by (largest timestamp, time of the last append), the active last."""
    return [
        SegmentInfo(at * 10, at * 10 + 10, size, stamp_ms, modified_ms)
        for at, (stamp_ms, modified_ms) in enumerate(stamps)
    ]


def deletable(found, **settings):
    return deletable_count(
        found, LogConfig(**settings), now_ms=NOW, high_watermark=2**62, log_start_offset=0
    )


@pytest.mark.parametrize("stamp_ms", [FAR, -1])
def test_the_last_append_counts_when_the_timestamp_is_not_to_be_believed(stamp_ms):
    found = segments((stamp_ms, NOW - 9 * DAY_MS), (NOW, NOW))
    assert deletable(found, retention_ms=7 * DAY_MS) == 1
    found = segments((stamp_ms, NOW - DAY_MS), (NOW, NOW))
    assert deletable(found, retention_ms=7 * DAY_MS) == 0


def test_a_timestamp_that_is_a_little_ahead_is_believed():
    found = segments((NOW + FUTURE_MS_MAX, NOW - 9 * DAY_MS), (NOW, NOW))
    assert deletable(found, retention_ms=7 * DAY_MS) == 0


def test_a_segment_from_a_clock_that_was_far_ahead_is_as_old_as_the_next():
    found = segments((FAR, FAR), (FAR, FAR), (NOW - 9 * DAY_MS,) * 2, (NOW, NOW))
    assert age_stamps_ms(found, NOW)[:3] == [NOW - 9 * DAY_MS] * 3
    assert deletable(found, retention_ms=7 * DAY_MS) == 3
    assert undated_count(found, LogConfig(), NOW) == 0


def test_a_segment_whose_age_nothing_tells_is_kept_and_counted():
    found = segments((NOW - 9 * DAY_MS,) * 2, (FAR, FAR), (FAR, FAR))
    found.append(SegmentInfo(30, 30, 0, -1, 0))
    assert deletable(found, retention_ms=7 * DAY_MS) == 1
    assert undated_count(found, LogConfig(), NOW) == 2
    assert undated_count(found, LogConfig(), FAR) == 0


def test_a_log_that_loses_nothing_by_age_has_no_segment_whose_age_matters():
    found = segments((FAR, FAR), (FAR, FAR))
    assert undated_count(found, LogConfig(retention_ms=-1), NOW) == 0
    compacted = LogConfig(cleanup_policy=frozenset({CleanupPolicy.COMPACT}))
    assert undated_count(found, compacted, NOW) == 0
    assert undated_count(found, LogConfig(), None) == 0
