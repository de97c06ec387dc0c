"""Who is late, and whose fault it is: clients that read slowly, and a broker that stood still."""

import asyncio
import struct

import pytest

from engine.broker.api_row import immediate
from engine.broker.context import RequestContext
from engine.metrics import catalogue
from engine.protocol.messages.fetch import FetchableTopicResponse, FetchRequest, FetchResponse
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.server.front import SWEEP_SECONDS_MAX
from engine.server.output import CHUNK_BYTES
from engine.server.staleness import (
    FRAME_BYTES_PER_SECOND,
    FRAME_SECONDS_MAX,
    LATE_LOOK_SECONDS,
    Looks,
    Staleness,
)
from engine.server.unsent import UNSENT_BYTES_MAX
from tests.support.clock import FakeClock
from tests.support.served_handlers import ServedHandlers, served
from tests.support.waiting import until
from tests.support.wire_client import WireClient

ANSWER = FetchResponse(responses=[FetchableTopicResponse("x" * 16 * 1024)] * 16)
LARGE_BYTES = 90_000
NEVER_S = float("inf")
TURNS = 5
"""Turns of the loop in which a timer that is due has surely run."""


def alive(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse()


def much(request: FetchRequest, context: RequestContext) -> FetchResponse:
    return ANSWER


ROWS = (immediate(HeartbeatRequest, lambda _: alive), immediate(FetchRequest, lambda _: much))


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time by which the loop, too, calls back."""
    clock = FakeClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.monotonic_s)
    return clock


def received_bytes(server: ServedHandlers) -> float:
    ((_, count),) = server.registry.samples(catalogue.RECEIVED_BYTES)
    return count


def closed(server: ServedHandlers) -> dict[tuple[str, ...], float]:
    return dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def begin_frame(server: ServedHandlers, client: WireClient) -> None:
    await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
    await send_all(server, client, large_frame(client)[:1_000])


async def send_all(server: ServedHandlers, client: WireClient, data: bytes) -> None:
    """Send, and wait until the server has taken it."""
    before = received_bytes(server)
    client.write(data)
    await until(lambda: received_bytes(server) == before + len(data))


def large_frame(client: WireClient) -> bytes:
    content = client.frame(HeartbeatRequest(), 4)[4:].ljust(LARGE_BYTES, b"\0")
    return struct.pack(">i", LARGE_BYTES) + content


async def test_sweep_after_the_broker_stood_still_blames_nobody_before_it_is_heard(
    clock: FakeClock,
) -> None:
    """The timer of the sweep may be served before the socket is."""
    async with served(*ROWS, clock=clock) as server, server.connect() as client:
        await begin_frame(server, client)
        clock.advance(2 * FRAME_SECONDS_MAX)
        await turns()

        assert len(server.connections) == 1
        for _ in range(3):
            clock.advance(SWEEP_SECONDS_MAX)
            await turns()
        assert len(server.connections) == 1, "it has all the time that it had"

        clock.advance(SWEEP_SECONDS_MAX)
        assert await client.is_closed_by_peer()
        assert closed(server) == {("slow_frame",): 1.0}


async def test_busy_broker_that_sweeps_late_every_time_still_closes_who_is_late(
    clock: FakeClock,
) -> None:
    lag_s = 2 * LATE_LOOK_SECONDS
    async with served(*ROWS, clock=clock) as server, server.connect() as client:
        await begin_frame(server, client)
        for _ in range(6):
            clock.advance(SWEEP_SECONDS_MAX + lag_s)
            await turns()
        assert await client.is_closed_by_peer()
        assert closed(server) == {("slow_frame",): 1.0}


async def test_frame_behind_answers_that_its_client_does_not_read_is_late() -> None:
    """★ A few such clients would hold the room of all large requests until they are idle."""
    async with served(*ROWS) as server, server.connect() as client:
        await hold_frame(server, client)
        server.front.sweep()
        server.clock.advance(FRAME_SECONDS_MAX)
        server.front.sweep()
        assert len(server.connections) == 1

        for _ in range(3):
            server.clock.advance(1)
            server.front.sweep()

        await until(lambda: not len(server.connections))
        assert server.buffers.promised_bytes == 0
        assert closed(server) == {("slow_frame",): 1.0}


async def hold_frame(server: ServedHandlers, client: WireClient) -> None:
    """A client that reads nothing has asked for much, and begun a large frame behind that."""
    await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
    client.take_little(4096)
    while server.unsent.bytes < UNSENT_BYTES_MAX:
        await send_all(server, client, client.frame(FetchRequest(), 12))
    await send_all(server, client, large_frame(client)[:1_000])
    assert server.buffers.promised_bytes > 0


def asked(staleness: Staleness, now_s: float, sent_bytes: int, *, is_held: bool = True) -> str:
    return staleness.reason(
        now_s,
        NEVER_S,
        is_waiting=False,
        is_frame_coming=False,
        is_frame_held=is_held,
        sent_bytes=sent_bytes,
    )


def test_client_that_reads_as_fast_as_a_frame_must_come_may_take_long() -> None:
    staleness = Staleness(0.0)
    for look in range(100):
        assert not asked(staleness, 10.0 * look, look * 10 * FRAME_BYTES_PER_SECOND)


def test_client_that_takes_a_little_now_and_then_is_late() -> None:
    staleness = Staleness(0.0)
    reasons = [asked(staleness, 10.0 * look, look * CHUNK_BYTES) for look in range(8)]
    assert reasons == [""] * 4 + ["slow_frame"] * 4


def test_time_to_read_begins_when_a_frame_begins_to_wait() -> None:
    staleness = Staleness(0.0)
    assert not asked(staleness, 0.0, 0)
    assert not asked(staleness, 100.0, 0, is_held=False)
    assert not asked(staleness, 110.0, 0)
    assert not asked(staleness, 110.0 + FRAME_SECONDS_MAX, 0)
    assert asked(staleness, 111.0 + FRAME_SECONDS_MAX, 0) == "slow_frame"


def test_time_in_which_the_broker_stood_still_is_not_that_of_who_should_read() -> None:
    staleness = Staleness(0.0)
    assert not asked(staleness, 0.0, 0)
    staleness.excuse(100.0, 110.0)
    assert not asked(staleness, 110.0, 0)


def test_time_in_which_a_client_was_muted_is_not_that_of_who_should_read() -> None:
    staleness = Staleness(0.0)
    assert not asked(staleness, 0.0, 0)
    staleness.unmuted(100.0)
    assert not asked(staleness, 110.0, 0)
    assert not asked(staleness, 110.0 + FRAME_SECONDS_MAX, 0)
    assert asked(staleness, 111.0 + FRAME_SECONDS_MAX, 0) == "slow_frame"


def test_look_in_time_excuses_nothing() -> None:
    looks = Looks()
    looks.plan(0.0, 10.0)
    assert looks.excused_s(10.0 + LATE_LOOK_SECONDS) == 0.0


def test_late_look_excuses_all_since_the_last_and_the_next_only_what_was_lost() -> None:
    looks = Looks()
    looks.plan(0.0, 10.0)
    assert looks.excused_s(15.0) == 15.0
    looks.plan(15.0, 10.0)
    assert looks.excused_s(30.0) == 5.0
    looks.plan(30.0, 10.0)
    assert looks.excused_s(40.0) == 0.0
    looks.plan(40.0, 10.0)
    assert looks.excused_s(55.0) == 15.0
