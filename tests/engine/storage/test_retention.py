"""Which segments may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.retention import FUTURE_MS_MAX, age_stamp_ms, deletable_count
from engine.storage.segment import SegmentInfo

NOW_MS = 10**12
HOUR_MS = 3_600_000


def segments(*sizes, ages_h=None, ends=None):
    """Segments of ten records each; ages in hours by their largest timestamp."""
    ages_h = ages_h or [0] * len(sizes)
    return [
        SegmentInfo(at * 10, at * 10 + 10, size, NOW_MS - age * HOUR_MS, NOW_MS - age * HOUR_MS)
        for at, (size, age) in enumerate(zip(sizes, ages_h, strict=True))
    ]


def count(infos, *, now_ms=NOW_MS, high_watermark=10**9, log_start_offset=0, **config):
    return deletable_count(
        infos,
        LogConfig(**config),
        now_ms=now_ms,
        high_watermark=high_watermark,
        log_start_offset=log_start_offset,
    )


@pytest.mark.point(105)
def test_segments_go_by_age_oldest_first():
    infos = segments(1, 1, 1, 1, ages_h=[9, 6, 3, 0])
    assert count(infos, retention_ms=5 * HOUR_MS) == 2
    assert count(infos, retention_ms=10 * HOUR_MS) == 0
    assert count(infos, retention_ms=-1) == 0


def test_a_younger_segment_protects_older_ones_behind_it():
    infos = segments(1, 1, 1, ages_h=[9, 1, 9])
    assert count(infos, retention_ms=5 * HOUR_MS) == 1


def test_age_is_exact():
    infos = segments(1, 1, ages_h=[5, 0])
    assert count(infos, retention_ms=5 * HOUR_MS) == 0
    assert count(infos, retention_ms=5 * HOUR_MS - 1) == 1


@pytest.mark.point(105)
def test_the_active_segment_goes_too_when_all_of_it_has_expired():
    infos = segments(1, 1, ages_h=[9, 9])
    assert count(infos, retention_ms=5 * HOUR_MS) == 2


def test_an_empty_active_segment_stays():
    infos = segments(1, 0, ages_h=[9, 9])
    assert count(infos, retention_ms=5 * HOUR_MS) == 1


@pytest.mark.point(105)
def test_segments_go_while_what_remains_is_as_large_as_the_bound():
    infos = segments(100, 100, 100, 100)
    assert count(infos, retention_bytes=401) == 0
    assert count(infos, retention_bytes=301) == 0
    assert count(infos, retention_bytes=300) == 1
    assert count(infos, retention_bytes=150) == 2
    assert count(infos, retention_bytes=0) == 4
    assert count(infos, retention_bytes=-1) == 0


def test_records_that_are_not_committed_stay():
    infos = segments(100, 100, 100, ages_h=[9, 9, 9])
    assert count(infos, high_watermark=19, retention_ms=1) == 1
    assert count(infos, high_watermark=20, retention_ms=1) == 2
    assert count(infos, high_watermark=19, retention_bytes=0) == 1


def test_segments_below_the_log_start_go_whatever_the_policy():
    infos = segments(1, 1, 1)
    kept = {"retention_ms": -1, "cleanup_policy": frozenset({CleanupPolicy.COMPACT})}
    assert count(infos, log_start_offset=9, **kept) == 0
    assert count(infos, log_start_offset=10, **kept) == 1
    assert count(infos, log_start_offset=25, **kept) == 2


@pytest.mark.point(110)
def test_a_compacted_log_loses_nothing_by_age_or_size():
    infos = segments(100, 100, ages_h=[9, 9])
    policy = frozenset({CleanupPolicy.COMPACT})
    assert count(infos, retention_ms=1, retention_bytes=0, cleanup_policy=policy) == 0
    both = frozenset({CleanupPolicy.COMPACT, CleanupPolicy.DELETE})
    assert count(infos, retention_ms=1, cleanup_policy=both) == 2


def test_without_a_trusted_clock_nothing_goes_by_age_but_by_size_it_does():
    infos = segments(100, 100, ages_h=[9, 9])
    assert count(infos, now_ms=None, retention_ms=1) == 0
    assert count(infos, now_ms=None, retention_bytes=100) == 1


def test_a_record_from_far_in_the_future_does_not_keep_its_segment():
    written_ms = NOW_MS - 9 * HOUR_MS
    odd = SegmentInfo(0, 10, 1, NOW_MS + FUTURE_MS_MAX + 1, written_ms)
    assert age_stamp_ms(odd, NOW_MS) == written_ms
    assert count([odd], retention_ms=5 * HOUR_MS) == 1


@pytest.mark.parametrize("stamp", [-1, NOW_MS - HOUR_MS, NOW_MS + FUTURE_MS_MAX])
def test_age_counts_from_the_largest_timestamp_if_there_is_one(stamp):
    info = SegmentInfo(0, 10, 1, stamp, 5)
    assert age_stamp_ms(info, NOW_MS) == (5 if stamp == -1 else stamp)


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 10)), min_size=1, max_size=8),
    st.integers(-1, 500),
    st.integers(-1, 10),
    st.integers(0, 90),
)
def test_never_more_than_needed(shape, retention_bytes, retention_h, high_watermark):
    infos = segments(*[size for size, _ in shape], ages_h=[age for _, age in shape])
    retention_ms = retention_h * HOUR_MS if retention_h >= 0 else -1
    gone = count(
        infos,
        retention_bytes=retention_bytes,
        retention_ms=retention_ms,
        high_watermark=high_watermark,
    )
    total = sum(info.size_bytes for info in infos)
    for at, info in enumerate(infos[:gone]):
        left = total - sum(each.size_bytes for each in infos[: at + 1])
        by_size = retention_bytes >= 0 and left >= retention_bytes
        by_age = retention_ms >= 0 and NOW_MS - info.max_timestamp_ms > retention_ms
        assert by_size or by_age
        assert info.end_offset <= high_watermark
