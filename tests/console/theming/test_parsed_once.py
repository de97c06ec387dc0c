"""A sheet is parsed once for each set of tokens, and says what Textual's own would say."""

from collections.abc import Mapping

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet, StylesheetParseError

from console.theming.parsed_once import ParsedOnce

SHEET = "Label { color: $ink; } Label.wide:hover { width: 1fr; }"
BLUE: Mapping[str, str] = {"ink": "#0000ff"}
RED: Mapping[str, str] = {"ink": "#ff0000"}


def read(sheets: Stylesheet, text: str = SHEET, *, scope: str = "") -> Stylesheet:
    sheets.add_source(text, ("ours", text), is_default_css=True, scope=scope)
    sheets.parse()
    return sheets


def ink_of(sheets: Stylesheet) -> Color:
    return sheets.rules[0].styles.color


def test_rules_are_those_of_textual() -> None:
    theirs, ours = read(Stylesheet(variables=dict(BLUE))), read(ParsedOnce(variables=BLUE))
    assert ours.css == theirs.css
    assert ours.rules_map.keys() == theirs.rules_map.keys()


def test_another_application_with_these_tokens_has_the_same_rules() -> None:
    one, other = read(ParsedOnce(variables=BLUE)), read(ParsedOnce(variables=BLUE))
    assert all(a is b for a, b in zip(one.rules, other.rules, strict=True))


def test_other_tokens_have_rules_of_their_own_and_the_first_come_back() -> None:
    sheets = read(ParsedOnce(variables=BLUE))
    first = sheets.rules[0]
    sheets.set_variables(dict(RED))
    sheets.reparse()
    assert ink_of(sheets) == Color.parse("#ff0000")
    sheets.set_variables(dict(BLUE))
    sheets.reparse()
    assert sheets.rules[0] is first
    assert ink_of(sheets) == Color.parse("#0000ff")


def test_scope_and_place_tell_equal_sheets_apart() -> None:
    wide, scoped = read(ParsedOnce(variables=BLUE)), read(ParsedOnce(variables=BLUE), scope="Panel")
    assert scoped.rules[0] is not wide.rules[0]
    assert scoped.css != wide.css


def test_sheets_that_an_application_has_are_taken_over() -> None:
    theirs = read(Stylesheet(variables=dict(BLUE)), scope="Panel")
    ours = ParsedOnce.in_place_of(theirs, BLUE)
    assert ours.source == theirs.source
    assert ours.css == theirs.css


def test_more_sheets_than_textual_keeps_are_parsed_once() -> None:
    sheets = ParsedOnce(variables=BLUE)
    for number in range(100):
        read(sheets, f".n{number} {{ color: $ink; }}")
    before = list(sheets.rules)
    sheets.reparse()
    assert all(a is b for a, b in zip(sheets.rules, before, strict=True))


def test_faulty_sheet_is_told_every_time_and_the_rules_in_use_stay() -> None:
    sheets = read(ParsedOnce(variables=BLUE))
    sheets.add_source("Label { width: red; }", ("ours", "faulty"))
    with pytest.raises(StylesheetParseError):
        sheets.reparse()
    with pytest.raises(StylesheetParseError):
        sheets.reparse()
    assert ink_of(sheets) == Color.parse("#0000ff")
