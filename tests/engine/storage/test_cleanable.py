"""What of a log can be cleaned, when it is time to, and which segments become one."""

from typing import NamedTuple

import pytest

from engine.storage.cleanable import SOURCES_MAX, cleanable, grouped
from engine.storage.log_config import CleanupPolicy, LogConfig
from engine.storage.segment import SegmentInfo
from tests.support.compaction import compacted

DAY_MS = 86_400_000
NOW = 1_700_000_000_000


def log(*stamps, size=100):
    """Closed segments of ten offsets with these largest timestamps, and an active one."""
    closed = [
        SegmentInfo(at * 10, at * 10 + 10, size, stamp, stamp) for at, stamp in enumerate(stamps)
    ]
    end = len(stamps) * 10
    return [*closed, SegmentInfo(end, end + 5, size, NOW, NOW)]


def ask(segments, config=None, *, cleaned=0, start=0, stable=2**62, now_ms=NOW):
    return cleanable(
        segments,
        config or compacted(),
        cleaned_end_offset=cleaned,
        log_start_offset=start,
        stable_offset=stable,
        now_ms=now_ms,
    )


def test_everything_before_the_active_segment_is_dirty_in_a_log_that_was_never_cleaned():
    found = ask(log(1, 2, 3))
    assert (found.first_dirty_offset, found.first_uncleanable_offset) == (0, 30)
    assert (found.clean_bytes, found.dirty_bytes) == (0, 300)
    assert found.dirty_ratio == 1


def test_a_log_of_one_segment_has_nothing_to_clean():
    found = ask(log())
    assert not found.dirty_bytes
    assert found.dirty_ratio == 0
    assert not found.is_due(compacted(min_cleanable_dirty_ratio=0))


def test_what_was_cleaned_is_clean_until_the_segment_it_ended_in():
    found = ask(log(1, 2, 3, 4), cleaned=20)
    assert (found.clean_bytes, found.dirty_bytes) == (200, 200)
    found = ask(log(1, 2, 3, 4), cleaned=25)
    assert (found.first_dirty_offset, found.dirty_bytes) == (25, 200)


def test_an_end_that_cannot_be_right_counts_for_nothing():
    assert ask(log(1, 2), cleaned=26).first_dirty_offset == 0
    assert ask(log(1, 2), cleaned=3, start=10).first_dirty_offset == 10


def test_what_is_not_stable_waits_with_its_whole_segment():
    assert ask(log(1, 2, 3), stable=29).first_uncleanable_offset == 20
    assert ask(log(1, 2, 3), stable=20).first_uncleanable_offset == 20
    assert ask(log(1, 2, 3), stable=5).dirty_bytes == 0


@pytest.mark.point(106)
def test_young_segments_and_what_follows_them_wait():
    config = compacted(min_compaction_lag_ms=DAY_MS)
    old, young = NOW - 2 * DAY_MS, NOW - DAY_MS + 1
    assert ask(log(old, young, old), config).first_uncleanable_offset == 10
    assert ask(log(old, NOW - DAY_MS), config).first_uncleanable_offset == 20
    assert ask(log(old), config, now_ms=None).dirty_bytes == 0


def test_one_timestamp_far_in_the_future_does_not_keep_a_log_from_being_cleaned():
    config = compacted(min_compaction_lag_ms=DAY_MS)
    segments = log(NOW - 2 * DAY_MS, NOW - 2 * DAY_MS)
    segments[0] = SegmentInfo(0, 10, 100, NOW + 900 * DAY_MS, NOW - 2 * DAY_MS)
    assert ask(segments, config).first_uncleanable_offset == 20


@pytest.mark.point(106)
def test_it_is_time_when_the_dirty_share_is_above_the_ratio_or_something_is_overdue():
    config = compacted(min_cleanable_dirty_ratio=0.5)
    half = ask(log(1, 2), cleaned=10)
    assert half.dirty_ratio == 0.5
    assert not half.is_due(config)
    assert half._replace(is_overdue=True).is_due(config)
    assert ask(log(1, 2, 3), cleaned=10).is_due(config)
    clean = ask(log(1, 2), cleaned=20)
    assert not clean._replace(is_overdue=True).is_due(config)


class Piece(NamedTuple):
    base_offset: int
    end_offset: int
    size_bytes: int
    latest_ms: int = 0


def pieces(*sizes):
    return [Piece(at * 10, at * 10 + 10, size) for at, size in enumerate(sizes)]


def sizes_of(groups):
    return [[piece.size_bytes for piece in group] for group in groups]


def test_neighbours_are_merged_up_to_the_size_of_a_segment():
    config = LogConfig(segment_bytes=100)
    groups = grouped(pieces(40, 60, 1, 100, 200, 30, 0, 70), config)
    assert sizes_of(groups) == [[40, 60], [1], [100], [200], [30, 0, 70]]


def test_a_group_keeps_within_its_indexes_its_offsets_and_its_number():
    many = grouped(pieces(*[1] * (SOURCES_MAX + 1)), LogConfig())
    assert [len(group) for group in many] == [SOURCES_MAX, 1]
    small_index = LogConfig(segment_index_bytes=32, index_interval_bytes=10)
    assert sizes_of(grouped(pieces(10, 10, 10), small_index)) == [[10, 10], [10]]
    far = [Piece(0, 10, 1), Piece(2**31 - 10, 2**31, 1), Piece(2**31, 2**31 + 1, 1)]
    assert [len(group) for group in grouped(far, LogConfig())] == [2, 1]
    assert sizes_of(grouped(pieces(10, 10), LogConfig(index_interval_bytes=0))) == [[10, 10]]


def test_only_segments_of_about_the_same_age_are_merged_where_old_ones_are_removed():
    """A small table must not keep what is old for as long as it gets what is new."""
    stamps_ms = (5, 0, 30, 40, 45)
    found = [
        Piece(at * 10, at * 10 + 10, at + 1, stamp_ms) for at, stamp_ms in enumerate(stamps_ms)
    ]
    both = frozenset({CleanupPolicy.COMPACT, CleanupPolicy.DELETE})
    config = LogConfig(cleanup_policy=both, segment_ms=10)
    assert sizes_of(grouped(found, config)) == [[1, 2], [3, 4], [5]]
    compacted_only = LogConfig(cleanup_policy=frozenset({CleanupPolicy.COMPACT}), segment_ms=10)
    assert sizes_of(grouped(found, compacted_only)) == [[1, 2, 3, 4, 5]]


def test_a_compacted_log_is_rolled_in_time_for_its_largest_lag():
    assert compacted(segment_ms=9, max_compaction_lag_ms=5).roll_ms == 5
    assert compacted(segment_ms=4, max_compaction_lag_ms=5).roll_ms == 4
    assert LogConfig(segment_ms=9, max_compaction_lag_ms=5).roll_ms == 9
