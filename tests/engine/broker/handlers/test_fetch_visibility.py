"""What a reader sees of a log: nothing that is not on disk, whatever it is content with."""

from pathlib import Path

import pytest

from engine.broker.fetch_sessions import FetchSessions
from engine.broker.fetch_waiters import FetchWaiters
from engine.broker.handlers.fetch import FetchHandler
from engine.broker.new_topics import NewTopic
from engine.metrics.registry import Registry
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.fetch import FetchResponse
from tests.support.entropy import SeededEntropy
from tests.support.kept_reply import KeptReply
from tests.support.running_engine import batch, fetch_request
from tests.support.topic_broker import context, topic_broker

FOR_EVER_MS = 60_000


@pytest.mark.point(45)
@pytest.mark.parametrize("isolation_level", [0, 1])
async def test_what_is_not_on_disk_ends_no_wait(isolation_level: int, tmp_path: Path) -> None:
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("orders")])
        partition = broker.partitions.find("orders", 0)
        assert partition is not None
        waiters = FetchWaiters(Registry())
        handler = FetchHandler(
            broker.partitions,
            waiters,
            FetchSessions(0, SeededEntropy()),
            broker.clock,
            broker.throttling,
            broker.cluster,
            fetch_bytes_max=lambda: 1 << 20,
        )
        request = fetch_request("orders", max_wait_ms=FOR_EVER_MS)
        request.isolation_level = isolation_level
        written = batch(b"a")
        partition.log.append(written, leader_epoch=partition.leader_epoch)
        partition.log.write_staged()
        reply = KeptReply(FetchResponse)
        handler.handle(request, context(ApiKey.FETCH, 12), reply)
        assert not reply.is_answered

        await broker.commit.wait(partition, partition.log.log_end_offset, len(written))

        (data,) = (await reply.response()).responses[0].partitions
        assert data.records is not None
        assert len(data.records) == len(written)
        assert (data.high_watermark, data.last_stable_offset) == (1, 1)
