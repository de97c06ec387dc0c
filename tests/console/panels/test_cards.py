"""Figures as cards: changes and rates as they are written."""

import pytest

from console.panels.cards import change_of, moved
from tests.support.sample_series import evenly


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), ""),
        ((5.0,), ""),
        ((0.0, 5.0), ""),
        ((100.0, 104.1), "▲ 4.1%"),
        ((100.0, 50.0), "▼ 50%"),
        ((100.0, 100.01), "━"),
        ((10.0, 29.9), "▲ 199%"),
        ((10.0, 30.0), "▲ ×3"),
        ((10.0, 116.0), "▲ ×11.6"),
        ((1.0, 99.0), "▲ ×99"),
        ((1.0, 100.0), ""),
        ((1.0, 1e9), ""),
    ],
)
def test_a_change_is_told_as_a_share_where_that_says_something(
    values: tuple[float, ...], said: str
) -> None:
    assert change_of(evenly(*values)) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [((), ""), ((0.0, 0.0), ""), ((0.0, 1.0), "▲ 1"), ((1200.0, 0.0), "▼ 1.2K")],
)
def test_a_count_that_may_be_nothing_is_told_by_how_many_it_moved(
    values: tuple[float, ...], said: str
) -> None:
    assert moved(evenly(*values)) == said
