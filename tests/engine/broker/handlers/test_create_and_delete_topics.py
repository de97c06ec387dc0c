"""CreateTopics, CreatePartitions and DeleteTopics; answers as a running Kafka 4.3.1 gave them."""

import pytest

from engine.broker.handlers.create_partitions import CreatePartitionsHandler
from engine.broker.handlers.create_topics import CreateTopicsHandler
from engine.broker.handlers.delete_topics import DeleteTopicsHandler
from engine.broker.new_topics import NewTopic
from engine.kernel.ids import NULL_TOPIC_ID
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
)
from engine.protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from tests.support.topic_broker import context, topic_broker


async def create(broker, *topics, version=7, validate_only=False):
    handler = CreateTopicsHandler(broker.admin, broker.metadata.settings, broker.throttling)
    request = CreateTopicsRequest(topics=list(topics), validate_only=validate_only)
    request = decode(CreateTopicsRequest, encode_bytes(request, version), version)
    response = await handler.handle(request, context(ApiKey.CREATE_TOPICS, version))
    response = decode(CreateTopicsResponse, encode_bytes(response, version), version)
    return {topic.name: topic for topic in response.topics}


async def delete(broker, *topics, version=6, is_enabled=True):
    handler = DeleteTopicsHandler(
        broker.admin, broker.metadata.catalogue, broker.throttling, is_enabled=lambda: is_enabled
    )
    if version >= 6:
        states = [DeleteTopicState(name=name, topic_id=topic_id) for name, topic_id in topics]
        request = DeleteTopicsRequest(topics=states)
    else:
        request = DeleteTopicsRequest(topic_names=list(topics))
    request = decode(DeleteTopicsRequest, encode_bytes(request, version), version)
    response = await handler.handle(request, context(ApiKey.DELETE_TOPICS, version))
    return decode(DeleteTopicsResponse, encode_bytes(response, version), version).responses


def topic(name, partitions=1, factor=1, **configs):
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=factor,
        configs=[
            CreatableTopicConfig(name=key.replace("_", "."), value=value)
            for key, value in configs.items()
        ],
    )


@pytest.mark.point(66)
@pytest.mark.parametrize("version", range(2, 8))
async def test_every_version_creates_and_tells_what_it_can(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        created = (await create(broker, topic("t", 3, retention_ms="77"), version=version))["t"]
        assert (created.error_code, created.error_message) == (0, None)
        known = broker.metadata.catalogue.by_name("t")
        assert len(known.partitions) == 3
        if version >= 5:
            assert (created.num_partitions, created.replication_factor) == (3, 1)
            configs = {config.name: config for config in created.configs}
            assert len(configs) == 33
            assert (configs["retention.ms"].value, configs["retention.ms"].config_source) == (
                "77",
                1,
            )
            assert configs["segment.ms"].config_source == 5
        if version >= 7:
            assert created.topic_id == known.topic_id


@pytest.mark.point(66)
async def test_each_topic_fails_by_itself(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        assigned = CreatableTopic(
            name="assigned",
            num_partitions=-1,
            replication_factor=-1,
            assignments=[
                CreatableReplicaAssignment(partition_index=index, broker_ids=[1])
                for index in range(2)
            ],
        )
        results = await create(
            broker,
            topic("good"),
            topic("default", -1, -1),
            assigned,
            topic("dup"),
            topic("dup", 2),
            topic("a b"),
            topic("bad", retention_ms="x"),
            topic("wide", factor=2),
            topic("empty", 0),
        )
        assert {name: result.error_code for name, result in results.items()} == {
            "good": 0,
            "default": 0,
            "assigned": 0,
            "dup": ErrorCode.INVALID_REQUEST,
            "a b": ErrorCode.INVALID_TOPIC_EXCEPTION,
            "bad": ErrorCode.INVALID_CONFIG,
            "wide": ErrorCode.INVALID_REPLICATION_FACTOR,
            "empty": ErrorCode.INVALID_PARTITIONS,
        }
        assert results["dup"].error_message == "Duplicate topic name."
        assert (results["bad"].num_partitions, results["bad"].configs) == (-1, [])
        assert broker.names() == ["assigned", "default", "good"]
        again = await create(broker, topic("good"))
        assert again["good"].error_message == "Topic 'good' already exists."


async def test_validation_answers_as_if_it_had_created(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        results = await create(broker, topic("t", -1, -1), topic("a b"), validate_only=True)
        assert (results["t"].error_code, results["t"].num_partitions) == (0, 1)
        assert results["a b"].error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
        assert broker.names() == []


@pytest.mark.point(68)
async def test_every_version_deletes_by_name(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        for version in range(1, 6):
            await broker.admin.create([NewTopic("t")])
            gone, missing = await delete(broker, "t", "nope", version=version)
            assert sorted([(gone.name, gone.error_code), (missing.name, missing.error_code)]) == [
                ("nope", 3),
                ("t", 0),
            ]
            assert broker.names() == []


@pytest.mark.point(68)
async def test_a_topic_is_named_by_exactly_one_of_name_and_id(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        made = await broker.admin.create([NewTopic(name) for name in "abcd"])
        ids = {each.name: each.topic_id for each in made}
        results = await delete(
            broker,
            ("a", NULL_TOPIC_ID),
            (None, ids["b"]),
            ("c", ids["c"]),
            (None, NULL_TOPIC_ID),
            (None, b"\7" * 16),
            ("d", NULL_TOPIC_ID),
            (None, ids["d"]),
        )
        assert {(each.name, each.topic_id): each.error_code for each in results} == {
            ("a", ids["a"]): 0,
            ("b", ids["b"]): 0,
            ("c", ids["c"]): ErrorCode.INVALID_REQUEST,
            (None, NULL_TOPIC_ID): ErrorCode.INVALID_REQUEST,
            (None, b"\7" * 16): ErrorCode.UNKNOWN_TOPIC_ID,
            ("d", ids["d"]): ErrorCode.INVALID_REQUEST,
        }
        assert broker.names() == ["c", "d"]


async def test_a_topic_named_twice_is_not_deleted(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        (result,) = await delete(broker, "t", "t", version=5)
        assert (result.error_code, result.error_message) == (42, "Duplicate topic name.")
        assert broker.names() == ["t"]


@pytest.mark.point(68)
async def test_deletion_can_be_switched_off(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        (old,) = await delete(broker, "t", version=2, is_enabled=False)
        (new,) = await delete(broker, ("t", NULL_TOPIC_ID), is_enabled=False)
        assert old.error_code == ErrorCode.INVALID_REQUEST
        assert new.error_code == ErrorCode.TOPIC_DELETION_DISABLED
        assert broker.names() == ["t"]


async def test_an_internal_topic_stays(tmp_path):
    async with topic_broker(tmp_path / "a", offsets_topic_num_partitions=1) as broker:
        await broker.admin.ensure_internal("__consumer_offsets")
        (result,) = await delete(broker, ("__consumer_offsets", NULL_TOPIC_ID))
        assert result.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
        assert broker.names() == ["__consumer_offsets"]


@pytest.mark.point(69)
@pytest.mark.parametrize("version", range(4))
async def test_growing_has_one_result_for_every_topic(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic(name, 2) for name in "abcd"])
        assignment = [CreatePartitionsAssignment(broker_ids=[1])]
        request = CreatePartitionsRequest(
            topics=[
                CreatePartitionsTopic(name="a", count=5, assignments=None),
                CreatePartitionsTopic(name="b", count=2, assignments=None),
                CreatePartitionsTopic(name="c", count=3, assignments=assignment),
                CreatePartitionsTopic(name="d", count=3, assignments=None),
                CreatePartitionsTopic(name="d", count=4, assignments=None),
                CreatePartitionsTopic(name="nope", count=4, assignments=None),
            ]
        )
        request = decode(CreatePartitionsRequest, encode_bytes(request, version), version)
        handler = CreatePartitionsHandler(broker.admin, broker.throttling)
        response = await handler.handle(request, context(ApiKey.CREATE_PARTITIONS, version))
        response = decode(CreatePartitionsResponse, encode_bytes(response, version), version)
        assert {each.name: each.error_code for each in response.results} == {
            "a": 0,
            "b": ErrorCode.INVALID_PARTITIONS,
            "c": 0,
            "d": ErrorCode.INVALID_REQUEST,
            "nope": ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        }
        counts = [len(each.partitions) for each in broker.metadata.catalogue.topics()]
        assert counts == [5, 2, 3, 2]
        validated = CreatePartitionsRequest(
            topics=[CreatePartitionsTopic(name="a", count=9, assignments=None)], validate_only=True
        )
        response = await handler.handle(validated, context(ApiKey.CREATE_PARTITIONS, version))
        assert response.results[0].error_code == 0
        assert len(broker.metadata.catalogue.by_name("a").partitions) == 5


async def test_an_internal_topic_keeps_its_number_of_partitions(tmp_path):
    """The groups in it are found by the hash of their ids, modulo that number."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.ensure_internal("__consumer_offsets")
        handler = CreatePartitionsHandler(broker.admin, broker.throttling)
        for validate_only in (True, False):
            topic = CreatePartitionsTopic(name="__consumer_offsets", count=60, assignments=None)
            request = CreatePartitionsRequest(topics=[topic], validate_only=validate_only)
            response = await handler.handle(request, context(ApiKey.CREATE_PARTITIONS, 3))
            assert response.results[0].error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
        assert len(broker.metadata.catalogue.by_name("__consumer_offsets").partitions) == 50
