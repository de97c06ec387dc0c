"""Writing to a topic that somebody deletes: nothing ends, nothing is lost, and it is said."""

from typing import Any

import pytest

from console.demo.outlet import TOLD_S, Outlet
from tests.support.clock import FakeClock
from tests.support.demo_clients import FakeProducer, kafka_error

RECORD = ("payments", b"1", b"customer-1", 1_700_000_000_000)


class Shop:
    """Producers as they are asked for, and topics that are made again or cannot be."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.made: list[FakeProducer] = []
        self.restored = 0
        self.broken = False
        self.outlet = Outlet(self.clock, self._make, self._restore)

    def _make(self) -> Any:
        self.made.append(FakeProducer())
        return self.made[-1]

    def _restore(self) -> None:
        if self.broken:
            raise kafka_error("no broker")
        self.restored += 1


def test_a_topic_that_is_gone_is_made_again_and_what_was_refused_is_written_there() -> None:
    shop = Shop()
    shop.made[0].is_gone = True
    shop.outlet.write(*RECORD)
    with pytest.raises(BufferError):
        shop.outlet.write(*RECORD)
    shop.outlet.poll(0)
    assert shop.restored == 1
    assert [record[1] for record in shop.made[1].sent] == [b"1"]
    assert shop.outlet.note == "a topic was deleted; it was made again"
    shop.clock.advance(TOLD_S)
    assert shop.outlet.note == ""


def test_what_was_on_its_way_when_the_topic_went_is_written_again() -> None:
    shop = Shop()
    shop.outlet.write(*RECORD)
    shop.made[0].is_gone = True
    shop.outlet.poll(0)
    assert shop.made[1].sent == [RECORD[:3]]
    assert shop.outlet.flush(1) == 0


def test_while_topics_cannot_be_made_again_it_is_said_and_tried_again() -> None:
    shop = Shop()
    shop.broken = True
    shop.made[0].is_gone = True
    shop.outlet.write(*RECORD)
    shop.outlet.poll(0)
    assert shop.outlet.note == "the topics cannot be made again: no broker"
    assert shop.outlet.flush(1) == 1
    shop.broken = False
    shop.clock.advance(2)
    shop.outlet.poll(0)
    assert shop.restored == 1
    assert len(shop.made[-1].sent) == 1


def test_another_refusal_is_raised() -> None:
    shop = Shop()

    def refuse(*_: object, **__: object) -> None:
        raise kafka_error("too large")

    shop.made[0].produce = refuse  # type: ignore[method-assign] # the one thing that differs
    with pytest.raises(Exception, match="too large"):
        shop.outlet.write(*RECORD)
