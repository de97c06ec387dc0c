"""From words to a tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.syntax import (
    And,
    Compare,
    Comparison,
    Each,
    Exists,
    In,
    Not,
    Null,
    Or,
    Path,
    Root,
    Text,
    TextTest,
    looks_like_expression,
    parse_expression,
)
from console.messages.tokens import ExpressionError


def test_and_binds_more_than_or_and_not_more_than_both() -> None:
    key, offset = Path(Root.KEY, (), 1), Path(Root.OFFSET, (), 0)
    node = parse_expression("key exists and not key null or key exists")
    assert isinstance(node, Or)
    assert isinstance(node.parts[0], And)
    assert isinstance(node.parts[0].parts[1], Not)
    assert parse_expression("key exists") == Exists(key)
    assert parse_expression("(offset > 5)") == Compare(
        Path(offset.root, (), 2), Comparison.MORE, 5, 11
    )


def test_paths_lead_by_name_quoted_name_number_and_to_each() -> None:
    node = parse_expression('value.order."a b"["c.d"][0].2[*][-1] contains "x"')
    steps = ("order", "a b", "c.d", 0, 2, Each.ELEMENT, -1)
    assert node == Text(Path(Root.VALUE, steps, 1), TextTest.CONTAINS, "x", 47)


def test_words_in_capitals_and_other_names_mean_the_same() -> None:
    node = parse_expression('HEADERS.trace IN ["a", 1, true]')
    assert node == In(Path(Root.HEADER, ("trace",), 1), ("a", 1, True))
    assert parse_expression("timestamp >= 5") == parse_expression("time      >= 5").__class__(
        Path(Root.TIME, (), 1), Comparison.AT_LEAST, 5, 14
    )


def test_null_has_several_forms() -> None:
    value = Null(Path(Root.VALUE, (), 1))
    for text in ("value null", "value is null", "value == null"):
        assert parse_expression(text) == value
    for text in ("value is not null", "value != null"):
        assert parse_expression(text) == Not(value)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("key", 4),
        ("key ==", 7),
        ('color == "x"', 1),
        ("key contains 5", 14),
        ("key == 1 key", 10),
        ("(key == 1", 10),
        ("header == 1", 1),
        ("offset.x == 1", 1),
        ("value.items[x] == 1", 13),
        ("value in ()", 11),
        ('size(value) > "a"', 15),
        ("size(offset) > 3", 6),
        ("value < null", 7),
        ("value is 5", 10),
        ("key == 1 and", 13),
        ("value. == 1", 8),
        ("not " * 60 + "key null", 205),
    ],
)
def test_what_is_wrong_is_told_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert refused.value.column == column


@pytest.mark.parametrize(
    "text",
    ["key contains", "not (value.a == 1", "size(value) > 3", "header[", "offset>5", "time is null"],
)
def test_what_begins_like_an_expression_is_one(text: str) -> None:
    assert looks_like_expression(text)


@pytest.mark.parametrize("text", ["error", "key", "key ring", "value is high", "values.x", '"key"'])
def test_other_text_is_searched_for(text: str) -> None:
    assert not looks_like_expression(text)


ROOTS = ["key", "value", "header", "offset"]
SIGNS = [".", "[", "]", "(", ")", "==", "<", ",", "*"]
OTHERS = ["a", "in", "and", "or", "not", '"x"', "5", "null", "is", "exists", "contains", "size"]
WORDS = [*ROOTS, *SIGNS, *OTHERS, "matches"]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_words_parse_or_are_refused_where_they_are_wrong(words: list[str]) -> None:
    text = " ".join(words)
    column = 1
    try:
        parse_expression(text)
    except ExpressionError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
