"""The segments of a topic as people look at them."""

from dataclasses import replace

from console.model.partition_log import PartitionLog, Rolling, guessed_log, told_log
from console.model.record_times import RecordTimes
from console.model.retention import RetentionPolicy
from console.model.retention_plan import Cause, schedule_of
from console.model.segments import SegmentKind, Stamp, TopicSegments, segments_of, shown_rows

NOW_MS = 2_000_000
KEPT = RetentionPolicy(
    is_deleted=True, is_compacted=False, retention_ms=950_000, retention_bytes=-1
)
TIMES = RecordTimes().seen_all({0: 1_000_000, 400: 1_400_000, 999: 1_999_000})


def told(times: RecordTimes = TIMES) -> PartitionLog:
    """A record each second in three segments; nothing tells when the third begins."""
    segments = ((0, 400_000), (400, 300_000), (700, 300_000))
    return told_log(3, start=0, end=1_000, times=times, segments=segments)


def test_segments_have_times_and_go_when_the_plan_says() -> None:
    first, second, last = shown_rows(told(), KEPT, NOW_MS)
    assert (first.partition, first.base_offset, first.records) == (3, 0, 400)
    assert first.first == Stamp(1_000_000, is_told=True)
    assert first.last == Stamp(1_399_000, is_told=False)
    assert second.first == Stamp(1_400_000, is_told=True)
    assert last.last == Stamp(1_999_000, is_told=True)
    plan = [(each.goes_ms, each.cause) for each in schedule_of(told(), KEPT, NOW_MS)]
    assert [(each.goes_ms, each.cause) for each in (first, second)] == plan
    assert first.cause is Cause.AGE
    assert (last.kind, last.goes_ms, last.cause) == (SegmentKind.ACTIVE, None, None)
    assert {first.kind, second.kind} == {SegmentKind.CLOSED}


def test_what_nothing_tells_is_unknown() -> None:
    rows = shown_rows(told(RecordTimes()), KEPT, NOW_MS)
    assert {(each.first, each.last, each.goes_ms) for each in rows} == {(None, None, None)}


def test_an_empty_log_has_the_segment_that_will_be_written_to() -> None:
    log = told_log(0, start=7, end=7, times=RecordTimes(), segments=((7, 0),))
    (row,) = shown_rows(log, KEPT, NOW_MS)
    assert (row.base_offset, row.records, row.size_bytes) == (7, 0, 0)
    assert (row.kind, row.first, row.last) == (SegmentKind.ACTIVE, None, None)


def test_where_segments_are_not_told_the_whole_log_stands_for_them() -> None:
    log = guessed_log(
        0,
        start=0,
        end=1_000,
        size_bytes=1_000_000,
        times=TIMES,
        rolling=Rolling(segment_bytes=400_000),
    )
    (row,) = shown_rows(log, KEPT, NOW_MS)
    assert row.kind is SegmentKind.WHOLE_LOG
    assert (row.base_offset, row.records, row.size_bytes) == (0, 1_000, 1_000_000)
    assert row.goes_ms == segments_of(log, KEPT, NOW_MS)[0].goes_ms
    assert row.cause is Cause.AGE
    found = TopicSegments((row, replace(row, kind=SegmentKind.ACTIVE)), KEPT, Rolling(), {})
    assert found.whole_logs == 1
