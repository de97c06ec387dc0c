"""How fast a counter rises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sampling.rates import WINDOW_MS, RateMeter


def metered(*readings: tuple[int, float]) -> RateMeter:
    meter = RateMeter()
    for at_ms, amount in readings:
        meter.observe(at_ms, amount)
    return meter


def test_one_reading_is_no_rate() -> None:
    assert metered().per_s() is None
    assert metered((0, 5)).per_s() is None


def test_two_readings_are_one_however_far_apart() -> None:
    assert metered((0, 5), (100, 6)).per_s() == pytest.approx(10)
    assert metered((0, 0), (60_000, 600)).per_s() == pytest.approx(10)


def test_a_rate_is_that_of_the_window_and_older_readings_do_not_count() -> None:
    slow = [(second * 1000, second * 1.0) for second in range(20)]
    fast = [(20_000 + second * 1000, 20 + second * 100.0) for second in range(10)]
    assert metered(*slow, *fast).per_s() == pytest.approx(100)
    assert WINDOW_MS == 5000


def test_a_gap_in_readings_is_averaged_over() -> None:
    """A screen that was away for a while leaps to no rate that never was."""
    readings = [(second * 1000, second * 10.0) for second in (*range(5), 60, 61)]
    assert metered(*readings).per_s() == pytest.approx(10)


def test_a_counter_that_fell_begins_anew() -> None:
    meter = metered((0, 1000), (1000, 2000), (2000, 5))
    assert meter.per_s() is None
    meter.observe(3000, 8)
    assert meter.per_s() == pytest.approx(3)


def test_a_reading_that_is_not_later_is_ignored() -> None:
    assert metered((0, 0), (1000, 10), (1000, 99), (500, 99)).per_s() == pytest.approx(10)


def test_a_reset_forgets() -> None:
    meter = metered((0, 0), (1000, 10))
    meter.reset()
    assert meter.per_s() is None


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 1 << 40)), max_size=200))
def test_no_readings_give_a_negative_rate(readings: list[tuple[int, int]]) -> None:
    at_ms, meter = 0, RateMeter()
    for passed_ms, amount in readings:
        at_ms += passed_ms
        meter.observe(at_ms, amount)
        rate = meter.per_s()
        assert rate is None or rate >= 0
