"""The words of an expression and where they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.tokens import EXPRESSION_CHARACTERS_MAX, ExpressionError, Kind, tokens_of


def test_words_are_told_apart_with_their_columns() -> None:
    words = tokens_of("""header.trace-id == 'it\\'s "x"' and size(value)>=-1.5e3""")
    assert [(each.text, each.column) for each in words] == [
        ("header", 1),
        (".", 7),
        ("trace-id", 8),
        ("==", 17),
        ('it\'s "x"', 20),
        ("and", 32),
        ("size", 36),
        ("(", 40),
        ("value", 41),
        (")", 46),
        (">=", 47),
        ("-1.5e3", 49),
        ("", 55),
    ]
    assert words[-1].kind is Kind.END


@pytest.mark.parametrize(
    ("text", "column"),
    [('key == "open', 8), ("key ; 1", 5), ('key == "\\q"', 8), ("key\n  ?", 7)],
)
def test_what_means_nothing_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        tokens_of(text)
    assert refused.value.column == column


def test_an_endless_expression_is_refused() -> None:
    with pytest.raises(ExpressionError, match="longer"):
        tokens_of("x" * (EXPRESSION_CHARACTERS_MAX + 1))


@given(st.text(max_size=60))
def test_any_text_comes_back_from_its_quotes(text: str) -> None:
    double = text.replace("\\", "\\\\").replace('"', '\\"')
    single = text.replace("\\", "\\\\").replace("'", "\\'")
    assert tokens_of(f'"{double}"')[0].text == text
    assert tokens_of(f"'{single}'")[0].text == text


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        column = tokens_of(text)[-1].column
    except ExpressionError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
