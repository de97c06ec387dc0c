"""Text from outside: nothing in it steers the terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from console.model.text import plain


def test_control_characters_become_visible() -> None:
    assert plain("a\x1b[31mred\x07\x7f") == "a␛[31mred␇␡"


def test_line_feeds_stay_only_where_lines_are_kept() -> None:
    assert plain("a\nb\r") == "a␊b␍"
    assert plain("a\nb\r", keeps_lines=True) == "a\nb␍"


def test_reordering_and_invisible_characters_are_replaced() -> None:
    assert plain("user\u202egnp.exe") == "user\N{REPLACEMENT CHARACTER}gnp.exe"
    assert plain("a\u200bb\ufeff\x9bc\u2067") == "a�b��c�"


def test_bytes_that_are_not_utf8_are_shown_as_hex() -> None:
    assert plain(b"ok \xff\xc3\xa9") == "ok \\xffé"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 20, limit=5) == "xxxx…"
    assert plain(b"x" * 20_000_000, limit=5) == "xxxx…"


def test_ordinary_text_is_left_alone() -> None:
    assert plain("Bestellung №7 — 注文 🎉 café") == "Bestellung №7 — 注文 🎉 café"


@given(st.text() | st.binary())
def test_nothing_that_steers_a_terminal_is_left(text: str | bytes) -> None:
    shown = plain(text)
    assert all(unicodedata.category(character) not in ("Cc", "Cs") for character in shown)
    shown.encode("utf-8")
    assert plain(shown) == shown
