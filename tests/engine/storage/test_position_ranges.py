"""A set of byte positions: compared with a set of integers."""

from hypothesis import given
from hypothesis import strategies as st

from engine.storage.position_ranges import PositionRanges

RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12)


def test_an_empty_set_covers_nothing_but_nothing():
    ranges = PositionRanges()
    assert not ranges.covers(0, 1)
    assert ranges.covers(5, 5)
    assert len(ranges) == 0


def test_neighbours_that_touch_are_one():
    ranges = PositionRanges()
    ranges.add(0, 10)
    ranges.add(20, 30)
    assert len(ranges) == 2
    ranges.add(10, 20)
    assert len(ranges) == 1
    assert ranges.covers(0, 30)


def test_a_hole_is_not_covered():
    ranges = PositionRanges()
    ranges.add(0, 10)
    ranges.add(11, 20)
    assert not ranges.covers(5, 15)
    assert not ranges.covers(10, 11)
    assert ranges.covers(11, 20)


@given(RANGES)
def test_covers_what_a_set_of_positions_holds(added):
    ranges = PositionRanges()
    positions = set()
    for start, end in added:
        ranges.add(start, end)
        positions.update(range(start, end))
    for start in range(31):
        for end in range(start, 31):
            assert ranges.covers(start, end) == positions.issuperset(range(start, end))
    runs = sum(1 for each in positions if each - 1 not in positions)
    assert len(ranges) == runs
