"""The same requests to a one-node Apache Kafka and to our broker get the same answers.

What differs on purpose is listed, with its reason, in docs/reference/differences.toml.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from tests.kafka.answers.differences import TABLE, between, kept_differences, unexplained
from tests.kafka.answers.plain import Names, Plain, plain
from tests.kafka.answers.talk import Peer
from tests.kafka.answers.talks import TALKS
from tests.peers.apache_kafka import ApacheKafka
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

pytestmark = pytest.mark.needs("apache-kafka")

APIS = TABLE.with_name("kafka-apis.toml")

STATIC = 4
"""The source of a value that a configuration file sets."""

SETTINGS = {
    "log.retention.ms": "-1",
    "group.initial.rebalance.delay.ms": "0",
}
"""Records of talks bear old timestamps: retention must not take them away."""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    with ApacheKafka(tmp_path_factory.mktemp("theirs") / "cluster", settings=SETTINGS) as kafka:
        yield kafka


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("ours") / "data"
    lines = "\n".join(f'"{key}" = "{value}"' for key, value in SETTINGS.items())
    with ServedBroker(data, config=f"[engine]\n{lines}\n") as broker:
        yield broker.address


@pytest.mark.parametrize("name", TALKS)
async def test_answers_are_those_of_kafka(name: str, theirs: ApacheKafka, ours: str) -> None:
    steps = TALKS[name]
    host, _, port = ours.rpartition(":")
    expected = await Peer("127.0.0.1", theirs.ports[0]).hold(steps)
    found = await Peer(host, int(port)).hold(steps)
    differences = unexplained(name, between(expected, found), kept_differences())
    assert not differences, "\n".join(map(str, differences))


async def test_keys_of_a_broker_are_those_of_kafka(theirs: ApacheKafka, ours: str) -> None:
    """Values that only the one's configuration file sets are left out of the comparison."""
    host, _, port = ours.rpartition(":")
    expected = await _keys("127.0.0.1", theirs.ports[0])
    found = await _keys(host, int(port))
    for name, entry in expected.items():
        if entry["config_source"] == STATIC and name not in SETTINGS:
            for field in ("value", "config_source", "synonyms"):
                entry[field] = found.get(name, {}).get(field)
    differences = between([("all", dict(expected))], [("all", dict(found))])
    left = unexplained("keys of a broker", differences, kept_differences())
    assert not left, "\n".join(map(str, left))


async def _keys(host: str, port: int) -> dict[str, dict[str, Plain]]:
    """Everything that a broker describes of itself, by key."""
    request = DescribeConfigsRequest([DescribeConfigsResource(4, "1", None)], True)
    async with WireClient(host, port) as client:
        answer = await client.call(request, DescribeConfigsResponse, 4)
    entries = plain(answer.results[0].configs, Names())
    assert isinstance(entries, list)
    return {str(entry["name"]): entry for entry in entries if isinstance(entry, dict)}


async def test_apis_and_versions_of_kafka_are_those_of_the_reference(
    theirs: ApacheKafka, ours: str
) -> None:
    """What is served here is served in exactly Kafka's versions."""
    table = {key: (low, high) for key, _, low, high in tomllib.loads(APIS.read_text())["apis"]}
    host, _, port = ours.rpartition(":")

    assert await _listed("127.0.0.1", theirs.ports[0]) == table
    assert (await _listed(host, int(port))).items() <= table.items()


async def _listed(host: str, port: int) -> dict[int, tuple[int, int]]:
    async with WireClient(host, port) as client:
        response = await client.call(ApiVersionsRequest("tests", "1"), ApiVersionsResponse, 4)
    return {each.api_key: (each.min_version, each.max_version) for each in response.api_keys}
