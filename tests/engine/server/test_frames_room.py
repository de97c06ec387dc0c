"""Who gets the room of the broker's memory that a large frame gives back."""

import asyncio
import struct

from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from tests.engine.server.test_connection_bounds import HEARTBEATS, send_all
from tests.support.served_handlers import served
from tests.support.waiting import until


async def test_client_that_left_while_it_waited_for_memory_does_not_take_that_of_another() -> None:
    """One is called when a frame gives its room back."""
    async with served(HEARTBEATS, buffer_bytes_max=90_000) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        other = server.buffers.acquire(90_000, 90_000)
        assert other is not None
        async with server.connect() as left:
            await send_all(server, left, struct.pack(">i", 90_000) + bytes(40_000))
            await send_all(server, client, struct.pack(">i", 90_000) + bytes(40_000))
            _, waiting = server.connections
            waiting.close()
            await until(lambda: len(server.connections) == 1)
        server.buffers.release(other)
        await asyncio.sleep(0)

        assert server.buffers.promised_bytes > 0


async def test_client_that_leaves_as_it_is_called_gives_the_call_on() -> None:
    async with served(HEARTBEATS, buffer_bytes_max=90_000) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        other = server.buffers.acquire(90_000, 90_000)
        assert other is not None
        async with server.connect() as left:
            await send_all(server, left, struct.pack(">i", 90_000) + bytes(40_000))
            await send_all(server, client, struct.pack(">i", 90_000) + bytes(40_000))
            _, called = server.connections
            server.buffers.release(other)
            called.close()
            await until(lambda: len(server.connections) == 1)
            await asyncio.sleep(0)

            assert server.buffers.promised_bytes > 0
