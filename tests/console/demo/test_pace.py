"""A pace allows what its limit says, in small bursts, and measures what was done."""

from hypothesis import given
from hypothesis import strategies as st

from console.demo.pace import Pace


def run(pace: Pace, seconds: int, ticks_per_s: int = 20) -> int:
    done = 0
    for tick in range(1, seconds * ticks_per_s + 1):
        allowed = pace.allowed(tick / ticks_per_s, 10_000)
        pace.note(allowed, tick / ticks_per_s)
        done += allowed
    return done


@given(st.integers(1, 5_000))
def test_what_is_allowed_over_time_is_the_limit(limit: int) -> None:
    assert abs(run(Pace(limit, 0.0), 10) - 10 * limit) <= max(2, limit * 0.3)


def test_no_limit_allows_as_many_as_asked() -> None:
    assert Pace(None, 0.0).allowed(0.0, 700) == 700


def test_pause_saves_up_no_more_than_a_burst() -> None:
    assert Pace(100, 0.0).allowed(3_600.0, 10_000) == 25


def test_limit_of_zero_allows_nothing() -> None:
    assert run(Pace(0, 0.0), 5) == 0


def test_rate_is_measured_over_the_last_moments() -> None:
    pace = Pace(60, 0.0)
    run(pace, 10)
    assert 55 <= pace.rate(10.0) <= 65
    assert pace.rate(20.0) == 0
    assert 540 <= pace.handled <= 660
