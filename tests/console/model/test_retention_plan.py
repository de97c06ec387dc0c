"""When segments go, and what a policy keeps in the long run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.figures import Known, Unknown
from console.model.partition_log import PartitionLog, Rolling, guessed_log
from console.model.record_times import RecordTimes
from console.model.retention import RetentionPolicy
from console.model.retention_cut import NO_SIZE, NO_TIMES, cut_of
from console.model.retention_plan import Cause, Steady, pace_of, schedule_of, steady_of

NOW_MS = 2_000_000
ROLLING = Rolling(segment_bytes=100_000, segment_ms=10**9)


def policy(age: int = -1, size: int = -1, *, is_deleted: bool = True) -> RetentionPolicy:
    return RetentionPolicy(
        is_deleted=is_deleted, is_compacted=not is_deleted, retention_ms=age, retention_bytes=size
    )


def steady_log(*, has_size: bool = True) -> PartitionLog:
    """A record of 1000 bytes each second since 1000 seconds, in segments of 100 records."""
    times = RecordTimes().looked_up(0, 0, 1_000_000, start=0, end=1_001).seen(1_000, NOW_MS)
    size = 1_001_000 if has_size else None
    return guessed_log(0, start=0, end=1_001, size_bytes=size, times=times, rolling=ROLLING)


def test_segments_go_when_their_newest_record_is_old_enough() -> None:
    going = list(schedule_of(steady_log(), policy(age=950_000), NOW_MS))
    assert [each.end_offset for each in going][:2] == [100, 200]
    assert [each.goes_ms for each in going][:2] == [2_049_001, 2_149_001]


def test_segments_go_by_size_when_the_log_has_grown_enough() -> None:
    going = list(schedule_of(steady_log(), policy(size=950_000), NOW_MS))
    first, second = going[0].goes_ms, going[1].goes_ms
    assert first == pytest.approx(NOW_MS + 49_000, abs=100)
    assert second == pytest.approx(NOW_MS + 149_000, abs=200)


def test_what_takes_a_segment_first_is_told() -> None:
    by_age = list(schedule_of(steady_log(), policy(950_000, 2_000_000), NOW_MS))
    assert {each.cause for each in by_age} == {Cause.AGE}
    by_size = list(schedule_of(steady_log(), policy(10**9, 950_000), NOW_MS))
    assert {each.cause for each in by_size} == {Cause.SIZE}
    assert {each.cause for each in schedule_of(steady_log(), policy(), NOW_MS)} == {None}


def test_the_last_segment_is_left_out_until_it_is_due() -> None:
    log = steady_log()
    assert list(schedule_of(log, policy(age=950_000), NOW_MS))[-1].end_offset == 1_000
    gone = list(schedule_of(log, policy(age=0), NOW_MS + 1_000))
    assert gone[-1].end_offset == 1_001


def test_without_limits_nothing_is_in_sight() -> None:
    assert all(each.goes_ms is None for each in schedule_of(steady_log(), policy(), NOW_MS))


@given(st.integers(0, 1_200_000), st.integers(-1, 1_200_000))
def test_segments_go_in_order_and_those_that_are_due_are_the_cut(age: int, size: int) -> None:
    log, wanted = steady_log(), policy(age, size)
    going = list(schedule_of(log, wanted, NOW_MS))
    times = [each.goes_ms for each in going if each.goes_ms is not None]
    assert times == sorted(times)
    cut = cut_of(log, wanted, NOW_MS)
    assert isinstance(cut, Known)
    due = [each.end_offset for each in going if each.goes_ms == NOW_MS]
    assert abs((due[-1] if due else 0) - cut.value.start) <= 100


def test_the_pace_is_the_mean_of_what_is_kept() -> None:
    pace = pace_of(steady_log(), NOW_MS)
    assert pace.records_per_s == pytest.approx(1.001)
    assert pace.bytes_per_s == pytest.approx(1_001)
    empty = guessed_log(0, start=5, end=5, size_bytes=0, times=RecordTimes(), rolling=ROLLING)
    assert pace_of(empty, NOW_MS).bytes_per_s == 0


def steady(wanted: RetentionPolicy) -> Steady:
    found = steady_of([steady_log(), steady_log()], wanted, ROLLING, NOW_MS)
    assert isinstance(found, Known)
    return found.value


def test_in_the_long_run_a_limit_by_age_keeps_up_to_a_segment_more() -> None:
    kept = steady(policy(age=500_000))
    assert kept.least_back_s == 500
    assert kept.most_back_s == pytest.approx(600, rel=0.01)
    assert kept.least_bytes == pytest.approx(2 * 500_500)
    assert kept.records_per_day == pytest.approx(2 * 86_486, rel=0.01)


def test_the_stricter_of_both_limits_counts() -> None:
    kept = steady(policy(age=500_000, size=100_100))
    assert kept.least_back_s == pytest.approx(100)
    assert kept.most_bytes == pytest.approx(2 * 200_100)


def test_without_limits_it_grows_for_ever() -> None:
    kept = steady(policy())
    assert kept.least_back_s is kept.most_back_s is None
    assert kept.bytes_per_day == pytest.approx(2 * 86_486_400, rel=0.01)


def test_what_is_not_known_makes_the_long_run_unknown() -> None:
    unsized = steady_log(has_size=False)
    assert steady_of([unsized], policy(age=5), ROLLING, NOW_MS) == Unknown(NO_SIZE)
    timeless = guessed_log(0, start=0, end=5, size_bytes=9, times=RecordTimes(), rolling=ROLLING)
    assert steady_of([timeless], policy(age=5), ROLLING, NOW_MS) == Unknown(NO_TIMES)
