"""What a topic falls back to, though its cluster does not tell it with the topic."""

from pathlib import Path

from console.adapters.kafka import KafkaCluster
from console.port.cluster import NewTopic
from engine.kernel.system import SystemClock, SystemEntropy
from tests.support.running_engine import running_engine


async def test_a_default_that_stands_in_a_coarser_key_of_the_broker_is_told(tmp_path: Path) -> None:
    """Method: as Kafka, the engine tells nothing behind `log.retention.ms`, which is not set."""
    async with running_engine(tmp_path) as engine:
        address = str(engine.address)
        cluster = KafkaCluster(address, clock=SystemClock(), entropy=SystemEntropy())
        async with cluster:
            own = {"retention.ms": "5000", "segment.ms": "6000", "retention.bytes": "7"}
            await cluster.writes.create_topic(NewTopic("orders", 1, None, own))
            answer = (await cluster.reads.topic_configs(["orders"]))["orders"]
            assert isinstance(answer, tuple)
            found = {each.name: (each.value, each.default) for each in answer}
            few = (await cluster.reads.topic_configs(["orders"], keys=["retention.ms"]))["orders"]

    assert found["retention.ms"] == ("5000", "604800000")
    assert found["segment.ms"] == ("6000", "604800000")
    assert found["retention.bytes"] == ("7", "-1")
    assert isinstance(few, tuple)
    assert [(each.value, each.default) for each in few] == [("5000", None)]
