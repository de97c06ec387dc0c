"""What a connection may make the broker keep, and what it is not to blame for."""

import struct

from engine.broker.api_row import immediate
from engine.broker.context import RequestContext
from engine.metrics import catalogue
from engine.protocol.messages.fetch import FetchableTopicResponse, FetchRequest, FetchResponse
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.server.connection import UNSENT_BYTES_MAX
from engine.server.staleness import FRAME_SECONDS_MAX
from tests.support.served_handlers import ServedHandlers, served
from tests.support.waiting import until
from tests.support.wire_client import WireClient

ANSWER_BYTES = 256 * 1024
ANSWER = FetchResponse(responses=[FetchableTopicResponse("x" * 16 * 1024)] * 16)


def alive(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse()


HEARTBEATS = immediate(HeartbeatRequest, lambda parts: alive)


def received_bytes(server: ServedHandlers) -> float:
    ((_, count),) = server.registry.samples(catalogue.RECEIVED_BYTES)
    return count


async def test_burst_of_small_requests_has_few_of_its_large_answers_ready_at_once() -> None:
    """All requests come in one readiness event; their answers are made as they can be sent."""
    server: ServedHandlers
    ready: list[float] = []

    def large(request: FetchRequest, context: RequestContext) -> FetchResponse:
        replies = server.registry.histograms(catalogue.REPLY_BYTES).values()
        replied = sum(each.total for each in replies)
        sent = sum(count for _, count in server.registry.samples(catalogue.SENT_BYTES))
        ready.append(replied - sent)
        return ANSWER

    rows = (immediate(FetchRequest, lambda parts: large), HEARTBEATS)
    async with served(*rows) as server, server.connect() as client:
        requests = 100
        client.write(b"".join(client.frame(FetchRequest(), 12) for _ in range(requests)))
        for _ in range(requests):
            await client.receive(FetchResponse, 12)

    assert len(ready) == requests
    assert max(ready) <= UNSENT_BYTES_MAX + ANSWER_BYTES


async def test_frame_that_waits_for_memory_of_the_broker_is_not_late() -> None:
    """The first of two large frames has taken the budget; the second is not read until then."""
    size = 90_000
    async with (
        served(HEARTBEATS, buffer_bytes_max=size + 1_000) as server,
        server.connect() as first,
        server.connect() as second,
    ):
        frames: list[tuple[WireClient, bytes]] = []
        for client in (first, second):
            await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
            content = client.frame(HeartbeatRequest(), 4)[4:] + bytes(size)
            frame = struct.pack(">i", len(content)) + content
            before = received_bytes(server)
            client.write(frame[:1_000])
            await until(lambda before=before: received_bytes(server) == before + 1_000)
            frames.append((client, frame[1_000:]))
        server.clock.advance(FRAME_SECONDS_MAX + 1)

        server.front.sweep()

        for client, rest in frames:
            client.write(rest)
            _, answer = await client.receive(HeartbeatResponse, 4)
            assert answer.error_code == 0
        assert len(server.connections) == 2


async def test_buffer_of_a_large_frame_is_kept_from_one_sweep_to_the_next() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        content = client.frame(HeartbeatRequest(), 4)[4:] + bytes(90_000)
        client.write(struct.pack(">i", len(content)) + content[:1_000])
        await until(lambda: server.buffers.promised_bytes > 0)
        client.write(content[1_000:])
        await client.receive(HeartbeatResponse, 4)

        server.front.sweep()
        assert server.buffers.kept_bytes > 0
        server.front.sweep()

        assert server.buffers.kept_bytes == 0
