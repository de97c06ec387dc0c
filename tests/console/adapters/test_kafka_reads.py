"""What becomes of answers, refusals and silence on their way from brokers to the port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from console.adapters.engine_metrics import MetricsSource
from console.adapters.kafka_reads import KafkaReads, group_state
from console.adapters.link import Link
from console.model.cluster import ConnectionState
from console.model.group import GroupState
from console.port.errors import Failed, NotSupported, Refused, TimedOut, Unreachable
from console.port.readings import DirectoryReading
from engine.client.settings import ClientSettings
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from engine.protocol.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)
from engine.protocol.messages.list_groups import (
    ListedGroup,
    ListGroupsRequest,
    ListGroupsResponse,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopicResponse,
)
from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.cluster_stages import key
from tests.support.scripted_broker import Hang, all_versions
from tests.support.scripted_cluster import IMPATIENT, ScriptedCluster


class Brokers:
    """Scripted brokers, what is read of them, and the link that is fed by it."""

    def __init__(self, cluster: ScriptedCluster, settings: ClientSettings = IMPATIENT) -> None:
        self.cluster = cluster
        self.link = Link("127.0.0.1:9092", cluster.clock)
        self.client = cluster.client(settings)
        self.reads = KafkaReads(
            lambda: self.client,
            connection=lambda: self.link.connection,
            heard=self.link.answered,
            missed=self.link.failed,
            metrics=MetricsSource(lambda: ""),
        )


@asynccontextmanager
async def brokers(nodes: int = 2, **leaders: list[int]) -> AsyncIterator[Brokers]:
    async with ScriptedCluster(nodes, leaders) as cluster:
        found = Brokers(cluster)
        async with found.client:
            yield found


def tells_hundred(request: ListOffsetsRequest) -> ListOffsetsResponse:
    """Every partition ends at 100; one with an odd number is not available."""

    def answer(index: int) -> ListOffsetsPartitionResponse:
        if index % 2:
            return ListOffsetsPartitionResponse(
                index, error_code=ErrorCode.OFFSET_NOT_AVAILABLE, offset=-1
            )
        return ListOffsetsPartitionResponse(index, offset=100)

    topics = [
        ListOffsetsTopicResponse(topic.name, [answer(p.partition_index) for p in topic.partitions])
        for topic in request.topics
    ]
    return ListOffsetsResponse(topics=topics)


async def test_one_broker_that_is_down_costs_its_own_partitions_only() -> None:
    async with brokers(orders=[1, 2]) as found:
        found.cluster.on_all(ListOffsetsRequest, tells_hundred)
        await found.cluster.nodes[2].stop()
        answers = await found.reads.end_offsets([key("orders", 0), key("orders", 1)])
        assert answers[key("orders", 0)] == 100
        assert isinstance(answers[key("orders", 1)], Unreachable)


async def test_one_partition_that_cannot_answer_costs_itself_only() -> None:
    async with brokers(orders=[1, 1, 1]) as found:
        found.cluster.on_all(ListOffsetsRequest, tells_hundred)
        answers = await found.reads.stable_offsets([key("orders", index) for index in range(3)])
        assert (answers[key("orders", 0)], answers[key("orders", 2)]) == (100, 100)
        broken = answers[key("orders", 1)]
        assert isinstance(broken, Failed)
        assert broken.code == "OFFSET_NOT_AVAILABLE"


async def test_a_partition_without_leader_is_failed_and_not_unreachable() -> None:
    async with brokers(orders=[-1]) as found:
        answer = (await found.reads.end_offsets([key("orders")]))[key("orders")]
        assert isinstance(answer, Failed)
        assert answer.code == "LEADER_NOT_AVAILABLE"


async def test_a_broker_that_hangs_is_timed_out_and_the_others_answer() -> None:
    async with brokers(orders=[1, 2]) as found:
        found.cluster.on_all(ListOffsetsRequest, tells_hundred)
        found.cluster.nodes[2].script[ListOffsetsRequest] = Hang()
        answers = await found.reads.end_offsets([key("orders", 0), key("orders", 1)])
        assert answers[key("orders", 0)] == 100
        assert isinstance(answers[key("orders", 1)], TimedOut)


async def test_a_broker_that_hangs_keeps_nobody_waiting_for_its_time_out() -> None:
    """Its time-out is an hour away; what the others tell is there all the same, again and again."""
    settings = replace(IMPATIENT, request_timeout_s=3600.0, patience_s=1.0)
    async with ScriptedCluster(2, {"orders": [1, 2]}) as cluster:
        found = Brokers(cluster, settings)
        async with found.client:
            cluster.on_all(ListOffsetsRequest, tells_hundred)
            cluster.on_all(DescribeLogDirsRequest, DescribeLogDirsResponse(results=[]))
            cluster.on_all(ListGroupsRequest, ListGroupsResponse(groups=[]))
            cluster.nodes[2].script[ListOffsetsRequest] = Hang()
            for _ in range(3):
                answers = await found.reads.end_offsets([key("orders", 0), key("orders", 1)])
                assert answers[key("orders", 0)] == 100
                assert answers[key("orders", 1)].args == ("broker 2 has not answered yet",)  # type: ignore[union-attr]
                assert isinstance(answers[key("orders", 1)], TimedOut)
            assert isinstance((await found.reads.directories())[2], TimedOut)
            assert isinstance((await found.reads.list_groups()).failures[2], TimedOut)
            assert len(cluster.nodes[2].requests(ListOffsetsRequest)) == 1


async def test_a_round_trip_is_timed_from_question_to_answer_and_not_with_the_connection() -> None:
    """The broker takes two seconds to say what it speaks, when the connection opens as well."""
    async with brokers(1) as found:
        clock = found.cluster.clock

        def after_two_seconds(_: ApiVersionsRequest) -> ApiVersionsResponse:
            clock.advance(2)
            return all_versions()

        found.cluster.nodes[1].script[ApiVersionsRequest] = after_two_seconds
        assert await found.reads.round_trips() == {1: 2.0}


async def test_a_broker_that_hangs_has_no_round_trip_and_takes_it_from_no_other() -> None:
    async with brokers() as found:
        await found.reads.layout()
        await found.reads.capabilities()
        found.cluster.nodes[2].script[ApiVersionsRequest] = Hang()
        answers = await found.reads.round_trips()
        assert answers[1] == 0.0
        assert isinstance(answers[2], TimedOut)


async def test_a_broker_that_hangs_over_the_layout_does_not_hide_it() -> None:
    settings = replace(IMPATIENT, request_timeout_s=3600.0, patience_s=0.2)
    async with ScriptedCluster(2, {"orders": [1, 2]}) as cluster:
        found = Brokers(cluster, settings)
        async with found.client:
            first = found.client.cluster
            await found.reads.layout()
            for node_id in (1, 2):
                cluster.nodes[node_id].script[MetadataRequest] = Hang()
                cluster.nodes[3 - node_id].script[MetadataRequest] = MetadataResponse()
                await found.reads.layout()
            assert first.nodes == {}


async def test_the_link_follows_whether_the_cluster_answers_at_all() -> None:
    async with brokers(orders=[1]) as found:
        assert found.reads.connection.state is ConnectionState.CONNECTING
        await found.reads.layout()
        assert found.reads.connection.state is ConnectionState.CONNECTED
        for broker in found.cluster.nodes.values():
            await broker.stop()
        with pytest.raises(Unreachable):
            await found.reads.layout()
        assert found.reads.connection.state is ConnectionState.LOST
        assert "cannot be reached" in found.reads.connection.detail
        for broker in found.cluster.nodes.values():
            await broker.__aenter__()
        await found.reads.layout()
        assert found.reads.connection.state is ConnectionState.CONNECTED


async def test_a_cluster_that_refuses_has_answered() -> None:
    async with brokers(1) as found:
        refusal = MetadataResponse(error_code=ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
        await found.reads.layout()
        found.cluster.on_all(MetadataRequest, refusal)
        with pytest.raises(Refused):
            await found.reads.layout()
        assert found.reads.connection.state is ConnectionState.CONNECTED


async def test_groups_of_a_broker_that_is_down_are_missing_and_that_is_said() -> None:
    async with brokers() as found:
        listed = ListedGroup("billing", "consumer", "Stable", "Classic")
        found.cluster.on_all(ListGroupsRequest, ListGroupsResponse(groups=[listed]))
        await found.reads.layout()
        await found.cluster.nodes[2].stop()
        reading = await found.reads.list_groups()
        (group,) = reading.groups
        assert (group.name, group.state, group.group_type, group.coordinator) == (
            "billing",
            GroupState.STABLE,
            "classic",
            1,
        )
        assert list(reading.failures) == [2]
        assert isinstance(reading.failures[2], Unreachable)


async def test_groups_that_no_broker_lists_are_an_error_and_not_an_empty_list() -> None:
    async with brokers() as found:
        refusal = ListGroupsResponse(error_code=ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
        found.cluster.on_all(ListGroupsRequest, refusal)
        with pytest.raises(Refused):
            await found.reads.list_groups()


async def test_a_group_of_an_old_broker_is_a_classic_one_of_unknown_state() -> None:
    async with brokers(1) as found:
        versions = all_versions({ApiKey.LIST_GROUPS: (0, 0)})
        found.cluster.on_all(ApiVersionsRequest, versions)
        found.cluster.on_all(
            ListGroupsRequest, ListGroupsResponse(groups=[ListedGroup("old", "consumer")])
        )
        (group,) = (await found.reads.list_groups()).groups
        assert (group.state, group.group_type) == (GroupState.UNKNOWN, "classic")


@pytest.mark.parametrize("state", GroupState)
def test_every_state_is_known_by_the_name_that_brokers_give_it(state: GroupState) -> None:
    assert group_state(state.value) is state
    assert group_state(state.value.upper()) is state


def test_a_state_of_a_later_kafka_is_unknown() -> None:
    assert group_state("Levitating") is GroupState.UNKNOWN


async def test_sizes_come_by_broker_and_disks_only_where_they_are_told() -> None:
    async with brokers() as found:
        told = DescribeLogDirsResult(
            log_dir="/data",
            topics=[
                DescribeLogDirsTopic(
                    "orders",
                    [
                        DescribeLogDirsPartition(0, 1234, 0),
                        DescribeLogDirsPartition(1, 99, 5, is_future_key=True),
                    ],
                )
            ],
            total_bytes=100,
            usable_bytes=40,
        )
        silent = DescribeLogDirsResult(log_dir="/data", total_bytes=-1, usable_bytes=-1)
        found.cluster.nodes[1].script[DescribeLogDirsRequest] = DescribeLogDirsResponse(
            results=[told]
        )
        found.cluster.nodes[2].script[DescribeLogDirsRequest] = DescribeLogDirsResponse(
            results=[silent]
        )
        answers = await found.reads.directories()
        assert answers[1] == (DirectoryReading("/data", 100, 40, {key("orders"): 1234}),)
        assert answers[2] == (DirectoryReading("/data", None, None, {}),)


async def test_a_disk_that_failed_is_told_with_its_reason() -> None:
    async with brokers(1) as found:
        good = DescribeLogDirsResult(log_dir="/a", total_bytes=100, usable_bytes=40)
        bad = DescribeLogDirsResult(log_dir="/b", error_code=ErrorCode.KAFKA_STORAGE_ERROR)
        found.cluster.on_all(DescribeLogDirsRequest, DescribeLogDirsResponse(results=[good, bad]))
        first, second = (await found.reads.directories())[1]  # type: ignore[misc]
        assert not first.problem
        assert second.problem


async def test_capabilities_are_those_of_any_broker_that_answers() -> None:
    async with brokers() as found:
        await found.reads.layout()
        await found.cluster.nodes[1].stop()
        assert (await found.reads.capabilities()).lists_groups


async def test_a_broker_without_an_api_is_not_supported() -> None:
    async with brokers(1) as found:
        versions = all_versions()
        versions.api_keys = [v for v in versions.api_keys if v.api_key != ApiKey.LIST_GROUPS]
        found.cluster.on_all(ApiVersionsRequest, versions)
        with pytest.raises(NotSupported):
            await found.reads.list_groups()
