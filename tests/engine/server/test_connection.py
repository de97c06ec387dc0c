"""Connections: order of replies, back-pressure, and what a broken client can and cannot do."""

import asyncio
import logging
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.broker.api_row import direct, immediate, ordinary
from engine.broker.context import OffendingRequest, Reply, RequestContext
from engine.metrics import catalogue
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.fetch import FetchableTopicResponse, FetchRequest, FetchResponse
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from engine.server.frames import FIRST_FRAME_BYTES_MAX
from engine.server.staleness import FRAME_SECONDS_MAX
from engine.server.unsent import PENDING_REPLIES_MAX, UNSENT_BYTES_MAX
from tests.support.served_handlers import IDLE_MS_MAX, served
from tests.support.waiting import until

SOCKETS_BYTES_MAX = 32 * 1024 * 1024
"""More than the sending socket of a connection can hold; by default it grows to 4 MB on Linux."""


class Parked:
    """A direct handler whose replies a test sends when it likes."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.abandoned = 0

    def handle(self, request: FetchRequest, context: RequestContext, reply: Reply) -> None:
        self.replies.append(reply)
        reply.when_abandoned(self._abandon)

    def _abandon(self) -> None:
        self.abandoned += 1

    async def has(self, count: int) -> None:
        await until(lambda: len(self.replies) >= count)


def echo_generation(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse(error_code=request.generation_id)


HEARTBEATS = immediate(HeartbeatRequest, lambda parts: echo_generation)


async def assert_beats(client: Any, number: int = 7) -> None:
    response = await client.call(HeartbeatRequest(generation_id=number), HeartbeatResponse, 4)
    assert response.error_code == number


@pytest.mark.point(8)
async def test_replies_keep_the_order_of_requests() -> None:
    """Two parked requests and a quick one are answered backwards, and arrive forwards."""
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with served(row, HEARTBEATS) as server, server.connect() as client:
        first, second = client.send(FetchRequest(), 12), client.send(FetchRequest(), 12)
        third = client.send(HeartbeatRequest(generation_id=3), 4)
        await parked.has(2)

        parked.replies[1].send(FetchResponse(error_code=2))
        parked.replies[0].send(FetchResponse(error_code=1))

        received = [await client.receive(FetchResponse, 12) for _ in range(2)]
        assert [(number, answer.error_code) for number, answer in received] == [
            (first, 1),
            (second, 2),
        ]
        number, answer = await client.receive(HeartbeatResponse, 4)
        assert (number, answer.error_code) == (third, 3)


async def test_omitted_reply_does_not_hold_back_the_next() -> None:
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with served(row, HEARTBEATS) as server, server.connect() as client:
        client.send(FetchRequest(), 12)
        third = client.send(HeartbeatRequest(generation_id=3), 4)
        await parked.has(1)

        parked.replies[0].omit()

        number, _ = await client.receive(HeartbeatResponse, 4)
        assert number == third


async def test_ordinary_handler_holds_back_its_own_connection_only() -> None:
    release = asyncio.Event()
    order: list[str] = []

    async def slow(request: SyncGroupRequest, context: RequestContext) -> SyncGroupResponse:
        order.append("slow begins")
        await release.wait()
        order.append("slow ends")
        return SyncGroupResponse()

    def quick(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        order.append(f"quick {request.generation_id}")
        return HeartbeatResponse()

    rows = (
        ordinary(SyncGroupRequest, lambda parts: slow),
        immediate(HeartbeatRequest, lambda parts: quick),
    )
    async with served(*rows) as server, server.connect() as client, server.connect() as other:
        client.write(
            client.frame(SyncGroupRequest(), 5)
            + client.frame(HeartbeatRequest(generation_id=1), 4)
            + client.frame(HeartbeatRequest(generation_id=2), 4)
        )
        await until(lambda: order)
        await other.call(HeartbeatRequest(generation_id=9), HeartbeatResponse, 4)
        release.set()

        await client.receive(SyncGroupResponse, 5)
        await client.receive(HeartbeatResponse, 4)
        await client.receive(HeartbeatResponse, 4)

    assert order == ["slow begins", "quick 9", "slow ends", "quick 1", "quick 2"]


@pytest.mark.point(7)
@pytest.mark.parametrize(
    "stream",
    [
        struct.pack(">i", 2**31 - 1),
        struct.pack(">i", -1),
        struct.pack(">i", 0) + b"abcdefgh",
        struct.pack(">i", FIRST_FRAME_BYTES_MAX + 1) + b"abcdefgh",
        struct.pack(">ihhi", 8, 9999, 0, 1),
        struct.pack(">ihhi", 8, ApiKey.PRODUCE, 3, 1),
        struct.pack(">ihhi", 8, ApiKey.HEARTBEAT, 99, 1),
        struct.pack(">ihhi", 8, ApiKey.HEARTBEAT, -1, 1),
        struct.pack(">ihhi", 8, ApiKey.HEARTBEAT, 0, 1),
        struct.pack(">ihhih", 12, ApiKey.HEARTBEAT, 0, 1, -1) + b"\xff\xff",
        b"GET / HTTP/1.1\r\nHost: broker\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello",
    ],
)
async def test_stream_that_is_no_request_costs_its_own_connection(
    stream: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        served(HEARTBEATS) as server,
        server.connect() as broken,
        server.connect() as client,
    ):
        await assert_beats(client)
        with caplog.at_level(logging.WARNING):
            broken.write(stream)
            assert await broken.is_closed_by_peer()

        await assert_beats(client)

    assert "connection_closed" in caplog.text


async def test_requests_ahead_of_a_broken_one_are_still_answered() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        client.write(client.frame(HeartbeatRequest(generation_id=5), 4) + struct.pack(">i", -5))

        _, answer = await client.receive(HeartbeatResponse, 4)

        assert answer.error_code == 5
        assert await client.is_closed_by_peer()


@pytest.mark.parametrize("error", [RuntimeError("a bug"), OffendingRequest("not like this")])
async def test_handler_that_raises_costs_its_own_connection(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(request: FetchRequest, context: RequestContext, reply: Reply) -> None:
        raise error

    async def failing_later(
        request: SyncGroupRequest, context: RequestContext
    ) -> SyncGroupResponse:
        raise error

    rows = (
        direct(FetchRequest, lambda parts: failing),
        ordinary(SyncGroupRequest, lambda parts: failing_later),
        HEARTBEATS,
    )
    async with served(*rows) as server, server.connect() as client:
        for request, version in ((FetchRequest(), 12), (SyncGroupRequest(), 5)):
            async with server.connect() as broken:
                broken.send(request, version)
                assert await broken.is_closed_by_peer()
        await assert_beats(client)

    assert str(error) in caplog.text


async def test_large_frame_after_a_first_valid_one_is_taken() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await assert_beats(client)
        content = client.frame(HeartbeatRequest(generation_id=8), 4)[4:]
        content += bytes(FIRST_FRAME_BYTES_MAX)
        client.write(struct.pack(">i", len(content)) + content)

        _, response = await client.receive(HeartbeatResponse, 4)

        assert response.error_code == 8


async def test_frame_beyond_the_request_limit_is_refused() -> None:
    async with served(HEARTBEATS, request_bytes_max=1000) as server, server.connect() as client:
        await assert_beats(client)
        client.write(struct.pack(">i", 1001))

        assert await client.is_closed_by_peer()


async def test_too_many_unanswered_requests_wait_unread_until_some_are_answered() -> None:
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with served(row, HEARTBEATS) as server, server.connect() as client:
        extra = 50
        for _ in range(PENDING_REPLIES_MAX + extra):
            client.send(FetchRequest(), 12)
        await parked.has(PENDING_REPLIES_MAX)
        async with server.connect() as other:
            await assert_beats(other)
        assert len(parked.replies) == PENDING_REPLIES_MAX

        for reply in tuple(parked.replies):
            reply.send(FetchResponse())
        await parked.has(PENDING_REPLIES_MAX + extra)
        for reply in parked.replies[PENDING_REPLIES_MAX:]:
            reply.send(FetchResponse())

        for _ in range(PENDING_REPLIES_MAX + extra):
            await client.receive(FetchResponse, 12)


async def test_client_that_does_not_read_is_not_served_further() -> None:
    """Large replies pile up; the server takes no more requests until they are read."""
    handled = 0
    padding = [FetchableTopicResponse("x" * 16 * 1024)] * 16

    def large(request: FetchRequest, context: RequestContext) -> FetchResponse:
        nonlocal handled
        handled += 1
        return FetchResponse(responses=padding)

    rows = (immediate(FetchRequest, lambda parts: large), HEARTBEATS)
    async with served(*rows) as server, server.connect() as client, server.connect() as other:
        client.take_little(64 * 1024)
        requests = 400
        for _ in range(requests):
            client.send(FetchRequest(), 12)
        for _ in range(50):
            await assert_beats(other)
        assert handled * 256 * 1024 <= UNSENT_BYTES_MAX + SOCKETS_BYTES_MAX < requests * 256 * 1024

        for _ in range(requests):
            await client.receive(FetchResponse, 12)

    assert handled == requests


async def test_lost_connection_tells_whoever_waits_on_its_behalf() -> None:
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with served(row, HEARTBEATS) as server:
        async with server.connect() as client:
            client.send(FetchRequest(), 12)
            client.send(FetchRequest(), 12)
            await parked.has(2)
        await until(lambda: len(server.connections) == 0)

    assert parked.abandoned == 2


async def test_answer_after_the_client_left_is_dropped() -> None:
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with served(row, HEARTBEATS) as server:
        async with server.connect() as client:
            client.send(FetchRequest(), 12)
            await parked.has(1)
        await until(lambda: len(server.connections) == 0)

        parked.replies[0].send(FetchResponse())

        async with server.connect() as other:
            await assert_beats(other)


@pytest.mark.point(14)
async def test_idle_connection_is_closed_and_a_waiting_one_is_not() -> None:
    parked = Parked()
    row = direct(FetchRequest, lambda parts: parked.handle)
    async with (
        served(row, HEARTBEATS) as server,
        server.connect() as idle,
        server.connect() as waiting,
    ):
        await assert_beats(idle)
        waiting.send(FetchRequest(), 12)
        await parked.has(1)
        server.clock.advance(IDLE_MS_MAX / 1000 + 1)

        server.front.sweep()

        assert await idle.is_closed_by_peer()
        parked.replies[0].send(FetchResponse())
        await waiting.receive(FetchResponse, 12)
    closed = dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))
    assert closed == {("idle",): 1.0}


async def test_frame_that_never_ends_is_closed_at_its_deadline() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await assert_beats(client)
        client.write(struct.pack(">i", 100) + b"slow")
        async with server.connect() as other:
            await assert_beats(other)
            server.clock.advance(FRAME_SECONDS_MAX - 1)
            server.front.sweep()
            assert len(server.connections) == 2
            server.clock.advance(3)

            server.front.sweep()

            assert await client.is_closed_by_peer()
            await assert_beats(other)


async def test_connections_beyond_the_limits_are_refused() -> None:
    async with served(HEARTBEATS, connections_max=2) as server:
        async with server.connect() as first, server.connect() as second:
            await assert_beats(first)
            await assert_beats(second)
            async with server.connect() as third:
                assert await third.is_closed_by_peer()
            await assert_beats(first)
        await until(lambda: len(server.connections) == 0)
        async with server.connect() as again:
            await assert_beats(again)


async def test_connections_of_one_host_are_limited() -> None:
    async with served(HEARTBEATS, connections_per_host_max=1) as server, server.connect() as first:
        await assert_beats(first)
        async with server.connect() as second:
            assert await second.is_closed_by_peer()


async def test_bytes_sent_are_those_of_the_replies() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        for _ in range(3):
            await assert_beats(client)

    (sent,) = server.registry.samples(catalogue.SENT_BYTES)
    (replied,) = server.registry.histograms(catalogue.REPLY_BYTES).values()
    assert sent[1] == replied.total


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=200), max_size=8), st.booleans())
def test_no_stream_of_bytes_harms_another_connection(pieces: list[bytes], is_framed: bool) -> None:
    async def scenario() -> None:
        async with served(HEARTBEATS) as server, server.connect() as client:
            async with server.connect() as fuzzer:
                for piece in pieces:
                    head = struct.pack(">i", len(piece)) if is_framed else b""
                    fuzzer.write(head + piece)
                await assert_beats(client)
            await assert_beats(client)

    asyncio.run(scenario())
