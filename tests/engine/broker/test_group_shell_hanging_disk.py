"""What members and commits are told while the disk hangs."""

import asyncio
from pathlib import Path

from engine.coordinator.commands import ReadReply
from engine.coordinator.errors import GroupError
from tests.support.group_broker import group_broker


async def test_commit_of_a_disk_that_hangs_is_refused_in_time(tmp_path: Path) -> None:
    async with group_broker(tmp_path) as broker:
        await broker.with_topic("clicks")
        await broker.serve()
        broker.topics.syncs.is_hanging = True
        committing = asyncio.ensure_future(broker.commit("orders", 1))
        await broker.pass_time(0)
        await broker.pass_time(9.9)
        assert not committing.done()
        await broker.pass_time(0.2)
        assert committing.done()
        assert (await committing).error is GroupError.COORDINATOR_NOT_AVAILABLE
        broker.topics.syncs.go_on()
        assert (await broker.commit("orders", 2)).error is GroupError.NONE
        assert broker.positions("orders") == {"clicks": {0: 2}}


async def test_question_of_a_disk_that_hangs_is_refused_in_time(tmp_path: Path) -> None:
    """Though nobody else waits: the commit before it was refused long ago."""
    async with group_broker(tmp_path) as broker:
        await broker.with_topic("clicks")
        await broker.serve()
        broker.topics.syncs.is_hanging = True
        committing = asyncio.ensure_future(broker.commit("orders", 1))
        await broker.pass_time(0)
        await broker.pass_time(10)
        assert (await committing).error is GroupError.COORDINATOR_NOT_AVAILABLE
        await broker.pass_time(600)
        asked: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        broker.shell.read("orders", lambda _: "shown", asked)
        await broker.pass_time(9.9)
        assert not asked.done()
        await broker.pass_time(0.2)
        assert asked.done()
        assert asked.result() == ReadReply(error=GroupError.NOT_COORDINATOR)
        broker.topics.syncs.go_on()
