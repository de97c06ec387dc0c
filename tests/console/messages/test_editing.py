"""A record as a text for an editor, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.editing import EditError, editable, edited
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
    assert made.value == b'{\n  "total": 13\n}'
    assert made.headers == (("trace", None), ("raw", b"\xff"))


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
