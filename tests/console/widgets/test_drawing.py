"""The pure parts of charts: dots, scales, gauges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.bundled import bundled
from console.theming.loader import load_theme
from console.widgets.braille import Canvas, stretch, trend
from console.widgets.gauge import gauge_line, gauge_role
from console.widgets.palette import Palette, Role
from console.widgets.scale import ticks

VALUES = st.lists(st.floats(0, 1e12, allow_nan=False), max_size=300)


def palette() -> Palette:
    theme = load_theme(bundled("themes") / "midnight.toml")
    return Palette({**theme.to_color_system().generate(), **theme.variables})


def test_dots_of_a_cell_are_the_braille_ones() -> None:
    canvas = Canvas(1, 1)
    canvas.dot(0, 0)
    canvas.dot(1, 3)
    assert canvas.rows() == [["⢁"]]


def test_dot_outside_is_left_out() -> None:
    canvas = Canvas(1, 1)
    canvas.dot(5, 9)
    canvas.dot(-1, 0)
    assert canvas.rows() == [[" "]]


@given(VALUES, st.integers(0, 80))
def test_trend_has_exactly_its_width(values: list[float], width: int) -> None:
    assert len(trend(values, width)) == width


@given(VALUES.filter(bool), st.integers(2, 300))
def test_stretch_ends_with_the_newest_value(values: list[float], width: int) -> None:
    stretched = stretch(values, width)
    assert len(stretched) == width
    assert stretched[-1] == values[-1]


def test_more_values_than_places_are_averaged() -> None:
    assert stretch([0, 4, 10, 2, 2, 0, 7], 3) == [2.0, 6.0, 7.0]


def test_fewer_values_than_places_are_joined_by_straight_lines() -> None:
    assert stretch([0, 4], 5) == [0.0, 1.0, 2.0, 3.0, 4.0]


@given(st.floats(1e-6, 1e15), st.integers(1, 8))
def test_ticks_reach_the_highest_value_and_not_far_beyond(high: float, wanted: int) -> None:
    marks = ticks(high, wanted)
    assert marks[0] == 0
    assert marks[-1] >= high * 0.999
    assert marks[-2] < high
    assert len(marks) <= wanted + 2


@pytest.mark.parametrize(
    ("percent", "role"),
    [(0, Role.OK), (69.9, Role.OK), (70, Role.WARNING), (84.9, Role.WARNING), (85, Role.ERROR)],
)
def test_gauge_changes_colour_at_its_borders(percent: float, role: Role) -> None:
    assert gauge_role(percent) is role


@given(st.none() | st.floats(-50, 200), st.integers(12, 100))
def test_gauge_has_exactly_its_width(percent: float | None, width: int) -> None:
    assert gauge_line("disk", percent, width, palette()).cell_len == width


@pytest.mark.parametrize(
    ("percent", "bar"),
    [
        (0, "━━━━━━━━━━"),
        (1, "╸━━━━━━━━━"),
        (50, "━━━━╸━━━━━"),
        (94, "━━━━━━━━╸━"),
        (100, "━━━━━━━━━━"),
    ],
)
def test_filled_part_of_a_gauge_ends_before_the_track(percent: float, bar: str) -> None:
    assert gauge_line("disk", percent, 20, palette()).plain == f"disk {bar} {percent:>3}%"


def test_unknown_share_shows_no_bar() -> None:
    text = gauge_line("cpu", None, 30, palette()).plain
    assert text.endswith("–")
