"""A cluster behind the port: read only, it sends no change at all."""

from collections.abc import Awaitable, Callable

import pytest

from console.adapters.kafka import KafkaCluster
from console.model.names import TopicPartition
from console.port.cluster import NewRecord, NewTopic, Writes
from console.port.errors import Refused
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.scripted_broker import ScriptedBroker

PLACE = TopicPartition("orders", 0)
CHANGES: dict[str, Callable[[Writes], Awaitable[object]]] = {
    "create_topic": lambda writes: writes.create_topic(NewTopic("orders", 1)),
    "delete_topic": lambda writes: writes.delete_topic("orders"),
    "add_partitions": lambda writes: writes.add_partitions("orders", 2),
    "set_topic_configs": lambda writes: writes.set_topic_configs("orders", {"retention.ms": "1"}),
    "set_broker_configs": lambda writes: writes.set_broker_configs(1, {"max.connections": "9"}),
    "publish": lambda writes: writes.publish("orders", [NewRecord(b"k", b"v")]),
    "delete_records": lambda writes: writes.delete_records({PLACE: 1}),
    "set_offsets": lambda writes: writes.set_offsets("billing", {PLACE: 1}),
    "delete_offsets": lambda writes: writes.delete_offsets("billing", [PLACE]),
    "delete_group": lambda writes: writes.delete_group("billing"),
}


def test_every_change_is_among_those_that_are_tried() -> None:
    assert set(CHANGES) == {name for name in vars(Writes) if not name.startswith("_")}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_cluster_to_look_at_sends_no_change(
    change: Callable[[Writes], Awaitable[object]],
) -> None:
    async with ScriptedBroker() as broker:
        async with KafkaCluster(
            str(broker.endpoint), clock=FakeClock(), entropy=SeededEntropy(), is_read_only=True
        ) as cluster:
            with pytest.raises(Refused, match="read_only"):
                await change(cluster.writes)
        assert broker.connections == 0
