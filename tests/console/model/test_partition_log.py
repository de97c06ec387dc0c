"""Segments of a log, told or guessed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.model.partition_log import (
    PartitionLog,
    Rolling,
    Segment,
    guessed_log,
    told_log,
)
from console.model.record_times import RecordTimes

NO_TIMES = RecordTimes()


def steady_times(start: int, end: int, per_record_ms: int) -> RecordTimes:
    """One record every so often."""
    known = RecordTimes().looked_up(0, start, 1_000, start=start, end=end)
    return known.seen(end - 1, 1_000 + per_record_ms * (end - 1 - start))


def joins(log: PartitionLog) -> bool:
    """Whether the segments reach from start to end without a gap."""
    bounds = [log.start, *(each.end_offset for each in log.segments)]
    return bounds[-1] == log.end and all(
        each.base_offset == bound for each, bound in zip(log.segments, bounds, strict=False)
    )


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**7),
    st.none() | st.integers(0, 10**12),
    st.integers(1, 10**10),
    st.integers(1, 10**9),
    st.integers(0, 10_000),
)
def test_guessed_segments_join_and_their_sizes_add_up(
    start: int,
    records: int,
    size: int | None,
    segment_bytes: int,
    segment_ms: int,
    per_record_ms: int,
) -> None:
    end = start + records
    times = steady_times(start, end, per_record_ms) if records else NO_TIMES
    log = guessed_log(
        0,
        start=start,
        end=end,
        size_bytes=size,
        times=times,
        rolling=Rolling(segment_bytes, segment_ms),
        segments_max=50,
    )
    assert joins(log)
    assert len(log.segments) <= 50
    assert all(each.records > 0 for each in log.segments)
    if size is None:
        assert all(each.size_bytes is None for each in log.segments)
    elif records:
        assert sum(each.size_bytes or 0 for each in log.segments) == size


def test_a_segment_ends_at_its_size() -> None:
    log = guessed_log(
        0, start=0, end=1_000, size_bytes=10_000, times=NO_TIMES, rolling=Rolling(4_000, 10**9)
    )
    assert [each.end_offset for each in log.segments] == [400, 800, 1_000]
    assert [each.size_bytes for each in log.segments] == [4_000, 4_000, 2_000]


def test_a_segment_ends_at_its_age() -> None:
    times = steady_times(0, 1_000, per_record_ms=10)
    log = guessed_log(
        0, start=0, end=1_000, size_bytes=10, times=times, rolling=Rolling(1 << 30, 3_000)
    )
    assert [each.end_offset for each in log.segments] == [300, 600, 900, 1_000]


def test_an_empty_log_has_no_segments() -> None:
    log = guessed_log(0, start=7, end=7, size_bytes=0, times=NO_TIMES, rolling=Rolling())
    assert log.segments == ()
    assert log.bytes_before(7) == 0


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10**6)), min_size=1, max_size=12))
def test_told_segments_are_taken_as_they_are(parts: list[tuple[int, int]]) -> None:
    bases = [sum(length for length, _ in parts[:at]) for at in range(len(parts))]
    end = sum(length for length, _ in parts)
    told = tuple(zip(bases, (size for _, size in parts), strict=True))
    log = told_log(3, start=0, end=end, times=NO_TIMES, segments=told)
    assert log.are_told
    assert joins(log)
    assert [each.base_offset for each in log.segments] == bases
    assert log.size_bytes == log.bytes_before(end) == sum(size for _, size in parts)
    marks = [log.bytes_before(offset) or 0 for offset in range(end + 1)]
    assert all(one <= other for one, other in pairwise(marks))


def test_a_told_segment_counts_whole_when_records_of_it_were_deleted() -> None:
    log = told_log(0, start=40, end=120, times=NO_TIMES, segments=((0, 100), (60, 50), (120, 0)))
    assert log.segments == (Segment(40, 60, 100), Segment(60, 120, 50))
