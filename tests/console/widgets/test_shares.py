"""The heights of what stands under each other: nobody wants while another has lines to spare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.widgets.shares import shared


@pytest.mark.parametrize(
    ("needs", "lines", "expected"),
    [
        ([15, 10], 25, [15, 10]),
        ([15, 10], 37, [21, 16]),
        ([15, 5, 10], 21, [8, 5, 8]),
        ([53, 13], 37, [24, 13]),
        ([53, 13], 22, [11, 11]),
        ([53, 53, 53], 20, [7, 7, 6]),
        ([4, 5], 12, [6, 6]),
        ([5], 37, [37]),
        ([], 37, []),
        ([5, 5, 5], 0, [0, 0, 0]),
    ],
)
def test_each_has_what_it_needs_or_an_equal_share(
    needs: list[int], lines: int, expected: list[int]
) -> None:
    assert shared(needs, lines) == expected


COLUMNS = st.lists(st.integers(0, 60), min_size=1, max_size=6)


@given(COLUMNS, st.integers(0, 120))
def test_no_line_is_lost_and_nobody_has_too_many_while_another_wants(
    needs: list[int], lines: int
) -> None:
    shares = shared(needs, lines)
    assert sum(shares) == lines
    wanting = [has for has, need in zip(shares, needs, strict=True) if has < need]
    if wanting:
        assert all(has <= need for has, need in zip(shares, needs, strict=True))
        assert max(shares) <= min(wanting) + 1


@given(COLUMNS, COLUMNS, st.integers(0, 120))
def test_a_column_within_a_column_has_the_lines_that_its_parts_would_have_there(
    some: list[int], others: list[int], lines: int
) -> None:
    """Method: a column shares once more among its parts what it was given for all of them."""
    whole = shared([*some, *others], lines)
    part = shared(some, sum(whole[: len(some)]))
    assert all(abs(here - there) <= 1 for here, there in zip(part, whole, strict=False))
