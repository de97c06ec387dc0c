"""A record as a text for an editor, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.editing import (
    EditError,
    editable,
    edited,
    is_as_before,
    json_fault,
    read_back,
)
from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.port.cluster import NewRecord
from console.port.readings import RecordReading

TEXTS = st.text(st.sampled_from('ab:"\\ \n\r\t#{}[],01é\x00\u2028'), max_size=10) | st.sampled_from(
    ["null", "base64:x", '{"a": 1.10}', "[1,\n2]", "key: x\n\nvalue"]
)
CONTENTS = st.none() | st.binary(max_size=10) | TEXTS.map(str.encode)


def hit(key: bytes | None, value: bytes | None, *headers: tuple[str, bytes | None]) -> Hit:
    """A record."""
    return Hit(TopicPartition("orders", 3), RecordReading(7, 0, key, value, headers))


@given(CONTENTS, CONTENTS, st.lists(st.tuples(TEXTS, CONTENTS), max_size=3))
def test_a_text_that_was_not_touched_is_the_same_record(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    record = hit(key, value, *headers)
    assert edited(editable(record), record) == NewRecord(key, value, tuple(headers))


@given(CONTENTS, CONTENTS, st.lists(st.tuples(TEXTS, CONTENTS), max_size=3))
def test_what_is_in_the_text_alone_is_enough_unless_it_is_json(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    record = hit(key, value, *headers)
    made = edited(editable(record), hit(None, b"something else"))
    assert (made.key, made.headers) == (key, tuple(headers))
    assert editable(hit(made.key, made.value, *made.headers)) == editable(record)


def test_json_is_laid_out_and_what_was_typed_is_published() -> None:
    record = hit(b"customer-7", b'{"total":12.50}', ("trace", b"a"), ("raw", b"\xff"))
    text = editable(record)
    assert text.splitlines()[2:] == [
        "key: customer-7",
        "header trace: a",
        "header raw: base64:/w==",
        "",
        "{",
        '  "total": 12.50',
        "}",
    ]
    made = edited(text.replace("12.50", "13").replace("trace: a", "trace: null"), record)
    assert made.value == b'{"total":13}'
    assert made.headers == (("trace", None), ("raw", b"\xff"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a":1.50,"b":[]}', b'{"a":2.50,"b":[]}'),
        (b'{"a": 1.50, "b": []}', b'{"a": 2.50, "b": []}'),
        (b'{"a" :1.50,"b":[]}', b'{\n  "a": 2.50,\n  "b": []\n}'),
        (b'{\n "a":1.50}', b'{\n  "a": 2.50\n}'),
    ],
)
def test_json_goes_back_into_one_line_where_it_stood_in_one(before: bytes, after: bytes) -> None:
    record = hit(None, before)
    assert edited(editable(record).replace("1.50", "2.50"), record).value == after


def test_what_was_not_touched_is_known_as_that() -> None:
    record = hit(b"k", b'{"a":1}', ("h", None))
    assert is_as_before(edited(editable(record), record), record)
    changed = editable(record).replace("header h: null", "header h: x")
    assert not is_as_before(edited(changed, record), record)


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    with pytest.raises(EditError, match="line 2: it is not text in UTF-8"):
        read_back(b"key: a\n\xff\n\nvalue", hit(None, None))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b'{"a": 1}', b'{\n"a": }', "not JSON from line 2, character 6 on"),
        (b'{"a": 1}', b'{"a": 2}', ""),
        (b'{"a": 1}', None, ""),
        (b'{"a": 1}', b"", "not JSON"),
        (b"12", b"twelve", ""),
        (b"<a/>", b"<b/>", ""),
        (None, b"{", ""),
    ],
)
def test_json_that_is_none_any_more_is_told(
    before: bytes | None, after: bytes | None, fault: str
) -> None:
    assert json_fault(NewRecord(None, after), hit(None, before)) == fault


def test_json_too_large_to_lay_out_stays_as_it_is() -> None:
    value = b'{"a":"' + b"x" * (1 << 20) + b'"}'
    record = hit(None, value)
    assert editable(record).encode().endswith(value + b"\n")
    assert edited(editable(record), record).value == value


def test_a_head_may_be_emptied() -> None:
    assert edited("\njust a value\n", hit(b"k", b"v")) == NewRecord(None, b"just a value")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("key: a", 1),
        ("keys: a\n\nvalue", 1),
        ('# note\nkey: "a\n\nvalue', 2),
        ("key: base64:?\n\nvalue", 1),
        ("header a\n\nvalue", 1),
        ('header "a: b\n\nvalue', 1),
        ('header "a" b\n\nvalue', 1),
        ("value: null\n\nvalue", 3),
        ("key: a\n\nbase64:?", 3),
    ],
)
def test_what_is_no_record_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(EditError) as refused:
        edited(text, hit(None, None))
    assert refused.value.line == line
