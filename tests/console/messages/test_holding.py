"""Which transaction holds a record: the one that began first and is open."""

import pytest

from console.messages.holding import holder, holder_told
from console.model.names import TopicPartition
from console.port.errors import ClusterError, NotSupported, Refused
from console.port.readings import ProducerReading
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster

KEY = TopicPartition("orders", 3)


def producer(producer_id: int, transaction_start: int | None) -> ProducerReading:
    return ProducerReading(producer_id, 7, 10, 0, transaction_start)


@pytest.mark.parametrize(
    ("offset", "producer_id"), [(1_100, 2), (1_500, 2), (1_050, 2), (1_049, None)]
)
def test_the_transaction_that_began_first_holds_all_that_lies_behind_it(
    offset: int, producer_id: int | None
) -> None:
    found = holder([producer(1, 1_100), producer(2, 1_050), producer(3, None)], offset)
    assert (found and found.producer_id) == producer_id


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (producer(4012, 1_200),),
            "held by producer 4012, epoch 7: its transaction is open since offset 1,200",
        ),
        ((producer(4012, None),), "no transaction holds it any more"),
        ((), "no transaction holds it any more"),
        (NotSupported("too old"), "which transaction holds it is not known: too old"),
        (Refused("no\nrights"), "which transaction holds it is not known: no␊rights"),
    ],
)
async def test_it_is_told_or_why_it_is_not_known(
    answer: tuple[ProducerReading, ...] | ClusterError, said: str
) -> None:
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic(KEY.topic, 4)
    cluster.writers[KEY] = answer
    assert await holder_told(KEY, 1_204, cluster) == said
