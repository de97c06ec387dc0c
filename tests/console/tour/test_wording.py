"""Keys in texts are those of the person's keymap."""

import pytest

from console.keys.keymap import DEFAULT_KEYMAP, load_keymap
from console.tour.wording import NO_KEY, Piece, pieces, told

VIEWS = ("overview", "topics", "groups")
TEXT = "Press {table.open} or {view:groups}."


def test_marks_become_keys_and_the_rest_stays() -> None:
    assert pieces(TEXT, DEFAULT_KEYMAP, VIEWS) == [
        Piece("Press "),
        Piece("⏎", is_key=True),
        Piece(" or "),
        Piece("3", is_key=True),
        Piece("."),
    ]


def test_a_changed_key_is_told() -> None:
    keymap, problems = load_keymap("plain", {"table.open": "o"})
    assert not problems
    assert told(TEXT, keymap, VIEWS) == "Press o or 3."


def test_what_has_no_key_is_told_as_its_command_if_it_has_one() -> None:
    keymap, problems = load_keymap("plain", {"app.tour": "", "table.open": ""})
    assert not problems
    assert told("{app.tour} {table.open}", keymap, VIEWS) == f":tour {NO_KEY}"


@pytest.mark.parametrize(("mark", "error"), [("{table.opn}", KeyError), ("{view:x}", ValueError)])
def test_a_mark_that_names_nothing_is_refused(mark: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        pieces(mark, DEFAULT_KEYMAP, VIEWS)
