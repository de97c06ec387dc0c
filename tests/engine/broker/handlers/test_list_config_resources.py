"""ListConfigResources: topics, brokers and their loggers; answers as Kafka 4.3.1 gave them."""

import pytest

from engine.broker.resources import ResourceType
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from engine.protocol.messages.list_config_resources import (
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)
from tests.support.running_engine import create_topic
from tests.support.wire_client import WireClient


async def ask(client: WireClient, *kinds: int, version: int = 1) -> ListConfigResourcesResponse:
    request = ListConfigResourcesRequest(list(kinds))
    return await client.call(request, ListConfigResourcesResponse, version)


def told(response: ListConfigResourcesResponse) -> list[tuple[int, str]]:
    return [(each.resource_type, each.resource_name) for each in response.config_resources]


async def test_version_0_asks_for_client_metrics(client: WireClient) -> None:
    await create_topic(client, "orders")
    assert told(await ask(client, version=0)) == []
    change = AlterableConfig("metrics", 0, "*")
    request = IncrementalAlterConfigsRequest([AlterConfigsResource(16, "all", [change])])
    await client.call(request, IncrementalAlterConfigsResponse, 1)
    assert told(await ask(client, version=0)) == [(ResourceType.CLIENT_METRICS, "all")]


async def test_version_1_asks_for_some_kinds_or_for_all(client: WireClient) -> None:
    await create_topic(client, "orders")
    topic = (ResourceType.TOPIC, "orders")
    broker, logger = (ResourceType.BROKER, "1"), (ResourceType.BROKER_LOGGER, "1")

    assert told(await ask(client)) == [topic, broker, logger]
    assert told(await ask(client, ResourceType.BROKER, ResourceType.BROKER)) == [broker]
    assert told(await ask(client, ResourceType.GROUP, ResourceType.TOPIC)) == [topic]


@pytest.mark.parametrize("kind", [0, 1, 64, -1])
async def test_kind_that_does_not_exist_is_unsupported(client: WireClient, kind: int) -> None:
    response = await ask(client, ResourceType.TOPIC, kind)

    assert response.error_code == ErrorCode.UNSUPPORTED_VERSION
    assert told(response) == []
