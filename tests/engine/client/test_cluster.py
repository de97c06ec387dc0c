"""Finding the way in a cluster: bootstrap, metadata, leaders, what happens when nodes go."""

from dataclasses import replace

import pytest

from engine.client.connection import Endpoint
from engine.client.errors import BrokerError, NoSuchNode, Unreachable
from engine.client.kafka import KafkaClient
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.entropy import SeededEntropy
from tests.support.scripted_broker import Drop, Hang
from tests.support.scripted_cluster import IMPATIENT, ScriptedCluster


async def test_metadata_has_nodes_topics_and_leaders() -> None:
    async with ScriptedCluster(2, {"a": [1, 2, -1]}) as cluster, cluster.client() as client:
        described = await client.cluster.metadata()
        assert described.cluster_id == "scripted"
        assert sorted(described.nodes) == [1, 2]
        assert [partition.leader for partition in described.topics["a"].partitions] == [1, 2, -1]


async def test_an_unknown_topic_is_there_with_its_error() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        described = await client.cluster.metadata(["none"])
        error = described.topics["none"].error
        assert error is not None
        assert error.code is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_metadata_never_creates_a_topic() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        await client.cluster.metadata(["none"])
        assert not cluster.nodes[1].requests(MetadataRequest)[0].allow_auto_topic_creation


async def test_a_dead_bootstrap_address_is_passed_over() -> None:
    async with ScriptedCluster(2) as cluster:
        await cluster.nodes[1].stop()
        cluster.listed = {2}
        async with cluster.client() as client:
            assert sorted((await client.cluster.metadata()).nodes) == [2]


async def test_without_any_node_the_reason_of_the_last_is_raised() -> None:
    async with ScriptedCluster(2) as cluster:
        client = cluster.client()
        for broker in cluster.nodes.values():
            await broker.stop()
        with pytest.raises(Unreachable):
            await client.cluster.metadata()
        client.close()


async def test_a_node_that_drops_the_request_is_passed_over() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.nodes[1].script[MetadataRequest] = Drop()
        assert sorted((await client.cluster.metadata()).nodes) == [1, 2]


async def test_a_node_that_hangs_is_asked_last_for_a_while() -> None:
    hasty = replace(IMPATIENT, request_timeout_s=0.05)
    async with ScriptedCluster(3) as cluster, cluster.client(hasty) as client:
        await client.cluster.metadata()
        cluster.nodes[2].script[MetadataRequest] = Hang()
        before = len(cluster.nodes[2].requests(MetadataRequest))
        for _ in range(30):
            await client.cluster.metadata()
        assert len(cluster.nodes[2].requests(MetadataRequest)) <= before + 1
        cluster.clock.advance(31)
        cluster.nodes[2].script[MetadataRequest] = cluster.nodes[1].script[MetadataRequest]
        for node in (1, 3):
            await cluster.nodes[node].stop()
        assert sorted((await client.cluster.metadata()).nodes) == [1, 2, 3]


async def test_bootstrap_is_used_again_when_no_known_node_answers() -> None:
    async with ScriptedCluster(2) as cluster:
        client = KafkaClient(
            [cluster.nodes[1].endpoint],
            clock=cluster.clock,
            entropy=SeededEntropy(),
            settings=IMPATIENT,
        )
        cluster.listed = {2}
        assert sorted((await client.cluster.metadata()).nodes) == [2]
        await cluster.nodes[2].stop()
        assert sorted((await client.cluster.metadata()).nodes) == [2]
        client.close()


async def test_a_bootstrap_connection_is_left_once_a_node_is_reached_by_its_own_address() -> None:
    async with ScriptedCluster(1) as cluster:
        port = cluster.nodes[1].port
        client = KafkaClient(
            [Endpoint("localhost", port)],
            clock=cluster.clock,
            entropy=SeededEntropy(),
            settings=IMPATIENT,
        )
        await client.cluster.metadata()
        await client.cluster.connection(1)
        assert not client.cluster.has_open_connection(Endpoint("localhost", port))
        assert client.cluster.has_open_connection(Endpoint("127.0.0.1", port))
        client.close()


async def test_leaders_are_remembered_until_a_refresh() -> None:
    first, second = TopicPartition("a", 0), TopicPartition("a", 1)
    async with ScriptedCluster(2, {"a": [1, 2]}) as cluster, cluster.client() as client:
        assert await client.cluster.leaders([first, second]) == {first: 1, second: 2}
        cluster.leaders["a"] = [2, 2]
        assert await client.cluster.leaders([first]) == {first: 1}
        assert await client.cluster.leaders([first], refresh=True) == {first: 2}


async def test_a_partition_without_leader_or_without_existence_is_an_error() -> None:
    headless, beyond, none = (TopicPartition(*at) for at in (("a", 0), ("a", 9), ("none", 0)))
    async with ScriptedCluster(1, {"a": [-1]}) as cluster, cluster.client() as client:
        leaders = await client.cluster.leaders([headless, beyond, none])
    codes = {key: error.code for key, error in leaders.items() if isinstance(error, BrokerError)}
    assert codes == {
        headless: ErrorCode.LEADER_NOT_AVAILABLE,
        beyond: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        none: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    }


async def test_a_node_that_is_not_listed_can_be_waited_for() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        await client.cluster.metadata()
        with pytest.raises(NoSuchNode) as caught:
            await client.cluster.connection(7)
        assert caught.value.is_retriable


async def test_a_demand_to_bootstrap_again_is_followed() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        honest = cluster.nodes[1].script[MetadataRequest]
        answers = iter([MetadataResponse(error_code=ErrorCode.REBOOTSTRAP_REQUIRED)])

        def once_refused(request: MetadataRequest) -> MetadataResponse:
            return next(answers, None) or honest(request)  # type: ignore[operator,return-value]

        cluster.nodes[1].script[MetadataRequest] = once_refused
        assert sorted((await client.cluster.metadata()).nodes) == [1]


async def test_there_may_be_no_controller() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.controller = -1
        with pytest.raises(BrokerError, match="no controller"):
            await client.cluster.controller()
