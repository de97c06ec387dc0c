"""What members and commits are told while the disk hangs."""

import asyncio
from pathlib import Path

from engine.coordinator.errors import GroupError
from tests.support.group_broker import group_broker


async def test_commit_of_a_disk_that_hangs_is_refused_in_time(tmp_path: Path) -> None:
    async with group_broker(tmp_path) as broker:
        await broker.with_topic("clicks")
        await broker.serve()
        broker.topics.syncs.is_hanging = True
        committing = asyncio.ensure_future(broker.commit("orders", 1))
        await broker.pass_time(0)
        await broker.pass_time(4.9)
        assert not committing.done()
        await broker.pass_time(0.2)
        assert committing.done()
        assert (await committing).error is GroupError.COORDINATOR_NOT_AVAILABLE
        broker.topics.syncs.go_on()
        assert (await broker.commit("orders", 2)).error is GroupError.NONE
        assert broker.positions("orders") == {"clicks": {0: 2}}
