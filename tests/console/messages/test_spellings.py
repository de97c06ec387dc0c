"""The bytes in which a text may stand: whatever is found holds one of the literals."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.spellings import LITERALS_MAX, Spellings

CHARACTERS = 'aZ 9"\\/\nüÜßſKжЖσΣς東İǆ😀\u0301'
texts = st.text(CHARACTERS, min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("grün", "das GRÜNE Blatt"),
        ("GRÜN", '{"a": "gr\\u00fcn"}'),
        ("grün", '{"a": "GR\\u00DCN"}'),
        ("платёж", "ПЛАТЁЖ отклонён"),
        ("платёж отклонён", json.dumps("Платёж ОТКЛОНЁН")),
        ("東京", "in 東京"),
        ("東京", json.dumps("東京")),
        ("😀", json.dumps("😀")),
        ('ü"', json.dumps('Ü"', ensure_ascii=False)),
        ("ü\n", json.dumps("ü\n")),
        ("ü\n", "ü\n"),
    ],
)
def test_a_text_is_found_in_any_case_as_it_is_and_escaped(text: str, content: str) -> None:
    spellings = Spellings(text)
    assert spellings.are_in(content.encode())
    assert any(each in content.encode().lower() for each in spellings.literals)


@pytest.mark.parametrize(
    ("text", "content"),
    [("grün", "grun"), ("ü", "u\u0308"), ("東京", "東"), ("straße", "strasse"), ("ü", "\\u00f")],
)
def test_what_only_looks_like_it_is_not_found(text: str, content: str) -> None:
    assert not Spellings(text).are_in(content.encode())


@given(texts, texts, texts, st.data())
def test_where_a_spelling_is_a_literal_is(
    text: str, before: str, after: str, data: st.DataObject
) -> None:
    spelled = data.draw(
        st.sampled_from([text, text.upper(), text.lower(), text.swapcase(), text.title()])
    )
    written = data.draw(
        st.sampled_from([str, json.dumps, lambda each: json.dumps(each, ensure_ascii=False)])
    )
    content = written(before + spelled + after).encode()
    spellings = Spellings(text)
    literals = spellings.literals
    assert 0 < len(literals) <= LITERALS_MAX
    if spellings.are_in(content):
        assert any(each in content.lower() for each in literals)
    if spelled == text:
        assert spellings.are_in(content)


def test_of_a_long_text_in_letters_of_two_cases_a_part_is_looked_for() -> None:
    literals = Spellings("платёж отклонён").literals
    assert len(literals) <= LITERALS_MAX
    assert all(len(each) > 4 for each in literals)
