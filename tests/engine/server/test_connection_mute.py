"""A client over a quota is answered at once and then not listened to for a while (KIP-219)."""

import asyncio

import pytest

from engine.broker.api_row import direct, immediate, ordinary
from engine.broker.client_quotas import ClientQuotas
from engine.broker.context import Reply, RequestContext
from engine.metrics import catalogue
from engine.protocol.messages.fetch import FetchRequest, FetchResponse
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.clock import FakeClock
from tests.support.quotas import set_quota
from tests.support.served_handlers import IDLE_MS_MAX, served
from tests.support.wire_client import CLIENT_ID

FOR_EVER_MS = 10_000_000
A_MOMENT_MS = 1


class Throttled:
    """Tells the client what the test says, and remembers the requests that came."""

    def __init__(self, throttle_ms: int) -> None:
        self.throttle_ms = throttle_ms
        self.generations: list[int] = []

    def handle(self, request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        self.generations.append(request.generation_id)
        return HeartbeatResponse(throttle_time_ms=self.throttle_ms)


@pytest.mark.point(12)
async def test_throttled_client_is_answered_and_its_next_request_waits() -> None:
    handler = Throttled(FOR_EVER_MS)
    row = immediate(HeartbeatRequest, lambda parts: handler.handle)
    async with served(row) as server, server.connect() as client, server.connect() as other:
        answer = await client.call(HeartbeatRequest(generation_id=1), HeartbeatResponse, 4)
        assert answer.throttle_time_ms == FOR_EVER_MS
        client.send(HeartbeatRequest(generation_id=2), 4)

        for generation in (10, 11, 12):
            handler.throttle_ms = 0
            await other.call(HeartbeatRequest(generation_id=generation), HeartbeatResponse, 4)

        assert handler.generations == [1, 10, 11, 12]


async def test_throttled_client_is_heard_again_after_its_time() -> None:
    handler = Throttled(A_MOMENT_MS)
    row = immediate(HeartbeatRequest, lambda parts: handler.handle)
    async with served(row) as server, server.connect() as client:
        for generation in range(5):
            client.send(HeartbeatRequest(generation_id=generation), 4)
        for _ in range(5):
            await client.receive(HeartbeatResponse, 4)

        assert handler.generations == [0, 1, 2, 3, 4]


@pytest.mark.point(12)
async def test_throttle_without_an_answer_mutes_all_the_same() -> None:
    """What acks=0 does."""

    def omit(request: FetchRequest, context: RequestContext, reply: Reply) -> None:
        reply.omit(FOR_EVER_MS)

    handler = Throttled(0)
    rows = (
        direct(FetchRequest, lambda parts: omit),
        immediate(HeartbeatRequest, lambda parts: handler.handle),
    )
    async with served(*rows) as server, server.connect() as client, server.connect() as other:
        client.send(FetchRequest(), 12)
        client.send(HeartbeatRequest(generation_id=1), 4)
        await other.call(HeartbeatRequest(generation_id=2), HeartbeatResponse, 4)

        assert handler.generations == [2]


async def test_longer_of_two_throttles_counts() -> None:
    parked: list[Reply] = []

    def park(request: FetchRequest, context: RequestContext, reply: Reply) -> None:
        parked.append(reply)
        if len(parked) == 2:
            parked[0].send(FetchResponse(throttle_time_ms=FOR_EVER_MS))
            parked[1].send(FetchResponse(throttle_time_ms=A_MOMENT_MS))

    handler = Throttled(0)
    rows = (
        direct(FetchRequest, lambda parts: park),
        immediate(HeartbeatRequest, lambda parts: handler.handle),
    )
    async with served(*rows) as server, server.connect() as client, server.connect() as other:
        client.send(FetchRequest(), 12)
        client.send(FetchRequest(), 12)
        await client.receive(FetchResponse, 12)
        await client.receive(FetchResponse, 12)
        client.send(HeartbeatRequest(generation_id=1), 4)
        await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        await other.call(HeartbeatRequest(generation_id=2), HeartbeatResponse, 4)

        assert handler.generations == [2]


async def test_muted_connection_is_not_idle() -> None:
    handler = Throttled(FOR_EVER_MS)
    row = immediate(HeartbeatRequest, lambda parts: handler.handle)
    async with served(row) as server, server.connect() as muted, server.connect() as idle:
        await muted.call(HeartbeatRequest(generation_id=1), HeartbeatResponse, 4)
        handler.throttle_ms = 0
        await idle.call(HeartbeatRequest(generation_id=2), HeartbeatResponse, 4)
        server.clock.advance(IDLE_MS_MAX / 1000 + 1)

        server.front.sweep()

        assert await idle.is_closed_by_peer()
        closed = dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))
        assert closed == {("idle",): 1.0}


class SlowHandler:
    """Moves the broker's clock by so much per step: nobody else is served meanwhile."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.clock = FakeClock()

    def handle(self, request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        self.clock.advance(self.seconds)
        return HeartbeatResponse()

    async def handle_in_steps(
        self, request: SyncGroupRequest, context: RequestContext
    ) -> SyncGroupResponse:
        self.clock.advance(self.seconds)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, lambda: None)
        self.clock.advance(self.seconds)
        return SyncGroupResponse()


async def test_time_that_a_request_keeps_the_broker_busy_is_paid_for() -> None:
    """One percent over ten seconds is a tenth of a second; the wait is one window at most."""
    quotas, handler = ClientQuotas(), SlowHandler(0.105)
    set_quota(quotas, {"client-id": CLIENT_ID}, request_percentage=1.0)
    rows = (
        immediate(HeartbeatRequest, lambda parts: handler.handle),
        ordinary(SyncGroupRequest, lambda parts: handler.handle_in_steps),
    )
    async with served(*rows, quotas=quotas) as server:
        handler.clock = server.clock
        async with server.connect() as client:
            answer = await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
            assert 400 <= answer.throttle_time_ms <= 600
        server.clock.advance(60)
        async with server.connect() as client:
            later = await client.call(SyncGroupRequest(), SyncGroupResponse, 5)
            assert later.throttle_time_ms == 1_000
