"""Which columns are wanted: hidden, moved, kept through versions, and never none."""

from hypothesis import given
from hypothesis import strategies as st

from console.widgets.column_choice import AS_MADE, ColumnChoice
from console.widgets.columns import Column

COLUMNS = tuple(Column(key, key.upper(), 4) for key in "abcd")


def shown(choice: ColumnChoice) -> str:
    return "".join(column.key for column in choice.shown(COLUMNS))


def test_at_first_every_column_stands_where_it_was_made() -> None:
    assert shown(AS_MADE) == "abcd"


def test_a_column_is_hidden_and_shown_again_at_its_place() -> None:
    hidden = AS_MADE.toggled("b", COLUMNS)
    assert shown(hidden) == "acd"
    assert hidden.toggled("b", COLUMNS) == AS_MADE


def test_the_last_column_stays() -> None:
    choice = AS_MADE
    for key in "abcd":
        choice = choice.toggled(key, COLUMNS)
    assert shown(choice) == "d"


def test_a_choice_that_hides_everything_hides_nothing() -> None:
    """A file can say what the dialog never does."""
    assert shown(ColumnChoice(hidden=frozenset("abcd"))) == "abcd"


def test_a_column_moves_past_hidden_ones_too_and_not_beyond_the_ends() -> None:
    assert shown(AS_MADE.moved("a", 1, COLUMNS)) == "bacd"
    assert shown(AS_MADE.moved("d", -9, COLUMNS)) == "dabc"
    assert AS_MADE.moved("a", -1, COLUMNS) == AS_MADE
    assert AS_MADE.moved("d", 1, COLUMNS) == AS_MADE


def test_columns_of_other_versions_do_no_harm() -> None:
    old = ColumnChoice(("d", "gone", "b"), frozenset({"gone", "b"}))
    assert shown(old) == "dac"


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-5, 5)), max_size=12))
def test_whatever_is_done_each_column_is_there_once_and_one_is_shown(
    steps: list[tuple[str, int]],
) -> None:
    choice = AS_MADE
    for key, by in steps:
        choice = choice.moved(key, by, COLUMNS) if by else choice.toggled(key, COLUMNS)
        assert sorted(column.key for column in choice.ordered(COLUMNS)) == list("abcd")
        assert 1 <= len(shown(choice)) <= 4
