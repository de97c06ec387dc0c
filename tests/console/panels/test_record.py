"""The leaves of one message: what each shows, how large it is whole."""

from dataclasses import replace

from console.messages.lane import Hit
from console.messages.rendering import View
from console.model.names import TopicPartition
from console.panels.record import Leaf, RecordHead, size_to_show, turned_to
from console.panels.times import Times
from console.port.readings import RecordReading
from console.settings import TimeStyle
from tests.support.clock import FAKE_EPOCH_MS
from tests.support.hand import at_rest
from tests.support.stage import Stage, lines_of


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


async def test_a_place_that_has_room_is_not_cut() -> None:
    hit = hit_of(b"x")
    record = replace(hit.record, offset=1_204, timestamp_ms=FAKE_EPOCH_MS - 60_000)
    hit = replace(hit, record=record)
    head = RecordHead()
    app = Stage(head)
    async with app.run_test(size=(80, 24)):
        head.show(hit, turned_to(hit, None), Times(TimeStyle.UTC), FAKE_EPOCH_MS)
        await at_rest(app)
        assert lines_of(app)[0].endswith("(1m ago)   headers 2")
