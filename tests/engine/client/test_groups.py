"""Groups: listed by every broker, described and deleted by their coordinators."""

from engine.client.consumer_protocol import (
    Assignment,
    OwnedPartitions,
    Subscription,
    encode_versioned,
)
from engine.client.errors import BrokerError, ClientError, Unreachable
from engine.client.group_descriptions import GroupDescription
from engine.kernel.ids import TopicPartition
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages import consumer_group_describe, describe_groups
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.delete_groups import (
    DeletableGroupResult,
    DeleteGroupsRequest,
    DeleteGroupsResponse,
)
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.list_groups import (
    ListedGroup,
    ListGroupsRequest,
    ListGroupsResponse,
)
from tests.support.scripted_broker import Drop, all_versions
from tests.support.scripted_cluster import ScriptedCluster


async def test_every_broker_lists_its_own_and_a_dead_one_is_an_error() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        listed = ListedGroup("g", "consumer", "Stable", "Consumer")
        cluster.on_all(ListGroupsRequest, ListGroupsResponse(groups=[listed]))
        await client.cluster.metadata()
        await cluster.nodes[2].stop()
        answers = await client.groups.list_groups()
        mine, dead = answers[1], answers[2]
        assert not isinstance(mine, ClientError)
        assert (mine[0].group_id, mine[0].coordinator, mine[0].is_consumer_type) == ("g", 1, True)
        assert isinstance(dead, Unreachable)


async def test_a_broker_that_is_still_loading_is_an_error_and_not_an_empty_list() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        loading = ListGroupsResponse(error_code=ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
        cluster.on_all(ListGroupsRequest, loading)
        assert isinstance((await client.groups.list_groups())[1], BrokerError)


def describes(
    request: describe_groups.DescribeGroupsRequest,
) -> describe_groups.DescribeGroupsResponse:
    member = describe_groups.DescribedGroupMember(
        "m-1",
        "i-1",
        "client",
        "/127.0.0.1",
        encode_versioned(Subscription(topics=["t"]), 1),
        encode_versioned(Assignment([OwnedPartitions("t", [1, 0])]), 0),
    )
    foreign = describe_groups.DescribedGroupMember("m-2", member_metadata=b"\xff")
    return describe_groups.DescribeGroupsResponse(
        groups=[
            describe_groups.DescribedGroup(
                group_id=group,
                group_state="Stable",
                protocol_type="connect" if group == "connect" else "consumer",
                protocol_data="range",
                members=[member, foreign],
            )
            for group in request.groups
        ]
    )


async def test_members_are_described_with_what_their_bytes_say() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        group = (await client.groups.describe(["g"]))["g"]
        assert isinstance(group, GroupDescription)
        assert (group.state, group.assignor) == ("Stable", "range")
        readable, foreign = group.members
        assert readable.subscribed_topics == ("t",)
        assert readable.assignment == (TopicPartition("t", 0), TopicPartition("t", 1))
        assert foreign.subscribed_topics is None
        assert foreign.assignment == ()


async def test_the_members_of_another_protocol_are_not_read_as_consumers() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"connect": 1}
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        group = (await client.groups.describe(["connect"]))["connect"]
        assert isinstance(group, GroupDescription)
        assert group.members[0].assignment is None


async def test_each_coordinator_is_asked_once_for_its_groups() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.coordinators = {"a": 1, "b": 2, "c": 1}
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        described = await client.groups.describe(["a", "b", "c"])
        assert all(isinstance(group, GroupDescription) for group in described.values())
        asked = [
            [r.groups for r in broker.requests(describe_groups.DescribeGroupsRequest)]
            for broker in cluster.nodes.values()
        ]
        assert asked == [[["a", "c"]], [["b"]]]


async def test_coordinators_are_found_together_and_remembered() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"a": 1, "b": 1}
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        await client.groups.describe(["a", "b"])
        await client.groups.describe(["a", "b"])
        (request,) = cluster.nodes[1].requests(FindCoordinatorRequest)
        assert request.coordinator_keys == ["a", "b"]


async def test_an_old_broker_is_asked_for_one_coordinator_at_a_time() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"a": 1, "b": 1}
        old = all_versions({ApiKey.FIND_COORDINATOR: (0, 3)})
        cluster.on_all(ApiVersionsRequest, old)
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        described = await client.groups.describe(["a", "b", "none"])
        assert isinstance(described["a"], GroupDescription)
        assert isinstance(described["none"], BrokerError)
        keys = {request.key for request in cluster.nodes[1].requests(FindCoordinatorRequest)}
        assert keys == {"a", "b", "none"}


async def test_a_coordinator_that_moved_is_found_again() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}

        def moved(
            request: describe_groups.DescribeGroupsRequest,
        ) -> describe_groups.DescribeGroupsResponse:
            cluster.coordinators = {"g": 2}
            error = describe_groups.DescribedGroup(
                error_code=int(ErrorCode.NOT_COORDINATOR), group_id="g"
            )
            return describe_groups.DescribeGroupsResponse(groups=[error])

        cluster.nodes[1].script[describe_groups.DescribeGroupsRequest] = moved
        cluster.nodes[2].script[describe_groups.DescribeGroupsRequest] = describes
        assert isinstance((await client.groups.describe(["g"]))["g"], GroupDescription)


async def test_a_coordinator_on_a_node_that_just_joined_is_reached() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.listed = {1}
        await client.cluster.metadata()
        cluster.listed = {1, 2}
        cluster.coordinators = {"g": 2}
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        assert isinstance((await client.groups.describe(["g"]))["g"], GroupDescription)


async def test_groups_of_the_new_type_have_a_request_of_their_own() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"new": 1, "old": 1}
        partitions = consumer_group_describe.TopicPartitions(topic_name="t", partitions=[2, 1])
        member = consumer_group_describe.Member(
            "m",
            member_epoch=4,
            subscribed_topic_names=["t"],
            assignment=consumer_group_describe.Assignment([partitions]),
        )
        described = consumer_group_describe.DescribedGroup(
            group_id="new",
            group_state="Reconciling",
            group_epoch=5,
            assignor_name="uniform",
            members=[member],
        )
        cluster.on_all(
            consumer_group_describe.ConsumerGroupDescribeRequest,
            consumer_group_describe.ConsumerGroupDescribeResponse(groups=[described]),
        )
        cluster.on_all(describe_groups.DescribeGroupsRequest, describes)
        groups = await client.groups.describe(["new", "old"], consumer_type=frozenset({"new"}))
        group = groups["new"]
        assert isinstance(group, GroupDescription)
        assert (group.group_epoch, group.assignor) == (5, "uniform")
        assert group.members[0].assignment == (TopicPartition("t", 1), TopicPartition("t", 2))
        assert group.members[0].target_assignment == ()
        assert isinstance(groups["old"], GroupDescription)


async def test_groups_are_deleted_by_their_coordinators() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"empty": 1, "busy": 1}
        cluster.on_all(
            DeleteGroupsRequest,
            DeleteGroupsResponse(
                results=[
                    DeletableGroupResult("empty"),
                    DeletableGroupResult("busy", ErrorCode.NON_EMPTY_GROUP),
                ]
            ),
        )
        outcomes = await client.groups.delete(["empty", "busy"])
        assert outcomes["empty"] is None
        assert isinstance(outcomes["busy"], BrokerError)


async def test_a_deletion_that_may_have_happened_is_not_repeated() -> None:
    """The second request would find no group and turn success into an error."""
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = {"g": 1}
        cluster.on_all(DeleteGroupsRequest, Drop())
        outcome = (await client.groups.delete(["g"]))["g"]
        assert isinstance(outcome, Unreachable)
        assert len(cluster.nodes[1].requests(DeleteGroupsRequest)) == 1
