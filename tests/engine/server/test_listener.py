"""What a listener does with connections that come too fast, over real sockets."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.broker.client_quotas import ClientQuotas
from engine.broker.quota_rates import QuotaWindows
from engine.config.address import Address
from engine.metrics import catalogue
from engine.server.listener import HELD_REFUSED_MAX
from tests.support.quotas import set_quota
from tests.support.served_handlers import ServedHandlers, served
from tests.support.waiting import until

SHORT = QuotaWindows(2, 10)
LONG = QuotaWindows(2, 3_600_000)
NONSENSE = b"\xff" * 4
"""A length that closes the connection as soon as it is read."""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def accepted(broker: ServedHandlers) -> int:
    return int(broker.registry.samples(catalogue.CONNECTIONS_ACCEPTED)[0][1])


def throttled(broker: ServedHandlers) -> int:
    return broker.registry.counter(catalogue.THROTTLES, "connection_creation_rate").value


async def opened(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(address.host, address.port)


async def is_hung_up(reader: asyncio.StreamReader) -> bool:
    """Wait for the end of a connection; whether nothing came before."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


def accepted_from(client: object) -> Iterator[socket.socket]:
    """The server's end of a connection within this process."""
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError), socket.socket(fileno=os.dup(int(path.name))) as each:
            if each.getpeername() == client:
                yield each


async def option_of_accepted(level: int, option: int) -> list[int]:
    """What an option is set to at the server's end of a connection."""
    async with served() as broker:
        _, writer = await opened(broker.address)
        await until(lambda: accepted(broker) > 0)
        ends = accepted_from(writer.get_extra_info("sockname"))
        values = [each.getsockopt(level, option) for each in ends]
        writer.close()
        return values


async def test_an_answer_leaves_without_waiting_for_more() -> None:
    assert await option_of_accepted(socket.IPPROTO_TCP, socket.TCP_NODELAY) == [1]


async def test_a_client_whose_machine_is_gone_is_noticed() -> None:
    assert await option_of_accepted(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == [1]


async def test_who_has_hung_up_before_being_served_is_known_by_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(connections_max=0) as broker:
        with socket.create_connection(broker.address) as client:
            port = client.getsockname()[1]
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        await until(lambda: "connection_refused" in caplog.text)
        assert f"peer=127.0.0.1:{port} limit=max.connections" in caplog.text


class Failing:
    """`accept` of a socket, which fails so many times."""

    def __init__(self, number: int, times: int) -> None:
        self._accept = socket.socket.accept
        self._error = OSError(number, os.strerror(number))
        self._times = times
        self.calls = 0

    def accept(self, listening: socket.socket) -> tuple[socket.socket, object]:
        self.calls += 1
        if self.calls <= self._times:
            raise self._error
        return self._accept(listening)


async def test_an_error_of_the_network_keeps_nobody_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing(errno.ENETDOWN, times=1)
    monkeypatch.setattr(socket.socket, "accept", lambda each: failing.accept(each))
    escaped: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    async with served() as broker:
        _, writer = await opened(broker.address)
        await until(lambda: accepted(broker) > 0)
        writer.close()
    assert escaped == []
    assert 'accept_failed why="Network is down"' in caplog.text


async def test_nothing_is_accepted_for_a_while_when_no_descriptor_is_free(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing(errno.EMFILE, times=1_000_000)
    monkeypatch.setattr(socket.socket, "accept", lambda each: failing.accept(each))
    async with served() as broker:
        _, writer = await opened(broker.address)
        await until(lambda: "accept_failed" in caplog.text)
        for _ in range(3):
            await asyncio.sleep(0)
        assert failing.calls == 1
        writer.close()


async def test_a_connection_that_comes_too_soon_is_served_later() -> None:
    async with served(windows=SHORT, connections_per_s_max=1) as broker:
        clients = [await opened(broker.address) for _ in range(5)]
        for reader, writer in clients:
            writer.write(NONSENSE)
            assert await is_hung_up(reader)
        assert (accepted(broker), throttled(broker)) == (5, 5)
        for _, writer in clients:
            writer.close()


async def test_nothing_is_accepted_while_a_connection_waits() -> None:
    async with served(windows=LONG, connections_per_s_max=0) as broker:
        clients = [await opened(broker.address) for _ in range(3)]
        await until(lambda: throttled(broker) > 0)
        broker.front.stop_accepting()
        assert [await is_hung_up(reader) for reader, _ in clients] == [True] * 3
        assert accepted(broker) == 0
        assert throttled(broker) == 1
        for _, writer in clients:
            writer.close()


async def test_connections_of_an_address_over_its_quota_are_closed_after_a_while() -> None:
    quotas = ClientQuotas()
    set_quota(quotas, {"ip": "127.0.0.1"}, connection_creation_rate=0.001)
    async with served(windows=SHORT, quotas=quotas) as broker:
        reader, writer = await opened(broker.address)
        assert await is_hung_up(reader)
        assert accepted(broker) == 0
        writer.close()


async def test_so_many_refused_connections_are_held_and_no_more() -> None:
    quotas = ClientQuotas()
    set_quota(quotas, {"ip": "127.0.0.1"}, connection_creation_rate=0.0001)
    async with served(windows=LONG, quotas=quotas) as broker:
        held = [await opened(broker.address) for _ in range(HELD_REFUSED_MAX)]
        reader, writer = await opened(broker.address)
        assert await is_hung_up(reader)
        assert not any(each.at_eof() for each, _ in held)
        broker.front.stop_accepting()
        assert [await is_hung_up(each) for each, _ in held] == [True] * HELD_REFUSED_MAX
        for _, each in (*held, (reader, writer)):
            each.close()
