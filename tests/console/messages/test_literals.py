"""What a record must hold to pass."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.filter import parse_record_filter
from console.messages.literals import Clause, clauses_of, forms_of
from console.messages.syntax import Root, parse_expression
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from tests.support.expressions import Meaning, documents, expressions


def clauses(text: str, *, has_names: bool = True) -> list[tuple[Root | None, set[bytes]]]:
    """The clauses of an expression."""
    found: tuple[Clause, ...] = clauses_of(parse_expression(text), has_names_in_records=has_names)
    return [(clause.root, set(clause.literals)) for clause in found]


def test_texts_names_and_headers_are_looked_for() -> None:
    assert clauses('key contains "ab" and value.total > 5 and header.trace == "x"') == [
        (Root.KEY, {b"ab"}),
        (Root.VALUE, {b"total", b"\\u"}),
        (None, {b"trace"}),
        (Root.HEADER, {b"x", b"\\u"}),
    ]


def test_one_of_several_is_enough() -> None:
    assert clauses('key contains "ab" or value contains "cd"') == [(None, {b"ab", b"cd"})]
    assert clauses('key in ("ab", "cd")') == [(Root.KEY, {b"ab", b"cd", b"\\u"})]


NOTHING_DEMANDED = """
key != "a"
not key contains "a"
key > 5
key contains "a" or offset > 5
value null
key matches "a"
key contains ""
value.a null
value in (null, "a")
"""


@pytest.mark.parametrize("text", NOTHING_DEMANDED.split("\n")[1:-1])
def test_nothing_is_demanded_where_nothing_can_be(text: str) -> None:
    assert clauses(text) == []


def test_names_from_a_schema_are_not_looked_for() -> None:
    assert clauses('value.total == "RED"', has_names=False) == []
    assert clauses('value contains "RED"', has_names=False) == [(Root.VALUE, {b"RED"})]


def test_a_text_is_found_as_json_writes_it() -> None:
    assert forms_of('ü"') == {b'\xc3\xbc"', b'\xc3\xbc\\"', b'\\u00fc\\"', b'\\u00FC\\"'}


def slashes_escaped(document: object) -> str:
    """JSON as PHP writes it."""
    return json.dumps(document).replace("/", "\\/")


WRITERS = (json.dumps, lambda d: json.dumps(d, ensure_ascii=False), slashes_escaped)


@given(expressions, documents, st.sampled_from(WRITERS))
def test_no_record_that_passes_is_sorted_out_before(
    expression: Meaning, document: object, writer: object
) -> None:
    assert callable(writer)
    record = RecordReading(0, 0, None, writer(document).encode("utf-8", "surrogatepass"), ())
    keep = parse_record_filter(expression.text, 0)
    assert keep is not None
    assert keep(TopicPartition("t", 0), record) == expression.passes(document)
