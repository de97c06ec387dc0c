"""How old unread records are, told from end offsets seen over time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.age import POINTS_MAX, EndTimes


def seen(*points: tuple[int, int]) -> EndTimes:
    times = EndTimes()
    for at_ms, end in points:
        times = times.observed(at_ms, end)
    return times


def test_nothing_unread_has_no_age() -> None:
    assert seen((1000, 50), (2000, 60)).age_s(60, 9000) == 0.0


def test_age_is_interpolated_between_readings() -> None:
    """The record at 54 exists once the end is 55: halfway between the readings."""
    assert seen((0, 50), (10_000, 60)).age_s(54, 20_000) == pytest.approx(15.0)


def test_before_what_was_seen_there_is_no_answer() -> None:
    assert seen((0, 50), (1000, 60)).age_s(49, 5000) is None
    assert EndTimes().age_s(0, 5000) is None


def test_the_first_end_offset_seen_is_answered() -> None:
    assert seen((0, 50), (10_000, 60)).age_s(50, 10_000) == pytest.approx(9.0)


def test_a_flat_stretch_does_not_make_years() -> None:
    """Idle for a day, then one record: its age is that of the last second, not of the day."""
    times = seen((0, 50), *((hour * 3_600_000, 50) for hour in range(1, 25)), (86_401_000, 51))
    assert times.age_s(50, 86_402_000) == pytest.approx(1.0)
    assert len(times.offsets) == 3


def test_a_log_made_anew_begins_again() -> None:
    assert seen((0, 500), (1000, 3)).offsets == (3,)


def test_a_reading_that_is_not_later_is_ignored() -> None:
    times = seen((1000, 5))
    assert times.observed(1000, 6) is times


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 100)), min_size=1, max_size=300))
def test_age_never_rises_with_the_offset_nor_reaches_beyond_what_was_seen(
    steps: list[tuple[int, int]],
) -> None:
    times, now_ms, end = EndTimes(), 0, 0
    for later_ms, more in steps:
        now_ms, end = now_ms + later_ms, end + more
        times = times.observed(now_ms, end)
    assert len(times.offsets) <= POINTS_MAX
    ages = [times.age_s(position, now_ms) for position in range(times.offsets[0], end + 2)]
    known = [age for age in ages if age is not None]
    assert known == ages
    assert known == sorted(known, reverse=True)
    assert known[0] <= (now_ms - times.times_ms[0]) / 1000
    assert known[-1] == 0.0
