"""What brokers tell about themselves, each for itself."""

import pytest

from engine.client.errors import (
    BrokerError,
    ClientError,
    NoSuchNode,
    Refused,
    Unreachable,
    Unsupported,
)
from engine.client.metadata import Node
from engine.client.nodes import RIGHTS_UNKNOWN, ReplicaSize
from engine.kernel.ids import TopicPartition
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)
from tests.support.scripted_broker import all_versions
from tests.support.scripted_cluster import ScriptedCluster


def answer() -> DescribeLogDirsResponse:
    partition = DescribeLogDirsPartition(0, 1234, 5, is_future_key=True)
    good = DescribeLogDirsResult(
        log_dir="/data",
        topics=[DescribeLogDirsTopic("t", [partition])],
        total_bytes=100,
        usable_bytes=40,
    )
    bad = DescribeLogDirsResult(log_dir="/broken", error_code=ErrorCode.KAFKA_STORAGE_ERROR)
    return DescribeLogDirsResponse(results=[good, bad])


async def test_directories_are_told_with_their_replicas_and_a_broken_one_beside() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(DescribeLogDirsRequest, answer())
        directories = (await client.nodes.log_directories())[1]
        assert not isinstance(directories, ClientError)
        good, broken = directories
        assert (good.path, good.total_bytes, good.usable_bytes) == ("/data", 100, 40)
        assert good.replicas == {TopicPartition("t", 0): ReplicaSize(1234, 5, True)}
        assert isinstance(broken.error, BrokerError)


async def test_a_dead_broker_and_one_that_is_not_listed_are_errors() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.on_all(DescribeLogDirsRequest, answer())
        await client.cluster.metadata()
        await cluster.nodes[2].stop()
        directories = await client.nodes.log_directories([1, 2, 9])
        assert not isinstance(directories[1], ClientError)
        assert isinstance(directories[2], Unreachable)
        assert isinstance(directories[9], NoSuchNode)


async def test_a_refusal_is_told_as_one() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        refused = DescribeLogDirsResponse(error_code=ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
        cluster.on_all(DescribeLogDirsRequest, refused)
        assert isinstance((await client.nodes.log_directories())[1], Refused)


async def test_fenced_nodes_are_told_where_the_broker_can() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(
            DescribeClusterRequest,
            DescribeClusterResponse(
                brokers=[
                    DescribeClusterBroker(1, "a", 1),
                    DescribeClusterBroker(2, "b", 2, is_fenced=True),
                ]
            ),
        )
        assert await client.nodes.fenced() == {2: Node(2, "b", 2)}


async def test_fenced_nodes_of_an_old_broker_are_unsupported_and_not_none() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(ApiVersionsRequest, all_versions({ApiKey.DESCRIBE_CLUSTER: (0, 1)}))
        with pytest.raises(Unsupported, match="version 2 is needed"):
            await client.nodes.fenced()


async def test_what_this_user_may_do_is_asked_of_the_cluster() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        allowed = DescribeClusterResponse(cluster_authorized_operations=0b1001_0000_0000)
        cluster.on_all(DescribeClusterRequest, allowed)
        assert await client.nodes.operations() == 0b1001_0000_0000
        (asked,) = cluster.nodes[1].requests(DescribeClusterRequest)
        assert asked.include_cluster_authorized_operations


async def test_rights_that_a_broker_does_not_tell_are_unknown_and_not_none() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.on_all(DescribeClusterRequest, DescribeClusterResponse())
        assert await client.nodes.operations() == RIGHTS_UNKNOWN
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        old = all_versions({ApiKey.DESCRIBE_CLUSTER: (7, 9)})
        cluster.on_all(ApiVersionsRequest, old)
        assert await client.nodes.operations() == RIGHTS_UNKNOWN


async def test_rights_that_cannot_be_asked_for_are_an_error() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        refused = DescribeClusterResponse(error_code=ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
        cluster.on_all(DescribeClusterRequest, refused)
        with pytest.raises(Refused):
            await client.nodes.operations()


async def test_versions_are_told_by_broker() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        versions = await client.nodes.api_versions()
        for node in (1, 2):
            spoken = versions[node]
            assert not isinstance(spoken, ClientError)
            assert spoken[ApiKey.FETCH].max_version == 18
