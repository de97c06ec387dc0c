"""How a figure, a severity and a lag look in a table: unknown is never a number."""

import pytest

from console.model.cluster import Usage
from console.model.figures import Known, Total, Unknown
from console.model.severity import Severity
from console.model.units import grouped
from console.panels import cells
from console.widgets.palette import Role
from console.widgets.table_rows import Cell

SILENT = Unknown("broker 2 did not answer")


def test_what_is_not_known_is_a_dash_and_sorts_below_zero() -> None:
    for cell in (cells.figure(SILENT, grouped), cells.size(SILENT), cells.lag(SILENT)):
        assert cell == Cell("–", Role.MUTED)
    assert cells.usage_percent(SILENT) is None
    assert cells.sort_value(SILENT) < cells.sort_value(Known(0, 1))
    assert cells.sort_total(Total(0, unknown=2)) < cells.sort_total(Total(0))


def test_what_is_known_has_its_unit_beside_it() -> None:
    assert cells.figure(Known(12_345, 1), grouped) == Cell("12,345")
    assert cells.size(Known(13_900_000_000, 1)) == Cell("13.9", Role.TEXT, " GB")
    assert cells.size(Known(0, 1)) == Cell("0", Role.TEXT, "  B")
    assert cells.usage_percent(Known(Usage(1, 4), 1)) == 25


@pytest.mark.parametrize(
    ("records", "role"),
    [
        (0, Role.OK),
        (4_999, Role.OK),
        (5_000, Role.WARNING),
        (49_999, Role.WARNING),
        (50_000, Role.ALARM),
    ],
)
def test_lag_is_coloured_by_how_much_it_is(records: int, role: Role) -> None:
    assert cells.lag(Known(records, 1)).role is role


def test_lag_of_which_a_part_is_not_known_says_that_it_may_be_more() -> None:
    assert cells.rate(Known(1_200.0, 1), is_partial=True) == Cell("1.2K", Role.TEXT, "+")
    assert cells.rate(Known(1_200.0, 1), is_partial=False) == Cell("1.2K", Role.TEXT)
    assert cells.rate(Unknown("no"), is_partial=True) == cells.UNKNOWN_CELL
    assert cells.lag(Known(12_800, 1), is_partial=True) == Cell("12.8K", Role.WARNING, "+")


@pytest.mark.parametrize(
    ("total", "is_read", "cell"),
    [
        (Total(0), True, Cell("0", Role.OK)),
        (Total(0), False, cells.UNKNOWN_CELL),
        (Total(12_800, 3), True, Cell("12.8K", Role.WARNING, " +3?")),
        (Total(0, 3), True, Cell("3?", Role.MUTED)),
    ],
)
def test_a_sum_says_how_many_parts_it_lacks(total: Total, is_read: bool, cell: Cell) -> None:
    assert cells.lag_total(total, is_read=is_read) == cell


def test_a_sum_with_parts_that_came_out_negative_is_marked() -> None:
    assert cells.lag_total(Total(7), is_read=True, clamps=2) == Cell("7", Role.OK, "±")
    assert cells.lag_total(Total(7, 3), is_read=True, clamps=2).unit == " +3?±"
    assert cells.lag_total(Total(7), is_read=False, clamps=2) == cells.UNKNOWN_CELL


@pytest.mark.parametrize("severity", Severity)
def test_a_state_has_a_sign_and_words_and_never_colour_alone(severity: Severity) -> None:
    cell = cells.state(severity, "somehow")
    sign, words = cell.text.split(" ", 1)
    assert (sign, words) == (cells.SIGNS[severity], "somehow")
    assert cell.role is cells.ROLES[severity]


def test_names_from_outside_are_cleaned() -> None:
    assert cells.name("or\x1b[31mders").text == "or␛[31mders"
