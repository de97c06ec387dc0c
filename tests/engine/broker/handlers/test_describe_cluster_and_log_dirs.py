"""DescribeCluster, DescribeLogDirs, DescribeTopicPartitions and DeleteRecords."""

import pytest

from engine.broker.handlers.delete_records import DeleteRecordsHandler
from engine.broker.handlers.describe_cluster import DescribeClusterHandler
from engine.broker.handlers.describe_log_dirs import DescribeLogDirsHandler
from engine.broker.handlers.describe_topic_partitions import DescribeTopicPartitionsHandler
from engine.broker.new_topics import NewTopic
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)
from engine.protocol.messages.describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
)
from engine.protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    TopicRequest,
)
from tests.support.running_engine import batch
from tests.support.topic_broker import append, context, topic_broker


@pytest.mark.parametrize("version", range(3))
async def test_a_cluster_tells_its_id_controller_and_brokers(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        request = DescribeClusterRequest(include_cluster_authorized_operations=True)
        response = DescribeClusterHandler(broker.cluster).handle(
            request, context(ApiKey.DESCRIBE_CLUSTER, version)
        )
        response = decode(DescribeClusterResponse, encode_bytes(response, version), version)
        assert (response.error_code, response.cluster_id) == (0, "cluster")
        assert response.controller_id == 1
        assert [(each.broker_id, each.host, each.port) for each in response.brokers] == [
            (1, "broker.example", 9092)
        ]
        assert response.cluster_authorized_operations == 8096


@pytest.mark.parametrize(("endpoint_type", "code"), [(2, 114), (3, 115)])
async def test_only_brokers_are_described(endpoint_type, code, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        response = DescribeClusterHandler(broker.cluster).handle(
            DescribeClusterRequest(endpoint_type=endpoint_type),
            context(ApiKey.DESCRIBE_CLUSTER, 1),
        )
        assert (response.error_code, response.brokers) == (code, [])


@pytest.mark.parametrize("version", range(1, 6))
async def test_the_data_directory_tells_the_size_of_each_partition(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2), NewTopic("u")])
        await append(broker, "t")
        handler = DescribeLogDirsHandler(broker.metadata.catalogue, broker.space)
        request = DescribeLogDirsRequest(
            topics=[
                DescribableLogDirTopic(topic="t", partitions=[0, 1, 9]),
                DescribableLogDirTopic(topic="nope", partitions=[0]),
            ]
        )
        response = await handler.handle(request, context(ApiKey.DESCRIBE_LOG_DIRS, version))
        response = decode(DescribeLogDirsResponse, encode_bytes(response, version), version)
        (result,) = response.results
        assert (result.error_code, result.log_dir) == (0, str(tmp_path / "a"))
        (topic,) = result.topics
        size = (tmp_path / "a/t-0/00000000000000000000.log").stat().st_size
        assert size > 0
        assert [(each.partition_index, each.partition_size) for each in topic.partitions] == [
            (0, size),
            (1, 0),
        ]
        if version >= 4:
            assert result.total_bytes >= result.usable_bytes > 0
        everything = await handler.handle(
            DescribeLogDirsRequest(topics=None), context(ApiKey.DESCRIBE_LOG_DIRS, version)
        )
        assert [each.name for each in everything.results[0].topics] == ["t", "u"]


def pages(broker, names, limit, cursor=None, partition_limit=2_000):
    handler = DescribeTopicPartitionsHandler(
        broker.metadata.catalogue, broker.leadership, partition_limit=lambda: partition_limit
    )
    request = DescribeTopicPartitionsRequest(
        topics=[TopicRequest(name=name) for name in names],
        response_partition_limit=limit,
        cursor=cursor,
    )
    response = handler.handle(request, context(ApiKey.DESCRIBE_TOPIC_PARTITIONS, 0))
    return decode(DescribeTopicPartitionsResponse, encode_bytes(response, 0), 0)


def shape(response):
    topics = [
        (topic.name, [each.partition_index for each in topic.partitions])
        for topic in response.topics
    ]
    cursor = response.next_cursor
    return topics, None if cursor is None else (cursor.topic_name, cursor.partition_index)


@pytest.mark.point(73)
async def test_pages_follow_each_other_until_everything_was_told(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("b", 3), NewTopic("zed", 3), NewTopic("c")])
        asked = ["zed", "b", "zed"]
        assert shape(pages(broker, asked, 4)) == ([("b", [0, 1, 2]), ("zed", [0])], ("zed", 1))
        assert shape(pages(broker, asked, 4, Cursor("zed", 1))) == ([("zed", [1, 2])], None)
        assert shape(pages(broker, asked, 3)) == ([("b", [0, 1, 2])], ("zed", 0))
        assert shape(pages(broker, asked, 0)) == ([("b", [0])], ("b", 1))
        assert shape(pages(broker, [], 9, partition_limit=4)) == (
            [("b", [0, 1, 2]), ("c", [0])],
            ("zed", 0),
        )


async def test_a_cursor_names_a_topic_of_the_request_or_all_are_asked_for(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("b", 3), NewTopic("d", 2)])
        refused = pages(broker, ["b", "d"], 9, Cursor("c", 0))
        assert [each.error_code for each in refused.topics] == [ErrorCode.INVALID_REQUEST] * 2
        assert shape(pages(broker, [], 9, Cursor("c", 1))) == ([("d", [0, 1])], None)


async def test_topics_that_do_not_exist_are_told_in_their_place(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("b")])
        response = pages(broker, ["nope", "b", "a b"], 10)
        assert [(each.name, each.error_code) for each in response.topics] == [
            ("a b", ErrorCode.INVALID_TOPIC_EXCEPTION),
            ("b", 0),
            ("nope", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ]
        refused = pages(broker, ["b"], 10, Cursor("b", -1))
        assert refused.topics[0].error_code == ErrorCode.INVALID_REQUEST


async def delete_records(broker, *asked, topic="t", version=2):
    handler = DeleteRecordsHandler(broker.partitions, broker.commit, broker.maintenance.checkpoint)
    request = DeleteRecordsRequest(
        topics=[
            DeleteRecordsTopic(
                name=topic,
                partitions=[
                    DeleteRecordsPartition(partition_index=index, offset=offset)
                    for index, offset in asked
                ],
            )
        ]
    )
    request = decode(DeleteRecordsRequest, encode_bytes(request, version), version)
    response = await handler.handle(request, context(ApiKey.DELETE_RECORDS, version))
    response = decode(DeleteRecordsResponse, encode_bytes(response, version), version)
    return [(each.error_code, each.low_watermark) for each in response.topics[0].partitions]


@pytest.mark.point(60, 72)
@pytest.mark.parametrize("version", range(3))
async def test_records_are_deleted_up_to_an_offset(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2)])
        await append(broker, "t", b"x", count=10)
        asked = [(0, 3), (1, 5), (9, 1)]
        assert await delete_records(broker, *asked, version=version) == [(0, 3), (1, -1), (3, -1)]
        for offset, answer in ((2, (0, 3)), (11, (1, -1)), (-2, (1, -1))):
            assert await delete_records(broker, (0, offset)) == [answer]
        assert await delete_records(broker, (0, 9), (0, 4)) == [(0, 4)]
        assert await delete_records(broker, (0, -1)) == [(0, 10)]


@pytest.mark.point(72)
@pytest.mark.parametrize("offset", [1, -1])
async def test_records_can_be_deleted_once_acks_1_was_answered(offset, tmp_path):
    """A batch is in its file and not yet committed."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        log = broker.partitions.find("t", 0).log
        log.append(batch(b"x"), leader_epoch=0)
        log.write_staged()
        assert await delete_records(broker, (0, offset)) == [(0, 1)]


async def test_deleted_records_do_not_come_back_after_a_crash(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        await append(broker, "t", b"x", count=10)
        assert await delete_records(broker, (0, 4)) == [(0, 4)]
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert broker.partitions.find("t", 0).log.log_start_offset == 4


@pytest.mark.point(72)
async def test_compacted_and_internal_topics_refuse(tmp_path):
    async with topic_broker(tmp_path / "a", offsets_topic_num_partitions=1) as broker:
        await broker.admin.create([NewTopic("t", configs=[("cleanup.policy", "compact")])])
        await broker.admin.ensure_internal("__consumer_offsets")
        assert await delete_records(broker, (0, 0)) == [(ErrorCode.POLICY_VIOLATION, -1)]
        refused = await delete_records(broker, (0, 0), topic="__consumer_offsets")
        assert refused == [(ErrorCode.INVALID_TOPIC_EXCEPTION, -1)]
