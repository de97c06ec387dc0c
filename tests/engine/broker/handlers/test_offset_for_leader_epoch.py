"""OffsetForLeaderEpoch: where epochs ended, and who may ask."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_for_leader_epoch import (
    EpochEndOffset,
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from tests.support.running_engine import batch, create_topic, produce
from tests.support.wire_client import WireClient


async def ask(
    client: WireClient, epoch: int, *, current: int = -1, index: int = 0, version: int = 4
) -> EpochEndOffset:
    asked = OffsetForLeaderPartition(index, current, epoch)
    request = OffsetForLeaderEpochRequest(topics=[OffsetForLeaderTopic("orders", [asked])])
    response = await client.call(request, OffsetForLeaderEpochResponse, version)
    return response.topics[0].partitions[0]


@pytest.mark.point(58)
@pytest.mark.parametrize("version", [2, 3, 4])
async def test_current_epoch_ends_at_the_log_end(client: WireClient, version: int) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", b"b", b"c"))

    answer = await ask(client, 0, version=version)

    assert (answer.error_code, answer.leader_epoch, answer.end_offset) == (ErrorCode.NONE, 0, 3)


@pytest.mark.point(58)
async def test_epoch_that_nobody_had_is_unknown(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))

    answer = await ask(client, 5)

    assert (answer.error_code, answer.leader_epoch, answer.end_offset) == (ErrorCode.NONE, -1, -1)


async def test_epoch_of_a_leader_counts_before_it_has_written(client: WireClient) -> None:
    await create_topic(client, "orders")

    found = await ask(client, 0)

    assert (found.leader_epoch, found.end_offset) == (0, 0)


async def test_belief_in_another_leader_is_refused(client: WireClient) -> None:
    await create_topic(client, "orders")

    assert (await ask(client, 0, current=3)).error_code == ErrorCode.UNKNOWN_LEADER_EPOCH


async def test_unknown_partition_is_told(client: WireClient) -> None:
    await create_topic(client, "orders")

    assert (await ask(client, 0, index=9)).error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
