"""Faults of JSON and base64 in words for people, without those of the parser."""

import base64
import json

import pytest

from console.messages.json_faults import fault_said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"hello", "not JSON"),
        (b"", "not JSON"),
        (b'{"a": }', "not JSON from character 7 on"),
        (b'{"a": 1} x', "not JSON from character 10 on"),
        (b'{\n"a": }', "not JSON from line 2, character 6 on"),
        (b'"\xff"', "not UTF-8: byte 2 belongs to no character"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_where_a_text_stops_being_json_is_said(text: bytes, said: str) -> None:
    with pytest.raises((ValueError, RecursionError)) as raised:
        json.loads(text)
    assert fault_said(raised.value) == said


def test_what_is_no_base64_is_said_to_be_none() -> None:
    with pytest.raises(ValueError) as raised:
        base64.b64decode("?", validate=True)
    assert fault_said(raised.value) == "not base64"


def test_words_of_our_own_stay() -> None:
    assert fault_said(ValueError("a header has no name")) == "a header has no name"
