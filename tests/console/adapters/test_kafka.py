"""A cluster behind the port: read only, it sends no change at all."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from console.adapters.kafka import KafkaCluster
from console.model.names import TopicPartition
from console.port.cluster import NewRecord, NewTopic, Writes
from console.port.errors import ClusterError, Refused
from engine.kernel.system import SystemClock
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.running_engine import connect, create_topic, running_engine
from tests.support.scripted_broker import ScriptedBroker
from tests.support.scripted_cluster import IMPATIENT

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


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_that_is_answered_shows_that_the_cluster_is_there(
    change: Callable[[Writes], Awaitable[object]], tmp_path: Path
) -> None:
    """Where the broker goes away later on, nobody is told to start one."""
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await create_topic(client, "orders")
        address = str(engine.address)
        async with KafkaCluster(address, clock=SystemClock(), entropy=SeededEntropy()) as cluster:
            with suppress(ClusterError):
                await change(cluster.writes)
            assert cluster.link.was_answered


async def test_a_change_that_nobody_answers_shows_nothing() -> None:
    async with ScriptedBroker() as broker:
        address = str(broker.endpoint)
    async with KafkaCluster(
        address, clock=FakeClock(), entropy=SeededEntropy(), settings=IMPATIENT
    ) as cluster:
        with suppress(ClusterError):
            await cluster.writes.publish("orders", [NewRecord(b"k", b"v")])
        with suppress(ClusterError):
            await cluster.writes.delete_topic("orders")
        assert not cluster.link.was_answered
