"""A bounded series of samples in time."""

import pytest

from console.model.series import EMPTY_SERIES, Series, spread


def test_the_oldest_sample_falls_out() -> None:
    series = EMPTY_SERIES
    for at_ms in range(1, 6):
        series = series.appended(at_ms, at_ms * 10.0, limit=3)
    assert series == Series((3, 4, 5), (30.0, 40.0, 50.0))


def test_a_sample_from_a_clock_that_stepped_back_is_ignored() -> None:
    series = Series((5,), (1.0,))
    assert series.appended(5, 2.0) is series
    assert series.appended(4, 2.0) is series


def test_change_is_relative_to_the_oldest() -> None:
    assert Series((1, 2), (40.0, 50.0)).change_ratio() == pytest.approx(0.25)
    assert Series((1, 2), (0.0, 50.0)).change_ratio() is None
    assert EMPTY_SERIES.change_ratio() is None
    assert EMPTY_SERIES.last is None


def test_times_and_values_go_together() -> None:
    with pytest.raises(AssertionError):
        Series((1,), ())


def evenly(*values: float) -> Series:
    return Series(tuple(1000 * number for number in range(1, len(values) + 1)), values)


def test_fewer_samples_than_places_are_joined_by_straight_lines() -> None:
    assert spread(evenly(0.0, 4.0), 1000, 2000, 5) == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_of_more_samples_than_places_each_holds_a_mean_and_the_last_the_newest() -> None:
    seven = evenly(0.0, 4.0, 10.0, 2.0, 2.0, 0.0, 7.0)
    assert spread(seven, 1000, 7000, 3) == [2.0, 6.0, 7.0]


def test_a_series_that_began_later_leaves_the_time_before_it_blank() -> None:
    assert spread(evenly(5.0, 5.0), -1000, 2000, 4) == [None, None, 5.0, 5.0]


def test_a_series_that_ended_earlier_leaves_the_time_behind_it_blank() -> None:
    assert spread(evenly(5.0, 5.0), 1000, 4000, 4) == [5.0, 5.0, None, None]


def test_a_gap_in_time_is_left_blank_and_a_change_of_rhythm_is_none() -> None:
    paused = Series((0, 1000, 2000, 9000, 10_000, 11_000), (1.0,) * 6)
    assert spread(paused, 0, 11_000, 12) == [1.0] * 3 + [None] * 6 + [1.0] * 3
    slower = Series((0, 1000, 2000, 12_000, 22_000), (1.0,) * 5)
    assert None not in spread(slower, 0, 22_000, 23)


@pytest.mark.parametrize("places", [0, 1, 2, 7])
@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_every_place_has_a_value_or_none(places: int, length: int) -> None:
    found = spread(evenly(*[3.0] * length), 1000, 1000 * max(1, length), places)
    assert len(found) == places
    assert found[-1:] == ([3.0] if length else [None]) * bool(places)
