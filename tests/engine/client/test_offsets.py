"""Offsets, each asked of its leader, all leaders at once."""

import asyncio

from engine.client.errors import BrokerError, ClientError, Unreachable
from engine.client.offsets import Isolation, ListedOffset, Position
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopicResponse,
)
from tests.support.scripted_cluster import ScriptedCluster

A0, A1, B0 = TopicPartition("a", 0), TopicPartition("a", 1), TopicPartition("b", 0)


def tells(request: ListOffsetsRequest) -> ListOffsetsResponse:
    """Answers with the asked timestamp as the offset, ten times the partition on top."""
    return ListOffsetsResponse(
        topics=[
            ListOffsetsTopicResponse(
                topic.name,
                [
                    ListOffsetsPartitionResponse(
                        partition.partition_index,
                        offset=partition.timestamp + 10 * partition.partition_index,
                    )
                    for partition in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


async def test_one_request_to_each_leader_finds_them_all() -> None:
    async with ScriptedCluster(2, {"a": [1, 2], "b": [1]}) as cluster, cluster.client() as client:
        cluster.on_all(ListOffsetsRequest, tells)
        found = await client.offsets.find({A0: 100, A1: 200, B0: 300})
        assert found == {
            A0: ListedOffset(100, -1, -1),
            A1: ListedOffset(210, -1, -1),
            B0: ListedOffset(300, -1, -1),
        }
        assert [len(b.requests(ListOffsetsRequest)) for b in cluster.nodes.values()] == [1, 1]


async def test_the_request_is_that_of_a_consumer_with_its_isolation() -> None:
    async with ScriptedCluster(1, {"a": [1]}) as cluster, cluster.client() as client:
        cluster.on_all(ListOffsetsRequest, tells)
        await client.offsets.find_all([A0], Position.LATEST, isolation=Isolation.READ_COMMITTED)
        (request,) = cluster.nodes[1].requests(ListOffsetsRequest)
        assert (request.replica_id, request.isolation_level) == (-1, 1)
        assert request.topics[0].partitions[0].timestamp == -1


async def test_leaders_are_asked_at_the_same_time() -> None:
    """Each node answers only when both were asked: one after the other would never end."""
    async with ScriptedCluster(2, {"a": [1, 2]}) as cluster, cluster.client() as client:
        await client.cluster.metadata()
        for node in (1, 2):
            await client.cluster.connection(node)
        cluster.on_all(ListOffsetsRequest, tells)
        held = [broker.hold() for broker in cluster.nodes.values()]
        finding = asyncio.ensure_future(client.offsets.find({A0: 1, A1: 2}))
        for broker in cluster.nodes.values():
            await broker.until_asked(ListOffsetsRequest)
        for resume in held:
            resume()
        assert len(await finding) == 2


async def test_a_leader_that_moved_is_found_again() -> None:
    async with ScriptedCluster(2, {"a": [1]}) as cluster, cluster.client() as client:

        def moved(request: ListOffsetsRequest) -> ListOffsetsResponse:
            cluster.leaders["a"] = [2]
            error = ListOffsetsPartitionResponse(0, ErrorCode.NOT_LEADER_OR_FOLLOWER)
            return ListOffsetsResponse(topics=[ListOffsetsTopicResponse("a", [error])])

        cluster.nodes[1].script[ListOffsetsRequest] = moved
        cluster.nodes[2].script[ListOffsetsRequest] = tells
        assert await client.offsets.find({A0: 5}) == {A0: ListedOffset(5, -1, -1)}


async def test_a_dead_leader_hides_only_its_own_partitions() -> None:
    async with ScriptedCluster(2, {"a": [1, 2]}) as cluster, cluster.client() as client:
        cluster.on_all(ListOffsetsRequest, tells)
        await client.offsets.find({A0: 1, A1: 1})
        await cluster.nodes[2].stop()
        found = await client.offsets.find({A0: 1, A1: 1})
        assert found[A0] == ListedOffset(1, -1, -1)
        assert isinstance(found[A1], Unreachable)


async def test_a_leader_that_returned_is_used_again() -> None:
    async with ScriptedCluster(2, {"a": [1, 2]}) as cluster, cluster.client() as client:
        cluster.on_all(ListOffsetsRequest, tells)
        await client.cluster.metadata()
        await cluster.nodes[2].stop()
        cluster.listed = {1}
        assert isinstance((await client.offsets.find({A1: 1}))[A1], ClientError)
        cluster.listed = {1, 2}
        async with cluster.nodes[2]:
            assert isinstance((await client.offsets.find({A1: 1}))[A1], ListedOffset)


async def test_records_are_deleted_and_the_new_starts_told() -> None:
    async with ScriptedCluster(1, {"a": [1, 1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[DeleteRecordsRequest] = DeleteRecordsResponse(
            topics=[
                DeleteRecordsTopicResult(
                    "a",
                    [
                        DeleteRecordsPartitionResult(0, 42),
                        DeleteRecordsPartitionResult(1, -1, ErrorCode.OFFSET_OUT_OF_RANGE),
                    ],
                )
            ]
        )
        starts = await client.offsets.delete_records({A0: 42, A1: 99})
        assert starts[A0] == 42
        assert isinstance(starts[A1], BrokerError)
