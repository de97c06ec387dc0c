"""Opening and keeping connections: one per broker and purpose, and patience with dead brokers."""

import asyncio
from dataclasses import replace

import pytest

from engine.client.errors import NotLoggedIn, Unreachable
from engine.client.pool import ConnectionPool, Purpose
from engine.client.secret import EnvironmentSecret
from engine.client.security import Plain, Security
from engine.client.settings import ClientSettings
from engine.protocol.error_codes import ErrorCode
from engine.protocol.layout import Message
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)
from engine.protocol.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.scripted_broker import Reply, ScriptedBroker, all_versions

SETTINGS = ClientSettings(reconnect_backoff_s=1.0, reconnect_backoff_max_s=8.0)


def pool_on(clock: FakeClock) -> ConnectionPool:
    return ConnectionPool(SETTINGS, clock, SeededEntropy())


async def test_callers_at_once_share_one_connection() -> None:
    async with ScriptedBroker() as broker:
        pool = pool_on(FakeClock())
        opened = await asyncio.gather(*(pool.connection(broker.endpoint) for _ in range(10)))
        assert len(set(map(id, opened))) == 1
        assert broker.connections == 1
        pool.close()


async def test_each_purpose_has_its_own_connection() -> None:
    async with ScriptedBroker() as broker:
        pool = pool_on(FakeClock())
        requests = await pool.connection(broker.endpoint)
        fetching = await pool.connection(broker.endpoint, Purpose.FETCHING)
        assert requests is not fetching
        pool.close()


async def test_a_connection_that_ended_is_opened_again() -> None:
    async with ScriptedBroker() as broker:
        pool = pool_on(FakeClock())
        first = await pool.connection(broker.endpoint)
        first.close()
        assert not pool.is_open(broker.endpoint)
        assert (await pool.connection(broker.endpoint)).is_open
        pool.close()


async def test_a_dead_broker_is_left_alone_for_a_while_that_grows() -> None:
    clock = FakeClock()
    pool = pool_on(clock)
    broker = ScriptedBroker()
    async with broker:
        pass
    for wait_s in (1.0, 2.0, 4.0, 8.0, 8.0):
        with pytest.raises(Unreachable):
            await pool.connection(broker.endpoint)
        async with broker:
            # Within 80 % of the delay the broker is not tried: jitter takes at most a fifth.
            clock.advance(wait_s * 0.79)
            tried = broker.connections
            with pytest.raises(Unreachable):
                await pool.connection(broker.endpoint)
            assert broker.connections == tried
        clock.advance(wait_s * 0.42)


async def test_a_broker_that_returned_is_reached_after_the_wait_and_forgiven() -> None:
    clock = FakeClock()
    pool = pool_on(clock)
    broker = ScriptedBroker()
    async with broker:
        pass
    with pytest.raises(Unreachable):
        await pool.connection(broker.endpoint)
    async with broker:
        clock.advance(1.21)
        connection = await pool.connection(broker.endpoint)
        connection.close()
        assert (await pool.connection(broker.endpoint)).is_open
        pool.close()


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not() -> None:
    async with ScriptedBroker() as broker:
        pool = pool_on(FakeClock())
        await pool.connection(broker.endpoint)
        pool.close_idle(broker.endpoint)
        assert not pool.is_open(broker.endpoint)


async def test_a_pool_that_closes_meanwhile_keeps_nothing_open() -> None:
    async with ScriptedBroker({ApiVersionsRequest: all_versions()}) as broker:
        pool = pool_on(FakeClock())
        resume = broker.hold()
        opening = asyncio.ensure_future(pool.connection(broker.endpoint))
        await broker.until_asked(ApiVersionsRequest)
        pool.close()
        resume()
        with pytest.raises(Unreachable, match="closed"):
            await opening
        assert not pool.is_open(broker.endpoint)


async def test_a_closed_pool_opens_nothing() -> None:
    async with ScriptedBroker() as broker:
        pool = pool_on(FakeClock())
        pool.close()
        with pytest.raises(Unreachable, match="closed"):
            await pool.connection(broker.endpoint)
        assert broker.connections == 0


async def test_a_broker_that_is_forgotten_meanwhile_leaves_nothing_open() -> None:
    async with ScriptedBroker({ApiVersionsRequest: all_versions()}) as broker:
        pool = pool_on(FakeClock())
        resume = broker.hold()
        opening = asyncio.ensure_future(pool.connection(broker.endpoint))
        await broker.until_asked(ApiVersionsRequest)
        pool.close_endpoint(broker.endpoint)
        resume()
        with pytest.raises(Unreachable, match="no longer"):
            await opening
        assert (await pool.connection(broker.endpoint)).is_open
        pool.close()


async def test_after_a_refused_log_in_no_broker_is_tried_for_a_while() -> None:
    """Every attempt counts against the user, and the console asks every second."""
    refused = SaslAuthenticateResponse(error_code=ErrorCode.SASL_AUTHENTICATION_FAILED)
    script: dict[type[Message], Reply] = {
        SaslHandshakeRequest: SaslHandshakeResponse(mechanisms=["PLAIN"]),
        SaslAuthenticateRequest: refused,
    }
    login = Plain("ann", EnvironmentSecret("WORD", {"WORD": "hidden"}))
    clock = FakeClock()
    settings = replace(SETTINGS, security=Security(sasl=login))
    pool = ConnectionPool(settings, clock, SeededEntropy())
    async with ScriptedBroker(script) as one, ScriptedBroker(script) as other:
        for broker in (one, other, one, other):
            with pytest.raises(NotLoggedIn, match="PLAIN as 'ann'"):
                await pool.connection(broker.endpoint)
        assert (one.connections, other.connections) == (1, 0)
        clock.advance(settings.refused_login_s)
        script[SaslAuthenticateRequest] = SaslAuthenticateResponse()
        for broker in (other, one):
            assert (await pool.connection(broker.endpoint)).is_open
        assert (one.connections, other.connections) == (2, 1)
        pool.close()
