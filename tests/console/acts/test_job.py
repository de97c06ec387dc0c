"""How many things there are, and as many of their names as fit."""

from console.acts.job import Job, counted, first_of, name_lines


async def nothing(_: str) -> None:
    """Is done to each."""


def test_one_thing_is_not_many() -> None:
    assert counted(1, "topic") == "1 topic"
    assert counted(1_200, "topic") == "1,200 topics"
    assert Job("Delete topics", "topic", "deleted", ("a", "b"), nothing).many == "2 topics"


def test_lines_are_cut_with_a_count() -> None:
    lines = ["a", "b", "c", "d"]
    assert first_of(lines, 4) == lines
    assert first_of(lines, 3) == ["a", "b", "and 2 more"]


def test_names_are_cleaned_and_short() -> None:
    told = name_lines(["a\x1b[2Jb", "x" * 300], 8)
    assert told[0] == "a␛[2Jb"
    assert len(told[1]) == 54
