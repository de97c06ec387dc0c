"""Which partitions, as it is typed."""

import pytest

from console.model.names import TopicPartition
from console.resets.extent import EVERYTHING, Extent, parse_extent


@pytest.mark.parametrize(
    ("text", "extent", "said"),
    [
        ("all", EVERYTHING, "all"),
        (" ALL ", EVERYTHING, "all"),
        ("orders", Extent((("orders", None),)), "orders"),
        ("orders:0", Extent((("orders", frozenset({0})),)), "orders:0"),
        ("orders: 2, 0,2", Extent((("orders", frozenset({0, 2})),)), "orders:0,2"),
        (
            "orders:0 ,2  mails",
            Extent((("orders", frozenset({0, 2})), ("mails", None))),
            "orders:0,2 mails",
        ),
        ("all mails", Extent((("all", None), ("mails", None))), "all mails"),
        ("all:1", Extent((("all", frozenset({1})),)), "all:1"),
    ],
)
def test_what_people_type_is_understood_and_said(text: str, extent: Extent, said: str) -> None:
    assert parse_extent(text) == extent
    assert str(extent) == said


@pytest.mark.parametrize("text", ["", ":0", "orders:", "orders:x", "orders:-1", "orders:0,,1"])
def test_anything_else_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=":0,2"):
        parse_extent(text)


def test_topics_with_a_comma_between_them_are_told_how() -> None:
    with pytest.raises(ValueError, match="blanks between"):
        parse_extent("orders, mails")


def test_it_covers_what_it_names_and_nothing_else() -> None:
    first, other = TopicPartition("orders", 0), TopicPartition("orders", 1)
    elsewhere = TopicPartition("mails", 0)
    covered = {
        str(extent): [extent.covers(key) for key in (first, other, elsewhere)]
        for extent in (
            EVERYTHING,
            Extent((("orders", None),)),
            Extent((("orders", frozenset({0})),)),
            Extent((("mails", None), ("orders", frozenset({1})))),
        )
    }
    assert covered == {
        "all": [True, True, True],
        "orders": [True, True, False],
        "orders:0": [True, False, False],
        "mails orders:1": [False, True, True],
    }
