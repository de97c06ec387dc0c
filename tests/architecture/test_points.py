"""Every point that clients rely on has a test that bears its number."""

import ast

import pytest

from tests.architecture.points import TABLE, files_by_point, marked, numbered, sections
from tests.architecture.sources import relative, text_of

NUMBERS = [number for section in sections() for number in section.points]
TESTED = files_by_point()


def test_numbers_stand_once_and_in_order() -> None:
    written = [line for line in text_of(TABLE).splitlines() if line.startswith("    [")]
    assert len(written) == len(NUMBERS) > 90
    assert sorted(set(NUMBERS)) == NUMBERS


def test_no_point_is_without_a_test() -> None:
    assert [number for number in NUMBERS if number not in TESTED] == []


def test_no_test_bears_a_number_that_is_no_point() -> None:
    assert [number for number in TESTED if number not in NUMBERS] == []


def test_only_tests_bear_numbers() -> None:
    others = [
        f"{relative(path)}: {name}" for path, name, _ in numbered() if not name.startswith("test_")
    ]
    assert others == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@pytest.mark.point(3)\ndef test_a(): ...", [("test_a", 3)]),
        ("@pytest.mark.point(3, 4)\nasync def test_a(): ...", [("test_a", 3), ("test_a", 4)]),
        ("@pytest.mark.needs('kcat')\ndef test_a(): ...", []),
        ("def test_point_3(): ...", []),
    ],
)
def test_a_number_is_seen_where_it_is_borne(source: str, found: list[tuple[str, int]]) -> None:
    assert list(marked(ast.parse(source))) == found
