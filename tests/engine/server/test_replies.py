"""What is counted of requests: how many, how large, how long, with which errors, and by whom."""

import pytest

from engine.broker.api_row import direct, immediate, ordinary
from engine.broker.context import Reply, RequestContext
from engine.metrics import catalogue
from engine.metrics.catalogue import Metric
from engine.metrics.registry import Histogram, Registry
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import FetchRequest, FetchResponse
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.served_handlers import served
from tests.support.waiting import until
from tests.support.wire_client import WireClient

HEARTBEAT = ("Heartbeat", "4")
FETCH = ("Fetch", "12")
LENGTH_BYTES = 4


def beat(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse(error_code=request.generation_id)


HEARTBEATS = immediate(HeartbeatRequest, lambda parts: beat)


async def call(client: WireClient, error_code: int = 0, version: int = 4) -> None:
    request = HeartbeatRequest(generation_id=error_code)
    await client.call(request, HeartbeatResponse, version)


def seen(registry: Registry, metric: Metric, *labels: str) -> Histogram:
    return registry.histograms(metric)[labels]


async def test_requests_are_counted_by_the_version_in_which_they_came() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        for version in (0, 4, 4):
            await call(client, version=version)
        assert dict(server.registry.samples(catalogue.REQUESTS)) == {
            ("Heartbeat", "0"): 1,
            HEARTBEAT: 2,
        }


async def test_what_was_never_asked_for_is_not_exposed() -> None:
    async with served(HEARTBEATS) as server:
        assert server.registry.samples(catalogue.REQUESTS) == []


async def test_sizes_are_those_of_whole_frames() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await call(client)
        asked = seen(server.registry, catalogue.REQUEST_BYTES, *HEARTBEAT)
        told = seen(server.registry, catalogue.REPLY_BYTES, *HEARTBEAT)
        assert asked.total == len(client.frame(HeartbeatRequest(), 4))
        client.send(HeartbeatRequest(), 4)
        assert told.total == len(await client.receive_frame()) + LENGTH_BYTES


async def test_errors_are_counted_by_name_and_what_went_well_is_not() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        for code in (0, ErrorCode.FENCED_INSTANCE_ID, ErrorCode.FENCED_INSTANCE_ID, 12_345):
            await call(client, code)
        assert dict(server.registry.samples(catalogue.REQUEST_ERRORS)) == {
            (*HEARTBEAT, "FENCED_INSTANCE_ID"): 2,
            (*HEARTBEAT, "12345"): 1,
        }


async def test_work_is_told_apart_from_what_was_waited_for() -> None:
    """A fetch works for 3 ms, waits for 500 ms and works no more: its own work is 3 ms."""
    owed: list[Reply] = []

    async with served(
        direct(FetchRequest, lambda parts: lambda request, context, reply: park(reply))
    ) as server:

        def park(reply: Reply) -> None:
            server.clock.advance(0.003)
            owed.append(reply)

        async with server.connect() as client:
            client.send(FetchRequest(), 12)
            await until(lambda: owed)
            server.clock.advance(0.5)
            owed[0].send(FetchResponse())
            await client.receive(FetchResponse, 12)
            assert seen(server.registry, catalogue.REQUEST_SECONDS, *FETCH).total == pytest.approx(
                0.503
            )
            local = seen(server.registry, catalogue.REQUEST_LOCAL_SECONDS, *FETCH)
            assert local.total == pytest.approx(0.003)


async def test_each_request_of_a_turn_is_timed_by_its_own_work() -> None:
    """Three requests that arrive together: each waits for those before, and works for itself."""
    async with served(
        immediate(HeartbeatRequest, lambda parts: lambda request, context: work(request))
    ) as server:

        def work(request: HeartbeatRequest) -> HeartbeatResponse:
            server.clock.advance(0.002)
            return HeartbeatResponse()

        async with server.connect() as client:
            client.write(client.frame(HeartbeatRequest(), 4) * 3)
            for _ in range(3):
                await client.receive_frame()
            total = seen(server.registry, catalogue.REQUEST_SECONDS, *HEARTBEAT)
            local = seen(server.registry, catalogue.REQUEST_LOCAL_SECONDS, *HEARTBEAT)
            assert total.total == pytest.approx(0.002 + 0.004 + 0.006)
            assert local.total == pytest.approx(3 * 0.002)


async def test_the_steps_of_a_coroutine_are_added_up() -> None:
    async with served(
        ordinary(SyncGroupRequest, lambda parts: lambda request, context: slow())
    ) as server:

        async def slow() -> SyncGroupResponse:
            server.clock.advance(0.001)
            await until(lambda: server.clock.monotonic_s() > 1010)
            server.clock.advance(0.002)
            return SyncGroupResponse()

        async with server.connect() as client:
            client.send(SyncGroupRequest(), 5)
            await until(lambda: server.clock.monotonic_s() > 1000)
            server.clock.advance(20)
            await client.receive(SyncGroupResponse, 5)
            labels = ("SyncGroup", "5")
            total = seen(server.registry, catalogue.REQUEST_SECONDS, *labels)
            local = seen(server.registry, catalogue.REQUEST_LOCAL_SECONDS, *labels)
            assert total.total == pytest.approx(20.003)
            assert local.total == pytest.approx(0.003)


async def test_requests_without_a_reply_are_timed_and_have_no_size() -> None:
    async with served(
        direct(FetchRequest, lambda parts: lambda request, context, reply: reply.omit()), HEARTBEATS
    ) as server:
        async with server.connect() as client:
            client.send(FetchRequest(), 12)
            await call(client)
        assert sum(seen(server.registry, catalogue.REQUEST_SECONDS, *FETCH).counts) == 1
        assert sum(seen(server.registry, catalogue.REPLY_BYTES, *FETCH).counts) == 0


async def test_what_is_owed_is_in_flight_until_it_is_answered() -> None:
    owed: list[Reply] = []
    row = direct(FetchRequest, lambda parts: lambda request, context, reply: owed.append(reply))
    async with served(row, HEARTBEATS) as server, server.connect() as client:
        client.send(FetchRequest(), 12)
        client.send(FetchRequest(), 12)
        client.send(HeartbeatRequest(), 4)
        await until(lambda: len(owed) == 2)

        def in_flight() -> dict[tuple[str, ...], float]:
            return dict(server.registry.samples(catalogue.REQUESTS_IN_FLIGHT))

        def unsent() -> float:
            return dict(server.registry.samples(catalogue.UNSENT_BYTES))[()]

        await until(unsent)
        assert in_flight() == {FETCH: 2, HEARTBEAT: 0}
        for reply in owed:
            reply.send(FetchResponse())
        await client.receive_frame()
        await until(lambda: not unsent())
        assert in_flight() == {FETCH: 0, HEARTBEAT: 0}


async def test_clients_count_for_the_software_that_they_told() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await call(client)
        (connection,) = server.connections
        connection.facts.tell_software("librdkafka", "2.3.0")
        await call(client)
        await call(client)
        assert dict(server.registry.samples(catalogue.CLIENT_REQUESTS)) == {
            (*HEARTBEAT, "unknown", "unknown"): 1,
            (*HEARTBEAT, "librdkafka", "2.3.0"): 2,
        }
