"""What a stop of the server does to requests that have just arrived."""

import asyncio
import gc
import warnings

from engine.broker.api_row import immediate, ordinary
from engine.broker.context import RequestContext
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.served_handlers import served


async def test_a_request_that_is_cancelled_before_it_begins_leaves_nothing_behind() -> None:
    """Stop between the arrival of a request and its first step: both come in one turn."""
    stopping: list[asyncio.Future[None]] = []

    def stop(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        stopping.append(asyncio.ensure_future(server.tasks.close()))
        return HeartbeatResponse()

    async def never(request: SyncGroupRequest, context: RequestContext) -> SyncGroupResponse:
        raise AssertionError("it was cancelled before it began")

    rows = (
        immediate(HeartbeatRequest, lambda parts: stop),
        ordinary(SyncGroupRequest, lambda parts: never),
    )
    async with served(*rows) as server, server.connect() as client:
        client.send(HeartbeatRequest(), 4)
        client.send(SyncGroupRequest(), 5)
        await client.receive(HeartbeatResponse, 4)
        await asyncio.gather(*stopping)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            gc.collect()
        assert [str(each.message) for each in told] == []
        assert len(server.tasks) == 0
