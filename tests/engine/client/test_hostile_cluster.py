"""A cluster that answers well-formed nonsense: values or `ClientError`, nothing else escapes."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from engine.client.configs import ConfigChange, Operation, Resource, ResourceType
from engine.client.errors import ClientError, Unreachable
from engine.client.kafka import KafkaClient
from engine.client.offsets import Position
from engine.client.producer import Outgoing, ProducerSettings
from engine.client.topics import NewTopic
from engine.kernel.ids import TopicPartition
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
)
from tests.support.messages import random_message
from tests.support.scripted_broker import Answer
from tests.support.scripted_cluster import ScriptedCluster

PARTITIONS = [TopicPartition("t", 0), TopicPartition("t", 1)]
TOPIC = Resource(ResourceType.TOPIC, "t")
OPERATIONS: dict[str, Callable[[KafkaClient], Awaitable[object]]] = {
    "describe topics": lambda c: c.topics.describe(),
    "create topics": lambda c: c.topics.create([NewTopic("t", 1, 1)]),
    "delete topics": lambda c: c.topics.delete(["t"]),
    "add partitions": lambda c: c.topics.add_partitions({"t": 3}),
    "describe configs": lambda c: c.configs.describe([TOPIC]),
    "alter configs": lambda c: c.configs.alter({TOPIC: [ConfigChange("a", Operation.DELETE)]}),
    "find offsets": lambda c: c.offsets.find_all(PARTITIONS, Position.LATEST),
    "delete records": lambda c: c.offsets.delete_records(dict.fromkeys(PARTITIONS, -1)),
    "log directories": lambda c: c.nodes.log_directories(),
    "list groups": lambda c: c.groups.list_groups(),
    "describe groups": lambda c: c.groups.describe(["g", "h"], consumer_type=frozenset({"h"})),
    "delete groups": lambda c: c.groups.delete(["g"]),
    "fetch offsets": lambda c: c.group_offsets.fetch({"g": None, "h": PARTITIONS}),
    "commit offsets": lambda c: c.group_offsets.commit("g", dict.fromkeys(PARTITIONS, 1)),
    "delete offsets": lambda c: c.group_offsets.delete("g", PARTITIONS),
    "produce": lambda c: c.producer().send("t", [Outgoing(b"v", key=b"k"), Outgoing(b"w")]),
    "produce with idempotence": lambda c: c.producer(ProducerSettings(is_idempotent=True)).send(
        "t", [Outgoing(b"v")]
    ),
    "fetch": lambda c: c.fetcher().fetch(dict.fromkeys(PARTITIONS, 0)),
}


def nonsense(response: type[Any], rng: random.Random) -> Callable[[object], Answer]:
    version = response.MAX_VERSION

    def answer(request: object) -> Answer:
        made: Answer = random_message(response, version, rng)
        if rng.random() < 0.7 and hasattr(made, "error_code"):
            made.error_code = 0
        return made

    return answer


@pytest.mark.parametrize("name", OPERATIONS)
async def test_nonsense_becomes_values_or_errors(name: str) -> None:
    rng = random.Random(name)
    escaped: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    outcomes: list[object] = []
    async with ScriptedCluster(1, {"t": [1, 1]}) as cluster:
        cluster.coordinators = {"g": 1, "h": 1}
        broker = cluster.nodes[1]
        honest = dict(broker.script)
        for key, row in APIS.items():
            if key is not ApiKey.API_VERSIONS:
                broker.script[row.request] = nonsense(row.response, rng)
        for sample in range(25):
            # The first half still finds its way; in the second half nothing makes sense.
            if sample < 20:
                broker.script.update(honest)
            async with cluster.client() as client:
                try:
                    outcomes.append(await OPERATIONS[name](client))
                except ClientError as error:
                    outcomes.append(error)
            for request in honest:
                broker.script[request] = nonsense(_response_of(request), rng)
    assert len(broker.asked) > 25
    assert len(outcomes) == 25
    assert escaped == []


def _response_of(request: type[Any]) -> type[Any]:
    return APIS[request.API_KEY].response


@pytest.mark.parametrize(
    ("host", "port"),
    [("x" * 300, 9092), ("no host", 9092), ("", 9092), ("127.0.0.1", 99_999), ("127.0.0.1", -1)],
)
async def test_an_advertised_address_that_is_none_is_unreachable(host: str, port: int) -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[MetadataRequest] = MetadataResponse(
            brokers=[MetadataResponseBroker(5, host, port)]
        )
        await client.cluster.metadata()
        with pytest.raises(Unreachable):
            await client.cluster.connection(5)
