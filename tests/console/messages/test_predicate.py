"""Expressions against records."""

import json

import pytest
from hypothesis import given

from console.messages.predicate import Subject, compile_predicate
from console.messages.structure import DECODED_BYTES_MAX, decoded_json
from console.messages.syntax import parse_expression
from console.messages.tokens import ExpressionError
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from tests.support.expressions import Meaning, documents, expressions

NOW_MS = 1_700_000_000_000
KEY = TopicPartition("orders", 3)
ORDER = {"order": {"total": 120.5, "paid": True, "note": None, "who": "Jürgen"}, "tags": ["a", "b"]}
RECORD = RecordReading(
    42,
    NOW_MS - 60_000,
    b"customer-7",
    json.dumps(ORDER | {"items": [{"sku": "A-1", "n": 1}, {"sku": "B-2", "n": 5}]}).encode(),
    (("trace", b"a"), ("trace", b"b"), ("count", b"17"), ("empty", None), ("j", b'{"x": [1]}')),
)
TOMBSTONE = RecordReading(43, NOW_MS, b'"quoted"', None, ())


def passes(text: str, record: RecordReading = RECORD) -> bool:
    """Whether a record passes an expression."""
    predicate = compile_predicate(parse_expression(text), NOW_MS)
    return predicate(Subject(KEY, record, decoded_json))


@pytest.mark.parametrize(
    "text",
    [
        'key contains "mer-7"',
        'key starts "customer" and key matches "-[0-9]$"',
        'key == "customer-7"',
        "value.order.total > 100",
        "value.order.total == 120.5 and value.order.paid == true",
        "value.order.note exists and value.order.note null",
        "not value.order.missing exists and value.order.missing is null",
        'value.order.missing != "x"',
        'value.order.who == "Jürgen"',
        'value contains "Jürgen"',
        'value.tags contains "b"',
        'value.items[*].sku == "B-2"',
        "value.items[-1].n == 5 and value.items[0].n in (1, 2)",
        "size(value.items) == 2 and size(value.tags[0]) == 1",
        "size(value) > 50 and size(key) == 10",
        'header.trace == "a" and header.trace == "b"',
        "header.count > 16 and header.count < 17.5",
        "header.empty exists and header.empty null",
        "header.j.x[0] == 1",
        'partition == 3 and offset >= 42 and topic == "orders"',
        'time > "-2m" and time < "-30s"',
        f"timestamp == {NOW_MS - 60_000}",
        'topic matches "^ord"',
    ],
)
def test_what_holds(text: str) -> None:
    assert passes(text)
    assert not passes(f"not ({text})")


@pytest.mark.parametrize(
    "text",
    [
        "value.order.paid == 1",
        'value.order.total == "120.5"',
        'value.order.total < "x"',
        "value.order.who > 5",
        "value.tags.x exists",
        "value.items[9].n exists",
        "header.none exists",
        'header.none == ""',
        "key > 5",
        'value.order contains "total"',
        'value.order.total contains "1"',
        "size(value.order.total) > 0",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not passes(text)


def test_a_tombstone_has_no_value() -> None:
    assert passes("value is null", TOMBSTONE)
    assert passes('value.a != "x"', TOMBSTONE)
    assert not passes("value exists", TOMBSTONE)
    assert not passes('value contains ""', TOMBSTONE)


def test_the_quotes_of_json_are_no_part_of_a_text() -> None:
    assert passes('key == "quoted"', TOMBSTONE)
    assert passes("key == '\"quoted\"'", TOMBSTONE)
    assert passes('key > "a"', TOMBSTONE)


@pytest.mark.parametrize(
    ("text", "column"),
    [('key matches "("', 13), ("time > 'soon'", 8), ('time > "1200"', 8), ("time > 1.5", 8)],
)
def test_what_only_shows_when_compiled_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        passes(text)
    assert refused.value.column == column


def test_a_pattern_that_makes_others_run_for_ever_takes_linear_time() -> None:
    record = RecordReading(0, 0, b"a" * 100_000 + b"!", None, ())
    assert not passes('key matches "^(a+)+$"', record)


def test_a_value_that_is_too_large_is_not_decoded_and_says_so() -> None:
    value = b'{"a":"' + b"x" * DECODED_BYTES_MAX + b'"}'
    subject = Subject(KEY, RecordReading(0, 0, None, value, ()), decoded_json)
    assert not compile_predicate(parse_expression("value.a exists"), NOW_MS)(subject)
    assert subject.is_too_large


@given(expressions, documents)
def test_an_expression_means_what_its_words_say(expression: Meaning, document: object) -> None:
    record = RecordReading(0, 0, None, json.dumps(document).encode(), ())
    assert passes(expression.text, record) == expression.passes(document)
