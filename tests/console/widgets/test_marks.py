"""Which rows are marked: one by one, by ranges, and what is left when rows go."""

from console.widgets.marks import Marks

SHOWN = ("a", "b", "c", "d", "e")


def test_a_key_is_marked_and_no_longer() -> None:
    marks = Marks().toggled("b").toggled("d")
    assert marks == Marks(frozenset("bd"), "d")
    assert marks.toggled("d") == Marks(frozenset("b"))


def test_a_range_goes_from_the_last_mark_both_ways() -> None:
    marks = Marks().toggled("c")
    assert marks.through("e", SHOWN) == Marks(frozenset("cde"), "e")
    assert marks.through("a", SHOWN) == Marks(frozenset("abc"), "a")
    assert marks.through("a", SHOWN[::-1]) == Marks(frozenset("abc"), "a")


def test_a_range_keeps_other_marks() -> None:
    marks = Marks().toggled("a").toggled("d").through("e", SHOWN)
    assert marks.keys == frozenset("ade")


def test_a_range_without_a_mark_in_sight_is_one_row() -> None:
    assert Marks().through("b", SHOWN) == Marks(frozenset("b"), "b")
    hidden = Marks().toggled("a").through("d", SHOWN[2:])
    assert hidden == Marks(frozenset("ad"), "d")
    taken_back = Marks().toggled("a").toggled("a").through("d", SHOWN)
    assert taken_back == Marks(frozenset("d"), "d")


def test_marks_of_rows_that_are_gone_go_too() -> None:
    marks = Marks().toggled("a").toggled("d")
    assert marks.among(("a", "b")) == Marks(frozenset("a"))
    assert marks.among(SHOWN) == marks


def test_some_marks_can_be_taken_away() -> None:
    marks = Marks().toggled("a").toggled("d")
    assert marks.without(("a", "x")) == Marks(frozenset("d"), "d")
    assert marks.without("d") == Marks(frozenset("a"))
