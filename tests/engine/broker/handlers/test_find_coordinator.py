"""FindCoordinator: this node for every key, and `__consumer_offsets` on first use."""

from pathlib import Path

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from tests.support.running_engine import connect, running_engine
from tests.support.wire_client import WireClient

GROUP, TRANSACTION, SHARE = 0, 1, 2


async def find(client: WireClient, version: int, *keys: str, kind: int = GROUP) -> list[object]:
    """(error code, node, host, port) for each key."""
    request = FindCoordinatorRequest(
        key=keys[0] if keys else "", key_type=kind, coordinator_keys=list(keys)
    )
    answer = await client.call(request, FindCoordinatorResponse, version)
    found = answer.coordinators if version >= 4 else [answer]
    return [(each.error_code, each.node_id, each.host, each.port) for each in found]


@pytest.mark.parametrize("version", range(7))
async def test_every_version_names_this_node(
    engine: Engine, client: WireClient, version: int
) -> None:
    here = (ErrorCode.NONE, 1, engine.address.host, engine.address.port)
    assert await find(client, version, "orders") == [here]


@pytest.mark.parametrize("version", range(1, 7))
async def test_transactional_ids_are_refused_with_the_reason(
    client: WireClient, version: int
) -> None:
    request = FindCoordinatorRequest(
        key="payments", key_type=TRANSACTION, coordinator_keys=["payments"]
    )
    answer = await client.call(request, FindCoordinatorResponse, version)
    refused = answer.coordinators[0] if version >= 4 else answer
    assert refused.error_code == ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    assert refused.error_message == "this broker does not serve transactions"
    assert (refused.node_id, refused.host, refused.port) == (-1, "", -1)


@pytest.mark.parametrize("version", range(1, 7))
async def test_other_kinds_of_keys_are_invalid(client: WireClient, version: int) -> None:
    for kind in (SHARE, 3, -1):
        nowhere = (ErrorCode.INVALID_REQUEST, -1, "", -1)
        assert await find(client, version, "orders", kind=kind) == [nowhere]


@pytest.mark.parametrize("version", range(4, 7))
async def test_several_keys_are_answered_in_their_order(client: WireClient, version: int) -> None:
    keys = ["orders", "", "billing", "orders"]
    request = FindCoordinatorRequest(coordinator_keys=keys)
    answer = await client.call(request, FindCoordinatorResponse, version)
    assert [each.key for each in answer.coordinators] == keys
    assert {each.error_code for each in answer.coordinators} == {ErrorCode.NONE}
    assert await find(client, version) == []


@pytest.mark.parametrize("version", range(1, 4))
async def test_message_of_no_error_is_none_as_in_kafka(client: WireClient, version: int) -> None:
    answer = await client.call(
        FindCoordinatorRequest(key="orders"), FindCoordinatorResponse, version
    )
    assert answer.error_message == "NONE"
    answer = await client.call(
        FindCoordinatorRequest(key="orders", key_type=9), FindCoordinatorResponse, version
    )
    assert answer.error_message == ErrorCode.INVALID_REQUEST.message


async def test_first_look_creates_the_topic_of_the_groups(client: WireClient) -> None:
    """50 partitions, internal; a look for a transaction's coordinator does not."""
    asked = MetadataRequest(
        topics=[MetadataRequestTopic(name="__consumer_offsets")], allow_auto_topic_creation=False
    )
    await find(client, 1, "payments", kind=TRANSACTION)
    (topic,) = (await client.call(asked, MetadataResponse, 12)).topics
    assert topic.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    await find(client, 1, "orders")
    (topic,) = (await client.call(asked, MetadataResponse, 12)).topics
    assert topic.error_code == ErrorCode.NONE
    assert topic.is_internal
    assert len(topic.partitions) == 50


@pytest.mark.point(64)
async def test_clients_are_told_the_advertised_address(tmp_path: Path) -> None:
    async with (
        running_engine(tmp_path / "data", advertised_listeners=("broker.example:19092",)) as engine,
        connect(engine) as client,
    ):
        assert await find(client, 4, "orders") == [(0, 1, "broker.example", 19092)]


async def test_many_that_look_at_once_find_the_same_coordinator(engine: Engine) -> None:
    """Eight connections ask before the topic is there."""
    clients = [connect(engine) for _ in range(8)]
    for client in clients:
        await client.__aenter__()
        client.send(FindCoordinatorRequest(key="orders"), 2)
    answers = [await client.receive(FindCoordinatorResponse, 2) for client in clients]
    for client in clients:
        await client.__aexit__(None, None, None)
    assert {answer.error_code for _, answer in answers} == {ErrorCode.NONE}
