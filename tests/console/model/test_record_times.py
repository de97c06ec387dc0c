"""How old records are, from look-ups by time, whatever the order of their time stamps."""

from hypothesis import given
from hypothesis import strategies as st

from console.model.record_times import RecordTimes

START = 100
stamps = st.lists(st.integers(1_000, 1_050), min_size=1, max_size=40)
moments = st.lists(st.integers(990, 1_060), max_size=8)


def first_since(times: list[int], moment: int) -> int:
    """What a broker answers: the first record that is not older; -1 when all are older."""
    return next((START + n for n, at in enumerate(times) if at >= moment), -1)


def looked_up(known: RecordTimes, times: list[int], moment: int) -> RecordTimes:
    offset = first_since(times, moment)
    at = times[offset - START] if offset >= 0 else -1
    return known.looked_up(moment, offset, at, start=START, end=START + len(times))


@given(stamps, moments)
def test_a_moment_that_was_looked_up_divides_the_log_exactly(
    times: list[int], asked: list[int]
) -> None:
    """Further look-ups, in any order, and the last record's own time change nothing about it."""
    end = START + len(times)
    known = looked_up(RecordTimes(), times, 0)
    for moment in asked:
        known = looked_up(known, times, moment)
    known = known.seen(end - 1, times[-1])
    for moment in asked:
        offset = first_since(times, moment)
        expected = end if offset < 0 else offset
        assert known.first_since(moment, start=START, end=end) == expected


@given(stamps, moments, st.integers(980, 1_070))
def test_times_never_fall_and_dividing_never_leaves_the_log(
    times: list[int], asked: list[int], moment: int
) -> None:
    end = START + len(times)
    known = looked_up(RecordTimes(), times, 0)
    for each in asked:
        known = looked_up(known, times, each)
    known = known.seen(end - 1, times[-1])
    found = [known.newest_before(offset) for offset in range(START + 1, end + 1)]
    told = [each for each in found if each is not None]
    assert len(told) == len(times)
    assert told == sorted(told)
    assert told[0] == times[0]
    divided = known.first_since(moment, start=START, end=end)
    assert divided is not None
    assert START <= divided <= end


@given(stamps, moments)
def test_between_look_ups_a_later_moment_is_never_earlier_in_the_log(
    times: list[int], asked: list[int]
) -> None:
    end = START + len(times)
    known = looked_up(RecordTimes(), times, 0)
    for each in asked:
        known = looked_up(known, times, each)
    known = known.seen(end - 1, times[-1])
    divided = [known.first_since(at, start=START, end=end) for at in range(990, 1_061)]
    assert divided == sorted(each for each in divided if each is not None)


def test_nothing_is_known_before_anything_was_asked() -> None:
    assert RecordTimes().newest_before(5) is None
    assert RecordTimes().first_since(5, start=0, end=9) is None


def test_a_record_behind_all_look_ups_is_not_judged() -> None:
    known = RecordTimes().looked_up(0, 0, 1_000, start=0, end=10)
    assert known.newest_before(10) is None
    assert known.first_since(2_000, start=0, end=10) is None


def test_time_runs_evenly_between_look_ups() -> None:
    known = RecordTimes().looked_up(0, 0, 1_000, start=0, end=101).seen(100, 2_000)
    assert known.newest_before(51) == 1_500
    assert known.first_since(1_500, start=0, end=101) == 50


def test_times_of_many_records_are_told_and_what_is_between_them_is_not() -> None:
    known = RecordTimes().seen_all({10: 1_000, 20: 2_000}).seen_all({20: 1_500, 40: 3_000})
    assert [known.newest_before(offset) for offset in (11, 21, 41)] == [1_000, 2_000, 3_000]
    assert known.newest_before(31) == 2_500
    assert [offset for offset in (11, 21, 31, 41, 42) if known.is_told(offset)] == [11, 21, 41]
