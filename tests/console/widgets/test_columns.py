"""Columns share the width and leave by priority."""

from hypothesis import given
from hypothesis import strategies as st

from console.widgets.columns import Column, as_wide_as, place

NAME = Column("name", "TOPIC", 10, is_flex=True, width_max=48)
PARTS = Column("parts", "PARTS", 5, is_right=True, priority=2)
LAG = Column("lag", "LAG", 6, is_right=True, priority=1)
TREND = Column("trend", "TREND", 12, priority=3, appears_from=84)


def keys(width: int) -> list[str]:
    return [placed.column.key for placed in place([NAME, PARTS, TREND, LAG], width)]


def test_columns_leave_by_priority() -> None:
    assert keys(100) == ["name", "parts", "trend", "lag"]
    assert keys(80) == ["name", "parts", "lag"]
    assert keys(20) == ["name", "lag"]
    assert keys(12) == ["name"]


def test_flexible_column_takes_what_is_left_up_to_its_cap() -> None:
    assert place([NAME, PARTS, LAG], 40)[0].width == 10 + 40 - 25
    assert place([NAME, PARTS, LAG], 200)[0].width == 48


@given(st.integers(1, 300))
def test_nothing_is_placed_outside(width: int) -> None:
    placed = place([NAME, PARTS, TREND, LAG], width)
    assert all(p.at + p.width <= width or p.width == 0 for p in placed)
    ends = [p.at + p.width for p in placed]
    assert all(end <= after.at for end, after in zip(ends, placed[1:], strict=False))


MEMBERS = (
    Column("client", "CLIENT", 14, is_flex=True, width_max=40),
    Column("assigned", "ASSIGNED", 20, is_flex=True, width_max=60),
    Column("count", "PARTITIONS", 10, is_right=True),
)


def test_what_a_capped_column_does_not_take_goes_to_the_others() -> None:
    assert [placed.width for placed in place(MEMBERS, 110)] == [40, 56, 10]
    assert [placed.width for placed in place(MEMBERS, 200)] == [40, 60, 10]


def test_without_room_flexible_columns_shrink_before_one_is_left_out() -> None:
    assert [placed.width for placed in place(MEMBERS, 48)] == [14, 20, 10]
    assert [placed.width for placed in place(MEMBERS, 40)] == [13, 13, 10]
    assert [placed.width for placed in place(MEMBERS, 30)] == [8, 8, 10]


KEYS = Column("key", "KEY", 10, is_flex=True, width_max=60, fits=True)
VALUES = Column("value", "VALUE", 8, is_flex=True, width_max=60, fits=True)
MEANING = Column("meaning", "MEANING", 20, is_flex=True)


def test_a_column_that_fits_has_what_its_longest_cell_needs_before_others_grow() -> None:
    columns = (as_wide_as(KEYS, 40), as_wide_as(VALUES, 3), MEANING)
    assert [placed.width for placed in place(columns, 100)] == [40, 5, 51]
    assert [placed.width for placed in place(columns, 60)] == [31, 5, 20]
    assert as_wide_as(KEYS, 90).width_max == 60


def test_too_narrow_a_table_is_a_list_of_names() -> None:
    """At last even columns that stay always are left out, from the right, except the first."""
    assert [placed.column.key for placed in place(MEMBERS, 29)] == ["client", "assigned"]
    assert [(placed.column.key, placed.width) for placed in place(MEMBERS, 12)] == [("client", 12)]
    assert [(placed.column.key, placed.width) for placed in place(MEMBERS, 5)] == [("client", 5)]
