"""DescribeQuorum: the one voter of the one partition; answers as Kafka 4.3.1 gave them."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    DescribeQuorumResponse,
    PartitionData,
    TopicData,
)
from tests.support.running_engine import create_topic
from tests.support.wire_client import WireClient

METADATA = "__cluster_metadata"


def asking(*topics: tuple[str, list[int]]) -> DescribeQuorumRequest:
    return DescribeQuorumRequest(
        [TopicData(name, [PartitionData(index) for index in indexes]) for name, indexes in topics]
    )


@pytest.mark.parametrize("version", range(3))
async def test_the_broker_is_the_one_voter_and_leader(client: WireClient, version: int) -> None:
    before = await client.call(asking((METADATA, [0])), DescribeQuorumResponse, version)
    await create_topic(client, "orders")
    after = await client.call(asking((METADATA, [0])), DescribeQuorumResponse, version)

    partition = after.topics[0].partitions[0]
    assert (partition.error_code, partition.leader_id) == (ErrorCode.NONE, 1)
    assert partition.high_watermark > before.topics[0].partitions[0].high_watermark
    (voter,) = partition.current_voters
    assert (voter.replica_id, voter.log_end_offset) == (1, partition.high_watermark)
    assert partition.observers == []
    assert (voter.last_caught_up_timestamp > 0) == (version >= 1)
    assert (voter.replica_directory_id != bytes(16)) == (version >= 2)
    listeners = [(each.node_id, [one.name for one in each.listeners]) for each in after.nodes]
    assert listeners == ([(1, ["PLAINTEXT"])] if version >= 2 else [])


@pytest.mark.parametrize(
    "topics", [[(METADATA, [1])], [(METADATA, [0, 1])], [("t", [0])], [(METADATA, [0]), ("t", [0])]]
)
async def test_nothing_else_has_a_quorum(
    client: WireClient, topics: list[tuple[str, list[int]]]
) -> None:
    response = await client.call(asking(*topics), DescribeQuorumResponse, 2)

    answers = [each for topic in response.topics for each in topic.partitions]
    assert {each.error_code for each in answers} == {ErrorCode.UNKNOWN_TOPIC_OR_PARTITION}
    assert response.nodes == []
