"""What a table that is too narrow shows when it is moved sideways."""

from hypothesis import given
from hypothesis import strategies as st

from console.widgets.columns import Column, place
from console.widgets.sideways import Stretch, stretch

NAME = Column("name", "NAME", 8, is_flex=True, width_max=20)
SIZE = Column("size", "SIZE", 6, is_right=True, priority=1)
TEXT = Column("text", "TEXT", 8, is_flex=True)
COLUMNS = (NAME, SIZE, TEXT)


def stretched(width: int, name: int, text: int) -> Stretch:
    longest = {"name": name, "size": 6, "text": text}
    return stretch(COLUMNS, longest, width, place(COLUMNS, width))


def test_nothing_moves_where_everything_is_seen() -> None:
    assert stretched(60, 8, 20) == Stretch()


def test_the_first_column_stays_where_that_leaves_half_of_the_table() -> None:
    assert stretched(40, 8, 100).held == 8 + 2
    assert stretched(40, 19, 100).held == 0


def test_a_column_that_was_left_out_comes_at_once() -> None:
    """The first stop shows the whole columns side by side."""
    width = 8 + 2 + 8
    assert [each.column.key for each in place(COLUMNS, width)] == ["name", "text"]
    found = stretched(width, 8, 8)
    assert [each.at for each in found.placed] == [0, 10, 18]
    assert found.stops == (0, 10)


def test_no_number_is_cut() -> None:
    found = stretched(8 + 2 + 3, 8, 20)
    assert [each.column.key for each in found.in_sight(0, 13)] == ["name"]
    wide = stretched(24, 8, 100)
    assert [each.column.key for each in wide.in_sight(0, 24)] == ["name", "size", "text"]
    assert wide.in_sight(0, 24)[-1].width == 24 - 18
    assert all(stop == 0 or stop >= 8 for stop in wide.stops), "never in the midst of SIZE"


def test_the_first_stop_is_left_out_where_it_shows_nothing_new() -> None:
    assert stretched(8 + 2 + 6 + 2 + 8, 8, 30).stops[0] == 8


@given(st.integers(1, 120), st.integers(0, 60), st.integers(0, 300))
def test_every_cell_is_seen_from_one_of_the_stops(width: int, name: int, text: int) -> None:
    found = stretched(width, name, text)
    if not found.stops:
        return
    room = width - found.held
    seen = {cell for each in place(COLUMNS, width)[:1] for cell in range(each.width)}
    seen |= set(range(found.held))
    for stop in (0, *found.stops):
        seen |= set(range(found.held + stop, found.held + stop + room))
    assert seen >= {cell for e in found.placed for cell in range(e.at, e.at + e.width)}
    assert list(found.stops) == sorted(set(found.stops))
