"""Metadata against a catalogue on a real directory; answers as a running Kafka 4.3.1 gave them.

What differs stands in docs/reference/differences.toml.
"""

import pytest

from engine.broker.handlers.metadata import MetadataHandler
from engine.broker.new_topics import NewTopic
from engine.kernel.ids import NULL_TOPIC_ID
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from tests.support.topic_broker import context, topic_broker

ALL_VERSIONS = range(MetadataRequest.MIN_VERSION, MetadataRequest.MAX_VERSION + 1)


async def ask(broker, request, version=13, *, creates_topics=True):
    handler = MetadataHandler(
        broker.metadata.catalogue,
        broker.cluster,
        broker.leadership,
        broker.admin,
        creates_topics=lambda: creates_topics,
    )
    request = decode(MetadataRequest, encode_bytes(request, version), version)
    response = await handler.handle(request, context(ApiKey.METADATA, version))
    return decode(MetadataResponse, encode_bytes(response, version), version)


def named(*names, **fields):
    return MetadataRequest(topics=[MetadataRequestTopic(name=name) for name in names], **fields)


def by_id(*topic_ids):
    return MetadataRequest(
        topics=[MetadataRequestTopic(topic_id=each, name=None) for each in topic_ids]
    )


def outcome(response):
    return [(topic.name, topic.error_code) for topic in response.topics]


@pytest.mark.parametrize("version", ALL_VERSIONS)
async def test_every_version_tells_brokers_topics_and_leaders(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("b", 2), NewTopic("a")])
        topics = [] if version == 0 else None
        response = await ask(broker, MetadataRequest(topics=topics), version)
        assert outcome(response) == [("a", 0), ("b", 0)]
        assert [(node.node_id, node.host, node.port) for node in response.brokers] == [
            (1, "broker.example", 9092)
        ]
        partitions = response.topics[1].partitions
        assert [(each.partition_index, each.leader_id) for each in partitions] == [(0, 1), (1, 1)]
        assert partitions[0].replica_nodes == partitions[0].isr_nodes == [1]
        if version >= 1:
            assert (response.controller_id, response.brokers[0].rack) == (1, "rack")
        if version >= 2:
            assert response.cluster_id == "cluster"
        if version >= 10:
            assert response.topics[0].topic_id == broker.metadata.catalogue.by_name("a").topic_id


@pytest.mark.point(10)
async def test_an_empty_list_asks_for_no_topic_from_version_1_on(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("a")])
        assert outcome(await ask(broker, named(), 0)) == [("a", 0)]
        assert outcome(await ask(broker, named(), 1)) == []


async def test_named_topics_come_once_each_as_asked_for(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("a"), NewTopic("b")])
        assert outcome(await ask(broker, named("b", "a", "b"))) == [("b", 0), ("a", 0)]


@pytest.mark.point(61)
async def test_a_missing_topic_is_created_and_told_to_the_next_request(tmp_path):
    async with topic_broker(tmp_path / "a", num_partitions=3) as broker:
        first = await ask(broker, named("new"))
        assert outcome(first) == [("new", ErrorCode.LEADER_NOT_AVAILABLE)]
        assert first.topics[0].partitions == []
        response = await ask(broker, named("new"))
        assert outcome(response) == [("new", 0)]
        assert [each.leader_id for each in response.topics[0].partitions] == [1, 1, 1]
        assert broker.partitions.find("new", 2) is not None


@pytest.mark.point(61)
@pytest.mark.parametrize("version", range(4))
async def test_versions_below_4_always_create(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        assert outcome(await ask(broker, named("new"), version)) == [("new", 5)]
        assert outcome(await ask(broker, named("new"), version)) == [("new", 0)]


@pytest.mark.point(61, 62)
async def test_a_topic_is_not_created_unless_client_and_broker_allow_it(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        refusing = named("new", allow_auto_topic_creation=False)
        assert outcome(await ask(broker, refusing)) == [("new", 3)]
        assert outcome(await ask(broker, named("new"), creates_topics=False)) == [("new", 3)]
        await ask(broker, MetadataRequest(topics=None))
        assert broker.names() == []


@pytest.mark.point(62)
async def test_names_that_cannot_be_created_say_so_beside_those_that_can(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("a.x")])
        asked = named("ok", "a b", "", ".", "x" * 250, "a_x")
        assert [code for _, code in outcome(await ask(broker, asked))] == [5, 17, 17, 17, 17, 17]
        assert [code for _, code in outcome(await ask(broker, asked))] == [0, 17, 17, 17, 17, 17]


async def test_an_internal_topic_is_created_with_its_own_partitions(tmp_path):
    async with topic_broker(tmp_path / "a", offsets_topic_num_partitions=4) as broker:
        first = await ask(broker, named("__consumer_offsets"))
        assert (first.topics[0].error_code, first.topics[0].is_internal) == (5, True)
        response = await ask(broker, named("__consumer_offsets"))
        assert response.topics[0].is_internal
        assert len(response.topics[0].partitions) == 4


async def test_topics_are_found_by_id(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("a")])
        response = await ask(broker, by_id(created.topic_id, b"\7" * 16))
        assert outcome(response) == [("a", 0), (None, ErrorCode.UNKNOWN_TOPIC_ID)]
        assert response.topics[1].topic_id == b"\7" * 16
        both = MetadataRequest(
            topics=[MetadataRequestTopic(topic_id=created.topic_id, name="other")]
        )
        assert outcome(await ask(broker, both)) == [("a", 0)]


async def test_names_beside_an_id_are_not_answered(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        created, _ = await broker.admin.create([NewTopic("a"), NewTopic("b")])
        mixed = MetadataRequest(
            topics=[
                MetadataRequestTopic(topic_id=created.topic_id, name=None),
                MetadataRequestTopic(name="b"),
            ]
        )
        assert outcome(await ask(broker, mixed)) == [("a", 0)]


async def test_ids_are_refused_before_version_12_and_nothing_at_all_always(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("a")])
        request = MetadataRequest(
            topics=[MetadataRequestTopic(topic_id=created.topic_id, name="a")]
        )
        assert outcome(await ask(broker, request, 11)) == [("a", ErrorCode.INVALID_REQUEST)]
        nothing = await ask(broker, by_id(NULL_TOPIC_ID))
        assert outcome(nothing) == [("", ErrorCode.INVALID_REQUEST)]
        assert nothing.brokers == []


@pytest.mark.point(65)
async def test_authorised_operations_are_told_when_asked_for(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("a")])
        plain = await ask(broker, named("a"), 9)
        assert plain.topics[0].topic_authorized_operations == -(2**31)
        assert plain.cluster_authorized_operations == -(2**31)
        full = await ask(
            broker,
            named(
                "a",
                include_topic_authorized_operations=True,
                include_cluster_authorized_operations=True,
            ),
            9,
        )
        assert full.topics[0].topic_authorized_operations == 3576
        assert full.cluster_authorized_operations == 8096


async def test_a_partition_whose_disk_failed_has_no_leader(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("a", 2)])
        log = broker.partitions.find("a", 1).log
        log.fail_sync(OSError(5, "Input/output error"))
        healthy, failed = (await ask(broker, named("a"))).topics[0].partitions
        assert (healthy.error_code, healthy.leader_id) == (0, 1)
        assert (failed.error_code, failed.leader_id) == (ErrorCode.LEADER_NOT_AVAILABLE, -1)
        assert (failed.isr_nodes, failed.offline_replicas) == ([], [1])
