"""Moments in the style that the person chose."""

import pytest

from console.panels.times import Times
from console.settings import TimeStyle
from tests.support.sample_series import NOW_MS


def test_utc_says_that_it_is_utc() -> None:
    assert Times(TimeStyle.UTC).clock(NOW_MS) == "22:24:31 UTC"
    assert "UTC" not in Times(TimeStyle.LOCAL).clock(NOW_MS)


@pytest.mark.parametrize("ago_s", [0, 1, 59, 3_600, 86_400, 864_000, -5])
def test_every_event_has_a_time_of_eight_cells(ago_s: int) -> None:
    for style in TimeStyle:
        assert len(Times(style).event(NOW_MS - 1000 * ago_s, NOW_MS)) == 8


def test_relative_times_are_distances() -> None:
    assert Times(TimeStyle.RELATIVE).event(NOW_MS - 46_000, NOW_MS).strip() == "46s"


def test_moments_of_records_are_exact_or_distances_and_may_be_unknown() -> None:
    utc, relative = Times(TimeStyle.UTC), Times(TimeStyle.RELATIVE)
    assert (utc.day(NOW_MS), utc.moment(NOW_MS, NOW_MS)) == ("2023-11-14", "22:24:31.000")
    assert relative.moment(NOW_MS - 46_000, NOW_MS) == "46s ago"
    for times in (utc, relative):
        assert (times.day(-1), times.moment(-1, NOW_MS)) == ("–", "–")
        assert times.moment(2**63 - 1, NOW_MS)
