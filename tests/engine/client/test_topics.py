"""Changes of topics: through the controller, by name, again only where that is safe."""

from engine.client.errors import BrokerError, ClientError, Unreachable
from engine.client.topics import CreatedTopic, NewTopic
from engine.kernel.ids import TopicId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopicResult,
)
from engine.protocol.messages.create_topics import (
    CreatableTopicResult,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeletableTopicResult,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
)
from tests.support.scripted_broker import Drop
from tests.support.scripted_cluster import ScriptedCluster

TOPIC_ID = TopicId(bytes(range(16)))


def creates(request: CreateTopicsRequest) -> CreateTopicsResponse:
    return CreateTopicsResponse(
        topics=[
            CreatableTopicResult(
                topic.name,
                TOPIC_ID,
                0 if topic.name != "taken" else ErrorCode.TOPIC_ALREADY_EXISTS,
                None if topic.name != "taken" else "Topic 'taken' already exists.",
                num_partitions=3,
                replication_factor=1,
            )
            for topic in request.topics
        ]
    )


async def test_topics_are_created_one_failing_beside_another() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:
        cluster.controller = 2
        cluster.nodes[2].script[CreateTopicsRequest] = creates
        created = await client.topics.create(
            [NewTopic("good", 3, 1, {"retention.ms": "1"}), NewTopic("taken")]
        )
        assert created["good"] == CreatedTopic("good", TOPIC_ID, 3, 1)
        assert str(created["taken"]) == "TOPIC_ALREADY_EXISTS: Topic 'taken' already exists."
        (request,) = cluster.nodes[2].requests(CreateTopicsRequest)
        assert [(config.name, config.value) for config in request.topics[0].configs] == [
            ("retention.ms", "1")
        ]
        assert (request.topics[1].num_partitions, request.topics[1].replication_factor) == (-1, -1)


async def test_an_assignment_takes_the_place_of_counts() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[CreateTopicsRequest] = creates
        await client.topics.create([NewTopic("a", 5, 5, replicas={0: [1, 2], 1: [2, 1]})])
        (topic,) = cluster.nodes[1].requests(CreateTopicsRequest)[0].topics
        assert (topic.num_partitions, topic.replication_factor) == (-1, -1)
        assert [assignment.broker_ids for assignment in topic.assignments] == [[1, 2], [2, 1]]


async def test_a_controller_that_moved_is_found() -> None:
    async with ScriptedCluster(2) as cluster, cluster.client() as client:

        def moved(request: CreateTopicsRequest) -> CreateTopicsResponse:
            cluster.controller = 2
            code = int(ErrorCode.NOT_CONTROLLER)
            return CreateTopicsResponse(topics=[CreatableTopicResult("a", error_code=code)])

        cluster.nodes[1].script[CreateTopicsRequest] = moved
        cluster.nodes[2].script[CreateTopicsRequest] = creates
        assert isinstance((await client.topics.create([NewTopic("a")]))["a"], CreatedTopic)


async def test_a_change_whose_fate_is_unknown_is_not_repeated() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[CreateTopicsRequest] = Drop()
        error = (await client.topics.create([NewTopic("a")]))["a"]
        assert isinstance(error, Unreachable)
        assert error.was_sent
        assert len(cluster.nodes[1].requests(CreateTopicsRequest)) == 1


async def test_a_name_that_the_broker_leaves_out_is_an_error() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[CreateTopicsRequest] = CreateTopicsResponse()
        assert isinstance((await client.topics.create([NewTopic("a")]))["a"], BrokerError)


async def test_topics_are_deleted_by_name_in_every_version() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[DeleteTopicsRequest] = DeleteTopicsResponse(
            responses=[
                DeletableTopicResult("a"),
                DeletableTopicResult("b", error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            ]
        )
        outcomes = await client.topics.delete(["a", "b"])
        assert outcomes["a"] is None
        assert isinstance(outcomes["b"], ClientError)
        (request,) = cluster.nodes[1].requests(DeleteTopicsRequest)
        assert [topic.name for topic in request.topics] == ["a", "b"]


async def test_partitions_are_added_up_to_a_total() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.nodes[1].script[CreatePartitionsRequest] = CreatePartitionsResponse(
            results=[
                CreatePartitionsTopicResult("a"),
                CreatePartitionsTopicResult("b", ErrorCode.INVALID_PARTITIONS, "too few"),
            ]
        )
        outcomes = await client.topics.add_partitions({"a": 8, "b": 1})
        assert outcomes["a"] is None
        assert str(outcomes["b"]) == "INVALID_PARTITIONS: too few"
        (request,) = cluster.nodes[1].requests(CreatePartitionsRequest)
        assert [(topic.name, topic.count) for topic in request.topics] == [("a", 8), ("b", 1)]


async def test_nothing_to_do_asks_nobody() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        assert await client.topics.delete([]) == {}
        assert cluster.nodes[1].connections == 0
