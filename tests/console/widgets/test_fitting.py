"""Text in exactly as many cells as there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.model.text import plain
from console.widgets.fitting import fitted, shortened


@given(st.text().map(plain), st.integers(0, 40), st.booleans())
def test_fitted_text_has_exactly_its_width(text: str, width: int, is_right: bool) -> None:
    assert cell_len(fitted(text, width, is_right=is_right)) == width


@pytest.mark.parametrize(
    ("text", "width", "fits"),
    [
        ("orders", 6, "orders"),
        ("orders", 5, "orde…"),
        ("orders", 1, "…"),
        ("orders", 0, ""),
        ("two words", 5, "two…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
    ],
)
def test_longer_text_ends_in_an_ellipsis(text: str, width: int, fits: str) -> None:
    assert shortened(text, width) == fits


def test_numbers_stand_at_the_right() -> None:
    assert fitted("12", 4, is_right=True) == "  12"
