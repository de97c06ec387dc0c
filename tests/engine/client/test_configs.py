"""Configurations: each asked of the node that knows it."""

from engine.client.configs import (
    ConfigChange,
    ConfigSource,
    Operation,
    Resource,
    ResourceType,
)
from engine.client.errors import BrokerError, ClientError, NoSuchNode
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from engine.protocol.messages.incremental_alter_configs import (
    AlterConfigsResourceResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.scripted_cluster import ScriptedCluster

TOPIC = Resource(ResourceType.TOPIC, "t")
FIRST = Resource(ResourceType.BROKER, "1")
SECOND = Resource(ResourceType.BROKER, "2")
ALL_BROKERS = Resource(ResourceType.BROKER, "")


def describes(request: DescribeConfigsRequest) -> DescribeConfigsResponse:
    return DescribeConfigsResponse(
        results=[
            DescribeConfigsResult(
                resource_type=resource.resource_type,
                resource_name=resource.resource_name,
                configs=[
                    DescribeConfigsResourceResult("a", "1", config_source=5),
                    DescribeConfigsResourceResult("b", None, config_source=99, is_sensitive=True),
                ],
            )
            for resource in request.resources
        ]
    )


async def test_a_broker_is_asked_for_its_own_and_the_controller_for_the_rest() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.on_all(DescribeConfigsRequest, describes)
        described = await client.configs.describe([TOPIC, FIRST, SECOND, ALL_BROKERS])
        assert all(not isinstance(entries, ClientError) for entries in described.values())
        asked = {
            node: [
                resource.resource_name
                for request in broker.requests(DescribeConfigsRequest)
                for resource in request.resources
            ]
            for node, broker in cluster.nodes.items()
        }
        assert asked == {1: ["t", "1", ""], 2: ["2"]}


async def test_an_entry_tells_its_source_and_a_source_without_name_is_unknown() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(DescribeConfigsRequest, describes)
        entries = (await client.configs.describe([TOPIC]))[TOPIC]
        assert not isinstance(entries, ClientError)
        first, second = entries
        assert (first.value, first.source) == ("1", ConfigSource.DEFAULT)
        assert (second.value, second.source, second.is_sensitive) == (
            None,
            ConfigSource.UNKNOWN,
            True,
        )


async def test_a_node_that_is_gone_and_a_name_that_is_none_are_errors_of_their_own() -> None:
    gone, nonsense = Resource(ResourceType.BROKER, "7"), Resource(ResourceType.BROKER, "x")
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(DescribeConfigsRequest, describes)
        described = await client.configs.describe([TOPIC, gone, nonsense])
        assert not isinstance(described[TOPIC], ClientError)
        assert isinstance(described[gone], NoSuchNode)
        assert isinstance(described[nonsense], BrokerError)


async def test_without_controller_brokers_still_tell_their_own() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.controller = -1
        cluster.on_all(DescribeConfigsRequest, describes)
        described = await client.configs.describe([TOPIC, FIRST])
        assert isinstance(described[TOPIC], BrokerError)
        assert not isinstance(described[FIRST], ClientError)


async def test_changes_are_made_by_resource() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:

        def alters(request: IncrementalAlterConfigsRequest) -> IncrementalAlterConfigsResponse:
            return IncrementalAlterConfigsResponse(
                responses=[
                    AlterConfigsResourceResponse(
                        0 if resource.resource_name == "t" else ErrorCode.INVALID_CONFIG,
                        None,
                        resource.resource_type,
                        resource.resource_name,
                    )
                    for resource in request.resources
                ]
            )

        cluster.on_all(IncrementalAlterConfigsRequest, alters)
        changes = {
            TOPIC: [ConfigChange("a", Operation.SET, "1"), ConfigChange("b", Operation.DELETE)],
            SECOND: [ConfigChange("c", Operation.APPEND, "x")],
        }
        outcomes = await client.configs.alter(changes, validate_only=True)
        assert outcomes[TOPIC] is None
        assert isinstance(outcomes[SECOND], BrokerError)
        (request,) = cluster.nodes[1].requests(IncrementalAlterConfigsRequest)
        assert request.validate_only
        assert [
            (config.name, config.config_operation, config.value)
            for config in request.resources[0].configs
        ] == [("a", 0, "1"), ("b", 1, None)]
