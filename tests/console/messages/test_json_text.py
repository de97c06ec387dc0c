"""JSON laid out for reading, whole or cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.json_text import DEPTH_SHOWN_MAX, in_one_line, laid_out
from tests.support.expressions import documents

JSON = st.recursive(
    documents | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=10,
)


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_it_looks_as_json_does_with_an_indent_of_two(
    document: object, indent: str | int | None, is_ascii: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    wanted = json.dumps(document, indent=2, ensure_ascii=is_ascii)
    assert laid_out(text, is_cut=False) == wanted


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_one_line_looks_as_json_does_without_an_indent(
    document: object, indent: str | int | None, is_spaced: bool
) -> None:
    text = json.dumps(document, indent=indent)
    separators = (", ", ": ") if is_spaced else (",", ":")
    assert in_one_line(text, is_spaced=is_spaced) == json.dumps(document, separators=separators)


def test_what_is_not_json_has_no_line() -> None:
    assert in_one_line("{'a': 1}", is_spaced=False) is None


@given(JSON, st.integers(0, 200))
def test_what_was_cut_is_laid_out_as_far_as_it_goes(document: object, size: int) -> None:
    text = json.dumps(document)[:size]
    shown = laid_out(text, is_cut=True)
    assert shown is not None
    assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["{", "]", "{]x", '{"a": nope}', "[1 'x']", "<a>", '"open'])
def test_what_is_not_json_is_refused(text: str) -> None:
    assert laid_out(text, is_cut=False) is None


def test_numbers_and_repeated_names_stay_as_they_were_written() -> None:
    assert laid_out('{"a":1.10,"a":1E400}', is_cut=False) == '{\n  "a": 1.10,\n  "a": 1E400\n}'


def test_deep_nesting_does_not_blow_up() -> None:
    text = "[" * 30_000
    shown = laid_out(text, is_cut=True)
    assert shown is not None
    assert len(shown) < len(text) * (2 * DEPTH_SHOWN_MAX + 2)
