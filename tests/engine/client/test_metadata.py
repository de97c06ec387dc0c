"""The values of a metadata answer, in whatever order they come."""

from engine.client.metadata import cluster_metadata
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import (
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)


def topic(*numbers: int) -> MetadataResponseTopic:
    partitions = [
        MetadataResponsePartition(partition_index=number, leader_id=number + 100)
        for number in numbers
    ]
    return MetadataResponseTopic(name="t", topic_id=bytes(range(16)), partitions=partitions)


def test_partitions_come_in_order_and_are_found_by_number() -> None:
    described = cluster_metadata(MetadataResponse(topics=[topic(2, 0, 1)])).topics["t"]
    assert [partition.partition for partition in described.partitions] == [0, 1, 2]
    found = described.partition(2)
    assert found is not None
    assert found.leader == 102


def test_a_partition_is_found_where_numbers_are_missing() -> None:
    described = cluster_metadata(MetadataResponse(topics=[topic(5, 3)])).topics["t"]
    found = described.partition(5)
    assert found is not None
    assert found.leader == 105
    assert described.partition(0) is None
    assert described.partition(-1) is None


def test_errors_of_topics_and_partitions_are_kept_apart() -> None:
    answered = topic(0)
    answered.partitions[0].error_code = ErrorCode.LEADER_NOT_AVAILABLE
    described = cluster_metadata(MetadataResponse(topics=[answered])).topics["t"]
    assert described.error is None
    error = described.partitions[0].error
    assert error is not None
    assert error.code is ErrorCode.LEADER_NOT_AVAILABLE


def test_a_topic_without_name_is_left_out() -> None:
    answer = MetadataResponse(topics=[MetadataResponseTopic(name=None)])
    assert cluster_metadata(answer).topics == {}


def test_nodes_carry_their_racks() -> None:
    answer = MetadataResponse(brokers=[MetadataResponseBroker(4, "h", 9, "r")], controller_id=4)
    described = cluster_metadata(answer)
    assert (described.nodes[4].rack, described.nodes[4].endpoint) == ("r", ("h", 9))
    assert described.controller == 4


def test_lists_of_nodes_that_partitions_have_alike_are_kept_once() -> None:
    partitions = [
        MetadataResponsePartition(partition_index=number, replica_nodes=[1, 2, 3], isr_nodes=isr)
        for number, isr in enumerate([[1, 2, 3], [3, 1]])
    ]
    answer = MetadataResponse(topics=[MetadataResponseTopic(name="t", partitions=partitions)])
    whole, partly = cluster_metadata(answer).topics["t"].partitions
    assert whole.replicas == (1, 2, 3)
    assert whole.in_sync_replicas is whole.replicas is partly.replicas
    assert partly.in_sync_replicas == (3, 1)
