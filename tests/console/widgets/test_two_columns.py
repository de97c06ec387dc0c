"""Titled lists in two columns: about as high, in their order, and nothing lost."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.widgets.two_columns import Listed, in_two_columns, lines_of

WIDTH = 20
LISTS = st.lists(
    st.builds(
        Listed,
        st.sampled_from(["Here", "There"]),
        st.lists(st.tuples(st.just("k"), st.text("ab ", max_size=60)), min_size=1).map(tuple),
    ),
    min_size=1,
    max_size=6,
)


def of(title: str, count: int) -> Listed:
    return Listed(title, tuple((f"{at}", f"word {at}") for at in range(count)))


def test_columns_part_between_lists_that_are_nearly_equal() -> None:
    lists = [of("Here", 5), of("Tables", 5), of("Everywhere", 12)]
    assert in_two_columns(lists, WIDTH) == (tuple(lists[:2]), tuple(lists[2:]))


def test_a_long_list_is_parted_and_its_title_stands_over_the_rest() -> None:
    first, second = in_two_columns([of("Here", 2), of("Everywhere", 20)], WIDTH)
    assert [each.title for each in first] == ["Here", "Everywhere"]
    assert [each.title for each in second] == ["Everywhere, continued"]
    assert len(first[1].entries) + len(second[0].entries) == 20
    assert abs(sum(lines_of(each, WIDTH) for each in first) - lines_of(second[0], WIDTH)) <= 1


@given(LISTS)
def test_every_entry_stands_once_in_its_order(lists: list[Listed]) -> None:
    first, second = in_two_columns(lists, WIDTH)
    entries = [entry for each in (*first, *second) for entry in each.entries]
    assert entries == [entry for each in lists for entry in each.entries]


@given(LISTS)
def test_no_column_is_longer_by_more_than_an_entry_and_a_title(lists: list[Listed]) -> None:
    first, second = (
        sum(lines_of(each, WIDTH) for each in column) for column in in_two_columns(lists, WIDTH)
    )
    highest = max(lines_of(Listed("", (entry,)), WIDTH) for each in lists for entry in each.entries)
    assert abs(first - second) <= 2 * (highest + 5)


def test_words_are_wrapped_once_however_many_places_there_are_to_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wrapping is what takes time: over all places it took longer than a frame may."""
    wrapped: list[str] = []

    def counting(text: str, width: int) -> list[str]:
        wrapped.append(text)
        return [text]

    monkeypatch.setattr(textwrap, "wrap", counting)
    in_two_columns([of("Here", 40), of("Everywhere", 40)], WIDTH)
    assert len(wrapped) == 80
