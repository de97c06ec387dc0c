"""One connection against a scripted broker: pipelining, versions, time-outs, offences."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from engine.client.connection import Connection, Endpoint
from engine.client.errors import MalformedAnswer, TimedOut, Unreachable, Unsendable, Unsupported
from engine.client.opening import open_connection
from engine.client.settings import ClientSettings
from engine.protocol.api_keys import ApiKey
from engine.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
)
from engine.protocol.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from tests.support.scripted_broker import Bytes, Drop, Hang, ScriptedBroker, all_versions

SETTINGS = ClientSettings(connect_timeout_s=30.0, request_timeout_s=30.0)
SHORT = 0.02


@asynccontextmanager
async def connected(broker: ScriptedBroker) -> AsyncIterator[Connection]:
    async with broker:
        connection = await open_connection(broker.endpoint, SETTINGS)
        yield connection
        connection.close()


def echo(request: HeartbeatRequest) -> HeartbeatResponse:
    return HeartbeatResponse(throttle_time_ms=request.generation_id)


async def test_many_requests_at_once_get_their_own_answers() -> None:
    async with connected(ScriptedBroker({HeartbeatRequest: echo})) as connection:
        answers = await asyncio.gather(
            *(
                connection.request(HeartbeatRequest("g", generation), HeartbeatResponse)
                for generation in range(200)
            )
        )
        assert [answer.throttle_time_ms for answer in answers] == list(range(200))


async def test_requests_carry_the_client_id_and_the_handshake_names_the_software() -> None:
    broker = ScriptedBroker({HeartbeatRequest: echo})
    async with connected(broker) as connection:
        await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
    assert {asked.client_id for asked in broker.asked} == {"kconsole"}
    assert broker.requests(ApiVersionsRequest)[0].client_software_name == "kconsole"


async def test_the_highest_common_version_is_used() -> None:
    broker = ScriptedBroker(
        {ApiVersionsRequest: all_versions({ApiKey.HEARTBEAT: (0, 2)}), HeartbeatRequest: echo}
    )
    async with connected(broker) as connection:
        await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
    assert broker.asked[-1].version == 2


async def test_a_request_can_be_kept_to_a_version() -> None:
    broker = ScriptedBroker({HeartbeatRequest: echo})
    async with connected(broker) as connection:
        await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse, max_version=1)
    assert broker.asked[-1].version == 1


async def test_an_api_without_a_common_version_is_unsupported_and_nothing_is_sent() -> None:
    broker = ScriptedBroker(
        {ApiVersionsRequest: all_versions({ApiKey.HEARTBEAT: (5, 9)}), HeartbeatRequest: echo}
    )
    async with connected(broker) as connection:
        with pytest.raises(Unsupported, match="HEARTBEAT"):
            await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        assert connection.is_open
    assert not broker.requests(HeartbeatRequest)


async def test_a_value_that_cannot_be_carried_leaves_the_connection_in_step() -> None:
    async with connected(ScriptedBroker({HeartbeatRequest: echo})) as connection:
        for request in (HeartbeatRequest("\udcff"), HeartbeatRequest("g", 2**40)):
            with pytest.raises(Unsendable):
                await connection.request(request, HeartbeatResponse)
        answer = await connection.request(HeartbeatRequest("g", 7), HeartbeatResponse)
        assert answer.throttle_time_ms == 7


async def test_an_api_that_is_not_listed_is_unsupported() -> None:
    listed = ApiVersionsResponse(api_keys=[ApiVersion(ApiKey.METADATA, 0, 12)])
    async with connected(ScriptedBroker({ApiVersionsRequest: listed})) as connection:
        with pytest.raises(Unsupported, match="DESCRIBE_CLUSTER"):
            await connection.request(DescribeClusterRequest(), DescribeClusterResponse)


async def test_an_old_broker_is_asked_again_in_the_version_that_it_lists() -> None:
    broker = ScriptedBroker()

    def old_broker(request: ApiVersionsRequest) -> ApiVersionsResponse:
        if broker.asked[-1].version > 2:
            return ApiVersionsResponse(
                error_code=35, api_keys=[ApiVersion(ApiKey.API_VERSIONS, 0, 2)]
            )
        return all_versions()

    broker.script = {ApiVersionsRequest: old_broker, HeartbeatRequest: echo}
    async with connected(broker) as connection:
        assert connection.versions[ApiKey.HEARTBEAT].max_version == 4
    assert [asked.version for asked in broker.asked] == [4, 2]


async def test_a_broker_that_refuses_without_a_list_is_asked_in_version_0() -> None:
    broker = ScriptedBroker()

    def older_broker(request: ApiVersionsRequest) -> ApiVersionsResponse:
        is_known = broker.asked[-1].version == 0
        return all_versions() if is_known else ApiVersionsResponse(error_code=35)

    broker.script = {ApiVersionsRequest: older_broker}
    async with connected(broker) as connection:
        assert connection.is_open
    assert [asked.version for asked in broker.asked] == [4, 0]


async def test_a_broker_that_refuses_the_handshake_is_malformed() -> None:
    broker = ScriptedBroker({ApiVersionsRequest: ApiVersionsResponse(error_code=42)})
    async with broker:
        with pytest.raises(MalformedAnswer, match="42"):
            await open_connection(broker.endpoint, SETTINGS)


async def test_a_broker_that_never_answers_the_handshake_is_a_time_out() -> None:
    hasty = replace(SETTINGS, connect_timeout_s=SHORT)
    async with ScriptedBroker({ApiVersionsRequest: Hang()}) as broker:
        with pytest.raises(TimedOut):
            await open_connection(broker.endpoint, hasty)


async def test_a_full_socket_holds_requests_back() -> None:
    broker = ScriptedBroker({HeartbeatRequest: echo})
    async with connected(broker) as connection:
        connection.pause_writing()
        waiting = asyncio.ensure_future(
            connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        )
        for _ in range(10):
            await asyncio.sleep(0)
        assert connection.in_flight == 0
        connection.resume_writing()
        assert (await waiting).throttle_time_ms == 1


async def test_no_answer_in_time_ends_the_connection() -> None:
    async with connected(ScriptedBroker({HeartbeatRequest: Hang()})) as connection:
        behind = asyncio.ensure_future(
            connection.request(HeartbeatRequest("g", 2), HeartbeatResponse)
        )
        with pytest.raises(TimedOut, match="HeartbeatRequest"):
            await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse, timeout_s=SHORT)
        # What waits behind a stuck request could not be answered either.
        with pytest.raises(TimedOut):
            await behind
        assert not connection.is_open
        with pytest.raises(Unreachable) as caught:
            await connection.request(HeartbeatRequest("g", 3), HeartbeatResponse)
        assert not caught.value.was_sent


async def test_a_connection_that_ends_tells_that_the_request_was_sent() -> None:
    async with connected(ScriptedBroker({HeartbeatRequest: Drop()})) as connection:
        with pytest.raises(Unreachable) as caught:
            await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        assert caught.value.was_sent


async def test_a_cancelled_request_leaves_the_connection_in_step() -> None:
    broker = ScriptedBroker({HeartbeatRequest: echo})
    async with connected(broker) as connection:
        abandoned = asyncio.ensure_future(
            connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        )
        await broker.until_asked(HeartbeatRequest)
        abandoned.cancel()
        answer = await connection.request(HeartbeatRequest("g", 2), HeartbeatResponse)
        assert answer.throttle_time_ms == 2
        assert abandoned.cancelled()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(bytes.fromhex("7fffffff"), id="frame too long"),
        pytest.param(bytes.fromhex("ffffffff"), id="negative length"),
        pytest.param(bytes.fromhex("00000002 0000"), id="no room for a header"),
        pytest.param(bytes.fromhex("00000008 00000063 00000000"), id="foreign correlation id"),
        pytest.param(bytes.fromhex("00000005 00000001 00"), id="body cut off"),
    ],
)
async def test_an_answer_that_is_none_is_malformed_and_ends_the_connection(content: bytes) -> None:
    async with connected(ScriptedBroker({HeartbeatRequest: Bytes(content)})) as connection:
        with pytest.raises(MalformedAnswer):
            await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        assert not connection.is_open


async def test_a_large_answer_is_read_as_any_other_and_so_are_its_faults() -> None:
    brokers = [DescribeClusterBroker(number, f"host-{number}", 9092) for number in range(20_000)]
    broker = ScriptedBroker({DescribeClusterRequest: DescribeClusterResponse(brokers=brokers)})
    async with connected(broker) as connection:
        answer = await connection.request(DescribeClusterRequest(), DescribeClusterResponse)
        assert answer.brokers == brokers
    faulty = (204_805).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"\0" + b"\xff" * 204_800
    async with connected(ScriptedBroker({DescribeClusterRequest: Bytes(faulty)})) as connection:
        with pytest.raises(MalformedAnswer):
            await connection.request(DescribeClusterRequest(), DescribeClusterResponse)
        assert not connection.is_open


async def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    twice = bytes.fromhex("0000000c 00000001 00 00000000 0000 00") * 2
    broker = ScriptedBroker({HeartbeatRequest: Bytes(twice)})
    async with connected(broker) as connection:
        await connection.request(HeartbeatRequest("g", 1), HeartbeatResponse, max_version=4)
        with pytest.raises(Unreachable, match="nobody asked"):
            await connection.request(HeartbeatRequest("g", 2), HeartbeatResponse)


async def test_answers_may_arrive_byte_by_byte() -> None:
    broker = ScriptedBroker({HeartbeatRequest: Hang()})
    async with connected(broker) as connection:
        waiting = asyncio.ensure_future(
            connection.request(HeartbeatRequest("g", 1), HeartbeatResponse)
        )
        await broker.until_asked(HeartbeatRequest)
        for byte in bytes.fromhex("0000000c 00000001 00 00000007 0000 00"):
            connection.data_received(bytes([byte]))
        assert (await waiting).throttle_time_ms == 7


async def test_a_port_where_nobody_listens_is_unreachable() -> None:
    broker = ScriptedBroker()
    async with broker:
        pass
    with pytest.raises(Unreachable) as caught:
        await open_connection(broker.endpoint, SETTINGS)
    assert not caught.value.was_sent


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"no\.invalid:9092"):
        await open_connection(Endpoint("no.invalid", 9092), SETTINGS)


async def test_requests_in_flight_are_bounded() -> None:
    settings = ClientSettings(in_flight_max=2, request_timeout_s=30.0)
    async with ScriptedBroker({HeartbeatRequest: Hang()}) as broker:
        connection = await open_connection(broker.endpoint, settings)
        waiting = [
            asyncio.ensure_future(connection.request(HeartbeatRequest("g", n), HeartbeatResponse))
            for n in range(5)
        ]
        await broker.until_asked(HeartbeatRequest, 2)
        for _ in range(20):
            await asyncio.sleep(0)
        assert connection.in_flight == 2
        connection.close()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(result, Unreachable) for result in results)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_port_where_nobody_listens_is_told_in_the_words_of_the_system(host: str) -> None:
    """`localhost` has several addresses, and asyncio tells of each of them."""
    async with ScriptedBroker() as broker:
        port = broker.port
    with pytest.raises(Unreachable) as refused:
        await open_connection(Endpoint(host, port), SETTINGS)
    assert str(refused.value) == f"{host}:{port} cannot be reached: connection refused"
