"""The way in: addresses as people write them."""

import pytest

from engine.client.connection import Endpoint
from engine.client.kafka import KafkaClient, parse_bootstrap
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.scripted_cluster import ScriptedCluster


@pytest.mark.parametrize(
    ("text", "endpoints"),
    [
        ("localhost:9093", [Endpoint("localhost", 9093)]),
        ("localhost", [Endpoint("localhost", 9092)]),
        (" a:1 , b:2,", [Endpoint("a", 1), Endpoint("b", 2)]),
        ("[::1]:9093", [Endpoint("::1", 9093)]),
        ("[::1]", [Endpoint("::1", 9092)]),
        ("10.0.0.1:19092", [Endpoint("10.0.0.1", 19092)]),
    ],
)
def test_addresses_are_read(text: str, endpoints: list[Endpoint]) -> None:
    assert parse_bootstrap(text) == endpoints


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        ":9092",
        "a:",
        "a:b",
        "a:0",
        "a:65536",
        "a:-1",
        "::1:9092",
        "[::1",
        "[::1]9092",
        "a:٣",
    ],
)
def test_what_is_no_address_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port"):
        parse_bootstrap(text)


async def test_a_client_is_made_from_text() -> None:
    async with ScriptedCluster(1) as cluster:
        address = str(cluster.nodes[1].endpoint)
        async with KafkaClient.of(address, clock=FakeClock(), entropy=SeededEntropy()) as client:
            assert list((await client.nodes.describe()).nodes) == [1]
