"""A bounded series of samples in time."""

import pytest

from console.model.series import EMPTY_SERIES, Series


def test_the_oldest_sample_falls_out() -> None:
    series = EMPTY_SERIES
    for at_ms in range(1, 6):
        series = series.appended(at_ms, at_ms * 10.0, limit=3)
    assert series == Series((3, 4, 5), (30.0, 40.0, 50.0))


def test_a_sample_from_a_clock_that_stepped_back_is_ignored() -> None:
    series = Series((5,), (1.0,))
    assert series.appended(5, 2.0) is series
    assert series.appended(4, 2.0) is series


def test_since_cuts_at_a_moment() -> None:
    series = Series((1, 2, 3), (1.0, 2.0, 3.0))
    assert series.since(2) == Series((2, 3), (2.0, 3.0))
    assert series.since(9) == EMPTY_SERIES


def test_change_is_relative_to_the_oldest() -> None:
    assert Series((1, 2), (40.0, 50.0)).change_ratio() == pytest.approx(0.25)
    assert Series((1, 2), (0.0, 50.0)).change_ratio() is None
    assert EMPTY_SERIES.change_ratio() is None
    assert EMPTY_SERIES.last is None


def test_times_and_values_go_together() -> None:
    with pytest.raises(AssertionError):
        Series((1,), ())
