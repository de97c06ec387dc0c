"""Paths into decoded contents, and JSON."""

import json

import pytest

from console.messages.structure import (
    EACH_ELEMENTS_MAX,
    MISSING,
    decoded_json,
    first_that_decodes,
    found_at,
)
from console.messages.syntax import Each, Step

ALL = Each.ELEMENT
DATA = {"a": [{"b": 1}, {"b": None}, {"c": [2, 3]}], "d": {"x": 4, "y": 5}, "0": "zero"}


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], [DATA]),
        (["a", 0, "b"], [1]),
        (["a", -1, "c", 1], [3]),
        (["a", 1, "b"], [None]),
        (["a", 3], []),
        (["a", "0"], []),
        (["0"], ["zero"]),
        (["d", 0], []),
        (["a", ALL, "b"], [1, None]),
        (["a", ALL, "c", ALL], [2, 3]),
        (["d", ALL], [4, 5]),
        (["0", ALL], []),
        ([ALL, ALL, "b"], [1, None]),
        (["missing", ALL], []),
    ],
)
def test_a_path_leads_to_what_is_there(steps: list[Step], found: list[object]) -> None:
    assert found_at(DATA, steps) == found


def test_a_path_to_very_many_elements_is_cut() -> None:
    data = [[0] * 1000] * 1000
    assert len(found_at(data, [ALL, ALL])) == EACH_ELEMENTS_MAX


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"{", b"nope", b"[" * 200_000, b"9" * 10_000, b'"\xff"', b"{'a'}"],
)
def test_what_is_no_json_is_missing(content: bytes) -> None:
    assert decoded_json(content) is MISSING


def test_the_first_decoder_that_knows_a_content_decodes_it() -> None:
    decode = first_that_decodes([decoded_json, lambda content: content.hex()])
    assert decode(json.dumps(None).encode()) is None
    assert decode(b"\xff") == "ff"
    assert first_that_decodes([decoded_json])(b"\xff") is MISSING
