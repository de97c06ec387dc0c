"""A slope that outliers do not bend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.slope import POINTS_MAX, theil_sen, thinned


def test_a_straight_line_has_its_slope_everywhere() -> None:
    slope = theil_sen([0, 1, 2, 5], [10, 13, 16, 25])
    assert slope is not None
    assert (slope.low, slope.median, slope.high) == pytest.approx((3, 3, 3))


def test_an_outlier_does_not_bend_the_line() -> None:
    times = list(range(20))
    values = [2.0 * time for time in times]
    values[7] = 1e6
    slope = theil_sen(times, values)
    assert slope is not None
    assert slope.median == pytest.approx(2.0)


def test_one_moment_has_no_slope() -> None:
    assert theil_sen([], []) is None
    assert theil_sen([1.0, 1.0], [3.0, 9.0]) is None


@given(st.integers(0, 500))
def test_thinning_keeps_the_ends_and_the_order(count: int) -> None:
    chosen = list(thinned(range(count)))
    assert len(chosen) == min(count, POINTS_MAX)
    assert chosen == sorted(set(chosen))
    if count:
        assert (chosen[0], chosen[-1]) == (0, count - 1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_quartiles_enclose_the_median(values: list[float]) -> None:
    slope = theil_sen(range(len(values)), values)
    assert slope is not None
    assert slope.low <= slope.median <= slope.high
