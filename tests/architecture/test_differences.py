"""What the engine says to differ from Kafka is told to users, with a reason."""

import pytest

from tests.architecture.differences import (
    ENGINE,
    in_other_words,
    places,
    quotes,
    rows,
    said_in,
)
from tests.architecture.sources import relative, text_of

KEYS = {"api", "difference", "reason", "talk", "labels", "paths", "scene", "seen", "where"}
PLACES = list(places())
QUOTES = list(quotes())


def test_rows_have_the_keys_that_are_looked_for() -> None:
    assert [row for row in rows() if not row.keys() <= KEYS] == []
    assert len({row["difference"] for row in rows()}) == len(rows())


def test_each_place_that_says_a_difference_has_a_row() -> None:
    assert len(PLACES) > 40
    unlisted = [
        place
        for place in PLACES
        if not any(place.module == module and words in place.text for module, words in QUOTES)
    ]
    assert unlisted == []


def test_each_row_quotes_what_its_modules_say() -> None:
    unsaid = [
        (module, words)
        for module, words in QUOTES
        if not any(place.module == module and words in place.text for place in PLACES)
    ]
    assert unsaid == []


def test_a_row_that_no_comparison_shows_names_where_the_engine_says_it() -> None:
    assert [
        row["difference"] for row in rows() if not row.get("seen", True) and "where" not in row
    ] == []


def test_no_difference_is_said_in_other_words() -> None:
    found = [
        (relative(path), words)
        for path in ENGINE
        if "Kafka" in text_of(path)
        for words in in_other_words(text_of(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('"""A noun.\n\nDiffers from Kafka: one. Two\nthree.\n\nMore.\n"""', [": one. Two three."]),
        ('"""Differs\n  from Kafka: one."""', [": one."]),
        ("if a:\n    # Differs from Kafka, which\n    # fails.\n    b = 1\n", [", which fails."]),
        (
            'T = """\na | int | 1\n    A. Differs from Kafka:\n    0.\nb | int | 2\n    B.\n"""',
            [": 0."],
        ),
        ('"""As in Kafka: nothing differs."""', []),
    ],
)
def test_what_a_module_says_ends_with_its_paragraph(source: str, said: list[str]) -> None:
    assert list(said_in(source)) == said


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""Unlike Kafka, it waits."""', ["Unlike Kafka"]),
        ("# Kafka does not wait.\n", ["Kafka does not"]),
        ('"""It waits.\n\nDiffers from Kafka: there it does not. Kafka never waits.\n"""', []),
    ],
)
def test_a_difference_in_other_words_is_seen(source: str, found: list[str]) -> None:
    assert list(in_other_words(source)) == found
