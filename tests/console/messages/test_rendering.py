"""Contents as text to show: clean, cut, in every view."""

import datetime

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.formats import Part
from console.messages.lane import Hit
from console.messages.rendering import (
    SHOWN_BYTES,
    Rendered,
    View,
    as_json,
    one_line,
    render,
    render_headers,
)
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.readings import RecordReading


def hit(value: bytes | None, *headers: tuple[str, bytes | None], key: bytes | None = None) -> Hit:
    """A record."""
    return Hit(TopicPartition("orders", 0), RecordReading(0, 0, key, value, headers))


def value_of(value: bytes | None, view: View | None = None, **limits: int) -> Rendered:
    """A value in a view."""
    return render(hit(value), Part.VALUE, view, **limits)


def test_json_is_laid_out_unless_another_view_is_asked_for() -> None:
    value = b'{"a":[1,2]}'
    assert value_of(value).text == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert value_of(value, View.TEXT).text == '{"a":[1,2]}'
    assert value_of(value, View.HEX).text.startswith("00000000  7b 22 61")


def test_a_view_that_is_not_possible_is_replaced_by_one_that_is() -> None:
    assert value_of(b"plain", View.JSON).view is View.TEXT
    assert value_of(b"\x00\xff", View.JSON).view is View.HEX
    assert value_of(b"\x00\xff", View.TEXT).text == "␀\\xff"


def test_message_pack_is_shown_as_json() -> None:
    moment = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
    packed = msgpack.packb({"a": b"\x01", 5: moment}, datetime=True)
    shown = value_of(packed)
    assert shown.view is View.JSON
    assert '"base64": "AQ=="' in shown.text
    assert '"5"' in shown.text


def test_nothing_and_empty_are_told_apart() -> None:
    assert value_of(None).text == "∅"
    assert "compacted" in value_of(None).note
    assert value_of(b"").text == ""


def test_eight_bytes_may_be_a_number() -> None:
    assert value_of((1234).to_bytes(8, "big")).note == "as a number 1234"


@pytest.mark.parametrize("view", [None, *View])
@pytest.mark.parametrize(
    "value",
    [
        b"[" + b'{"a":"x"},' * 100_000 + b"0]",
        b"text " * 200_000,
        b"\x00\xff" * 500_000,
        "ü".encode() * 500_000,
    ],
    ids=["json", "text", "bytes", "wide"],
)
def test_a_long_content_is_cut_and_says_so(value: bytes, view: View | None) -> None:
    shown = value_of(value, view)
    assert shown.is_cut
    assert shown.size_bytes == len(value)
    assert len(shown.text) <= 8 * SHOWN_BYTES
    whole = value_of(value, view, limit_bytes=len(value))
    assert whole.is_cut is False
    assert len(whole.text) // len(shown.text) > 9


HOSTILE = st.text(
    st.sampled_from('a"{}[]:,\x00\x1b\x07\x9b\u202e\u200f\u2066\ufeff\n\t\r\\'), max_size=30
)


@given(HOSTILE, st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_nothing_hostile_is_left_in_any_view(text: str, encoding: str) -> None:
    content = text.encode(encoding, "replace")
    record = hit(content, (text, content), key=msgpack.packb({text: [text]}))
    shown = [render(record, part, view).text for part in Part for view in (None, *View)]
    shown.append(render_headers(record).text)
    for each in shown:
        assert plain(each, keeps_lines=True) == each
    for part in Part:
        line = one_line(record, part, 20)
        assert plain(line) == line
        assert len(line) <= 20


def test_headers_are_shown_one_to_a_line() -> None:
    shown = render_headers(hit(None, ("trace", b"abc"), ("raw", b"\x00\x01"), ("none", None)))
    assert shown.text == "trace: abc\nraw: 00 01\nnone: ∅"


def test_endless_headers_are_cut() -> None:
    shown = render_headers(hit(None, *[("name", b"x" * 1000)] * 1000))
    assert shown.is_cut
    assert len(shown.text) < 2 * SHOWN_BYTES


def test_a_row_shows_the_beginning_on_one_line() -> None:
    assert one_line(hit(b'{\n  "a": 1\n}'), Part.VALUE, 40) == '{ "a": 1 }'
    assert one_line(hit(b"x" * 1000), Part.VALUE, 5) == "xxxx…"
    assert one_line(hit(b"\x00\x01\x02\x03\x04"), Part.VALUE, 8) == "00 01 0…"
    assert one_line(hit(msgpack.packb({"a": 1})), Part.VALUE, 40) == '{"a": 1}'
    assert one_line(hit(None), Part.VALUE, 40) == "∅"


def test_what_json_has_no_form_for_is_written_as_text() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert "too deeply" in as_json(deep)
    assert as_json({(1, 2): {3}}, indent=None) == '{"[1, 2]": [3]}'


def test_no_headers_are_told() -> None:
    shown = render_headers(hit(None))
    assert (shown.text, shown.note) == ("∅", "it has no headers")
