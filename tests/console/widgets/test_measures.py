"""What rows are sorted by, as plain numbers with their unit and as moments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.widgets import measures
from console.widgets.measures import FAR_S, Measure, Written, in_order, moment_of

AT_MS = 1_763_806_671_250
AT = "2025-11-22T10:17:51.250Z"


@pytest.mark.parametrize(
    ("measure", "sorted_by", "written"),
    [
        (measures.COUNT, 12345.0, 12345),
        (measures.COUNT, -1.0, None),
        (measures.SIGNED, -7, -7),
        (measures.PER_S, 0.12345, 0.123),
        (measures.BYTES, 1_234_567.0, 1_234_567),
        (measures.PERCENT, 62.5, 62.5),
        (measures.SHARE, 0.625, 62.5),
        (measures.DURATION, 180.0, 180_000.0),
        (measures.DURATION, FAR_S, None),
        (measures.DURATION, -1.0, None),
        (measures.MOMENT, AT_MS, AT),
        (measures.MOMENT, float("inf"), None),
        (measures.MOMENT, 1e300, None),
        (measures.MOMENT, -1, None),
        (measures.BACK_TO, -float(AT_MS), AT),
        (measures.BACK_TO, float("-inf"), None),
        (measures.MOMENT_IN_ORDER, in_order(AT_MS, 12), AT),
        (measures.FIRST_IN_ORDER, in_order(3, 1000), 3),
    ],
)
def test_a_number_is_written_plainly_and_one_that_is_not_known_is_not(
    measure: Measure, sorted_by: float, written: Written
) -> None:
    assert measure.written(sorted_by) == written


NUMBERS = st.integers(0, 2**63 - 1)


@given(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))
def test_two_numbers_in_order_are_one(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (in_order(*one) < in_order(*other)) is (one < other)
    assert moment_of(in_order(*one)) == one[0]
