"""A held handler answers when it likes, and its connection takes nothing more until then."""

from engine.broker.api_row import held, immediate
from engine.broker.context import Reply, RequestContext
from engine.protocol.messages.heartbeat import (
    HeartbeatRequest,
    HeartbeatResponse,
)
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.served_handlers import served
from tests.support.waiting import until


async def test_held_handler_holds_back_its_own_connection_only() -> None:
    order: list[str] = []
    owed: list[Reply] = []

    def slow(request: SyncGroupRequest, context: RequestContext, reply: Reply) -> None:
        order.append("slow begins")
        owed.append(reply)

    def quick(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        order.append(f"quick {request.generation_id}")
        return HeartbeatResponse()

    rows = (
        held(SyncGroupRequest, lambda parts: slow),
        immediate(HeartbeatRequest, lambda parts: quick),
    )
    async with served(*rows) as server, server.connect() as client, server.connect() as other:
        client.write(
            client.frame(SyncGroupRequest(), 5)
            + client.frame(HeartbeatRequest(generation_id=1), 4)
            + client.frame(SyncGroupRequest(), 5)
            + client.frame(HeartbeatRequest(generation_id=2), 4)
        )
        for _ in range(2):
            await until(lambda: owed)
            await other.call(HeartbeatRequest(generation_id=9), HeartbeatResponse, 4)
            owed.pop().send(SyncGroupResponse())
            await client.receive(SyncGroupResponse, 5)
            await client.receive(HeartbeatResponse, 4)

    one, two = ["slow begins", "quick 9", "quick 1"], ["slow begins", "quick 9", "quick 2"]
    assert order == one + two
