"""Committed offsets: of many groups at once from new brokers, one by one from old ones."""

import pytest

from engine.client.errors import BrokerError, ClientError
from engine.client.group_offsets import CommittedOffset
from engine.kernel.ids import TopicPartition
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from engine.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)
from tests.support.scripted_broker import all_versions
from tests.support.scripted_cluster import ScriptedCluster

T0, T1, T2 = (TopicPartition("t", partition) for partition in range(3))


def tells(request: OffsetFetchRequest) -> OffsetFetchResponse:
    """Partition 0 has an offset, 1 has none, 2 has an error; the group `bad` has one itself."""
    old = [
        OffsetFetchResponsePartition(0, 10, 3, "m"),
        OffsetFetchResponsePartition(1, -1),
        OffsetFetchResponsePartition(2, -1, error_code=ErrorCode.UNSTABLE_OFFSET_COMMIT),
    ]
    new = [
        OffsetFetchResponsePartitions(
            p.partition_index,
            p.committed_offset,
            p.committed_leader_epoch,
            p.metadata,
            p.error_code,
        )
        for p in old
    ]
    groups = [
        OffsetFetchResponseGroup(
            group.group_id,
            [OffsetFetchResponseTopics("t", partitions=new)] if group.group_id != "bad" else [],
            0 if group.group_id != "bad" else ErrorCode.GROUP_AUTHORIZATION_FAILED,
        )
        for group in request.groups
    ]
    return OffsetFetchResponse(topics=[OffsetFetchResponseTopic("t", old)], groups=groups)


@pytest.mark.parametrize("max_version", [7, 8, 9, 10])
async def test_offsets_are_read_from_brokers_of_every_age(max_version: int) -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1, "h": 1}
        cluster.on_all(ApiVersionsRequest, all_versions({ApiKey.OFFSET_FETCH: (1, max_version)}))
        cluster.on_all(OffsetFetchRequest, tells)
        fetched = await client.group_offsets.fetch({"g": None, "h": [T0, T1, T2]})
        for group in ("g", "h"):
            committed = fetched[group]
            assert not isinstance(committed, ClientError)
            assert committed[T0] == CommittedOffset(10, 3, "m")
            assert T1 not in committed
            assert isinstance(committed[T2], BrokerError)
        requests = cluster.nodes[1].requests(OffsetFetchRequest)
        assert len(requests) == (2 if max_version < 8 else 1)


async def test_every_topic_and_no_topic_are_not_the_same() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1, "h": 1}
        cluster.on_all(OffsetFetchRequest, tells)
        await client.group_offsets.fetch({"g": None, "h": []})
        (request,) = cluster.nodes[1].requests(OffsetFetchRequest)
        assert [group.topics for group in request.groups] == [None, []]


async def test_a_group_that_is_refused_hides_no_other() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1, "bad": 1}
        cluster.on_all(OffsetFetchRequest, tells)
        fetched = await client.group_offsets.fetch({"g": None, "bad": None})
        assert isinstance(fetched["g"], dict)
        assert isinstance(fetched["bad"], BrokerError)


def committing(*codes: ErrorCode) -> OffsetCommitResponse:
    partitions = [
        OffsetCommitResponsePartition(partition, code) for partition, code in enumerate(codes)
    ]
    return OffsetCommitResponse(topics=[OffsetCommitResponseTopic("t", partitions=partitions)])


async def test_offsets_are_set_in_the_name_of_no_member() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}
        answer = committing(ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        cluster.on_all(OffsetCommitRequest, answer)
        outcomes = await client.group_offsets.commit("g", {T0: 7, T1: 8})
        assert outcomes[T0] is None
        assert isinstance(outcomes[T1], BrokerError)
        (request,) = cluster.nodes[1].requests(OffsetCommitRequest)
        assert (request.generation_id_or_member_epoch, request.member_id) == (-1, "")


async def test_a_group_with_members_refuses_the_whole() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}
        cluster.on_all(OffsetCommitRequest, committing(*[ErrorCode.UNKNOWN_MEMBER_ID] * 2))
        with pytest.raises(BrokerError) as caught:
            await client.group_offsets.commit("g", {T0: 7, T1: 8})
        assert caught.value.code is ErrorCode.UNKNOWN_MEMBER_ID


async def test_a_coordinator_that_moved_is_asked_at_its_new_place() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}

        def moved(request: OffsetCommitRequest) -> OffsetCommitResponse:
            cluster.coordinators = {"g": 2}
            return committing(ErrorCode.NOT_COORDINATOR)

        cluster.nodes[1].script[OffsetCommitRequest] = moved
        cluster.nodes[2].script[OffsetCommitRequest] = committing(ErrorCode.NONE)
        assert await client.group_offsets.commit("g", {T0: 7}) == {T0: None}


async def test_offsets_are_deleted_by_partition_or_refused_for_the_group() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}
        partition = OffsetDeleteResponsePartition(0, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC)
        answer = OffsetDeleteResponse(topics=[OffsetDeleteResponseTopic("t", [partition])])
        cluster.on_all(OffsetDeleteRequest, answer)
        outcomes = await client.group_offsets.delete("g", [T0])
        assert isinstance(outcomes[T0], BrokerError)
        refused = OffsetDeleteResponse(error_code=ErrorCode.GROUP_ID_NOT_FOUND)
        cluster.on_all(OffsetDeleteRequest, refused)
        with pytest.raises(BrokerError) as caught:
            await client.group_offsets.delete("g", [T0])
        assert caught.value.code is ErrorCode.GROUP_ID_NOT_FOUND
