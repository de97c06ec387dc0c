"""The leaves of one message: what each shows, how large it is whole."""

from console.messages.lane import Hit
from console.messages.rendering import View
from console.model.names import TopicPartition
from console.panels.record import Leaf, size_to_show, turned_to
from console.port.readings import RecordReading


def hit_of(value: bytes | None) -> Hit:
    headers = (("a", b"12"), ("none", None))
    return Hit(TopicPartition("orders", 0), RecordReading(7, 1, b"key-1", value, headers))


def test_the_leaf_that_suits_comes_first() -> None:
    assert turned_to(hit_of(b'{"a": 1}'), None).leaf is Leaf.JSON
    assert turned_to(hit_of(b"words"), None).leaf is Leaf.TEXT
    assert turned_to(hit_of(b"\x00\xff"), None).leaf is Leaf.HEX
    assert turned_to(hit_of(None), None).leaf is Leaf.TEXT


def test_a_leaf_that_was_asked_for_stays_though_it_is_shown_another_way() -> None:
    shown = turned_to(hit_of(b"\x00\xff"), Leaf.JSON)
    assert (shown.leaf, shown.rendered.view) == (Leaf.JSON, View.HEX)


def test_headers_and_key_are_leaves_of_their_own() -> None:
    assert turned_to(hit_of(b"x"), Leaf.HEADERS).lines == ("a: 12", "none: ∅")
    assert turned_to(hit_of(b"x"), Leaf.KEY).lines == ("key-1",)


def test_a_leaf_as_large_as_it_is_whole_is_not_cut() -> None:
    hit = hit_of(b"x" * 100_000)
    for leaf in Leaf:
        assert not turned_to(hit, leaf, limit_bytes=size_to_show(hit, leaf)).rendered.is_cut
    assert turned_to(hit, Leaf.TEXT).rendered.is_cut
