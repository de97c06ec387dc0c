"""Produce to a partition whose replicas are not all in sync."""

from pathlib import Path

import pytest

from engine.broker.handlers.produce import ProduceHandler
from engine.broker.new_topics import NewTopic
from engine.kernel.ids import BrokerId
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import ProduceResponse
from tests.support.kept_reply import KeptReply
from tests.support.running_engine import batch, produce_request
from tests.support.topic_broker import context, topic_broker


@pytest.mark.point(19)
@pytest.mark.parametrize(
    ("acks", "code", "end_offset"), [(-1, ErrorCode.NOT_ENOUGH_REPLICAS, 0), (1, ErrorCode.NONE, 1)]
)
async def test_too_few_in_sync_replicas_refuse_acks_all_before_anything_is_appended(
    acks: int, code: ErrorCode, end_offset: int, tmp_path: Path
) -> None:
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("orders", configs=[("min.insync.replicas", "2")])])
        partition = broker.partitions.find("orders", 0)
        assert partition is not None
        partition.replicas = (BrokerId(1), BrokerId(2), BrokerId(3))
        handler = ProduceHandler(
            broker.partitions, broker.commit, broker.throttling, broker.reserve
        )
        reply = KeptReply(ProduceResponse)

        handler.handle(
            produce_request("orders", batch(b"a"), acks=acks), context(ApiKey.PRODUCE, 9), reply
        )
        broker.commit.flush()

        response = await reply.response()
        assert response.responses[0].partition_responses[0].error_code == code
        assert partition.log.log_end_offset == end_offset
