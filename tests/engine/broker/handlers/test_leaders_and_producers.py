"""ElectLeaders, ListPartitionReassignments, DescribeProducers; answers as Kafka 4.3.1 gave them."""

import pytest

from engine.broker.handlers.describe_producers import DescribeProducersHandler
from engine.broker.handlers.elect_leaders import ElectLeadersHandler
from engine.broker.handlers.list_partition_reassignments import list_partition_reassignments
from engine.broker.new_topics import NewTopic
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    TopicRequest,
)
from engine.protocol.messages.elect_leaders import (
    ElectLeadersRequest,
    ElectLeadersResponse,
    TopicPartitions,
)
from engine.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from engine.records.builder import NewRecord, build_batch
from tests.support.topic_broker import context, topic_broker


def elect(broker, *asked, election_type=0, version=2, is_for_all=False):
    request = ElectLeadersRequest(
        election_type=election_type,
        topic_partitions=None
        if is_for_all
        else [TopicPartitions(topic=name, partitions=list(indexes)) for name, indexes in asked],
    )
    request = decode(ElectLeadersRequest, encode_bytes(request, version), version)
    handler = ElectLeadersHandler(broker.metadata.catalogue)
    response = handler.handle(request, context(ApiKey.ELECT_LEADERS, version))
    return decode(ElectLeadersResponse, encode_bytes(response, version), version)


@pytest.mark.parametrize("version", range(3))
async def test_the_only_replica_leads_already(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2)])
        response = elect(broker, ("t", [0, 1, 9]), ("nope", [0]), version=version)
        assert [
            (topic.topic, each.partition_id, each.error_code)
            for topic in response.replica_election_results
            for each in topic.partition_result
        ] == [
            ("t", 0, ErrorCode.ELECTION_NOT_NEEDED),
            ("t", 1, ErrorCode.ELECTION_NOT_NEEDED),
            ("t", 9, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            ("nope", 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ]


async def test_asking_for_all_lists_no_partition_that_needs_nothing(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        (result,) = elect(broker, is_for_all=True).replica_election_results
        assert (result.topic, result.partition_result) == ("t", [])


async def test_an_unknown_kind_of_election_is_refused(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        response = elect(broker, ("t", [0]), election_type=5)
        assert response.error_code == ErrorCode.INVALID_REQUEST
        (partition,) = response.replica_election_results[0].partition_result
        assert partition.error_message == "Unknown election type 5"


@pytest.mark.parametrize("version", [1, 2])
async def test_an_unknown_kind_of_election_of_all_names_no_topic(version, tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        response = elect(broker, election_type=5, version=version, is_for_all=True)
        assert response.error_code == ErrorCode.INVALID_REQUEST
        assert response.replica_election_results == []


def test_no_replica_moves():
    response = list_partition_reassignments(
        ListPartitionReassignmentsRequest(), context(ApiKey.LIST_PARTITION_REASSIGNMENTS, 0)
    )
    response = decode(ListPartitionReassignmentsResponse, encode_bytes(response, 0), 0)
    assert (response.error_code, response.topics) == (0, [])


async def test_idempotent_producers_are_told_with_their_last_sequence(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2)])
        partition = broker.partitions.find("t", 0)
        records = [NewRecord(broker.clock.wall, None, b"v")] * 3
        batch = build_batch(records, producer_id=7, producer_epoch=2, base_sequence=0)
        partition.log.append(batch, leader_epoch=0)
        await broker.commit.wait(partition, 3, len(batch))
        request = DescribeProducersRequest(
            topics=[
                TopicRequest(name="t", partition_indexes=[0, 1, 9]),
                TopicRequest(name="a b", partition_indexes=[0]),
            ]
        )
        handler = DescribeProducersHandler(broker.partitions)
        response = handler.handle(request, context(ApiKey.DESCRIBE_PRODUCERS, 0))
        response = decode(DescribeProducersResponse, encode_bytes(response, 0), 0)
        known, idle, missing = response.topics[0].partitions
        (producer,) = known.active_producers
        assert (producer.producer_id, producer.producer_epoch, producer.last_sequence) == (7, 2, 2)
        assert producer.current_txn_start_offset == -1
        assert (idle.error_code, idle.active_producers) == (0, [])
        assert missing.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        refused = response.topics[1].partitions[0]
        assert refused.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
