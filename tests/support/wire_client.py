"""A Kafka client of bytes: frames from our codec, sent and read on a real socket, in plain order.

It pipelines when told to (`send` several, then `receive`), and can send what no client would.
"""

import asyncio
import socket
import struct
from types import TracebackType
from typing import Any, Self, TypeVar

from engine.protocol.codec import decode
from engine.protocol.framing import request_frame
from engine.protocol.headers import decode_response_header
from engine.protocol.layout import Message

ResponseT = TypeVar("ResponseT", bound=Message)
CLIENT_ID = "wire-client"


class WireClient:
    """One connection. Use as an asynchronous context manager."""

    def __init__(self, host: str, port: int, *, client_id: str | None = CLIENT_ID) -> None:
        self._host = host
        self._port = port
        self._client_id = client_id
        self._correlation_id = 0
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def frame(self, request: Message, version: int) -> bytes:
        """The bytes of the next request; its correlation id counts up from 1."""
        self._correlation_id += 1
        buffers: list[Any] = list(
            request_frame(
                request,
                api_version=version,
                correlation_id=self._correlation_id,
                client_id=self._client_id,
            )
        )
        return b"".join(buffers)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    def send(self, request: Message, version: int) -> int:
        """Send a request without waiting; returns its correlation id."""
        self.write(self.frame(request, version))
        return self._correlation_id

    async def receive_frame(self) -> bytes:
        """The next response frame without its length. Raises IncompleteReadError at the end."""
        (length,) = struct.unpack(">i", await self._reader.readexactly(4))
        return await self._reader.readexactly(length)

    async def receive(self, response: type[ResponseT], version: int) -> tuple[int, ResponseT]:
        """The next response, and its correlation id."""
        frame = await self.receive_frame()
        correlation_id, body = decode_response_header(frame, response.API_KEY, version)
        return correlation_id, decode(response, frame, version, body)

    async def call(self, request: Message, response: type[ResponseT], version: int) -> ResponseT:
        """Send a request and return its response."""
        sent = self.send(request, version)
        correlation_id, answer = await self.receive(response, version)
        assert correlation_id == sent
        return answer

    async def is_closed_by_peer(self) -> bool:
        """Wait for the end of the stream; False when more bytes come instead."""
        try:
            return await self._reader.read(1) == b""
        except ConnectionError:
            return True

    def take_little(self, size_bytes: int) -> None:
        """Keep the receive buffer of this end small; left alone, the system lets it grow."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size_bytes)

    @property
    def local_port(self) -> int:
        """The port of this end."""
        return int(self._writer.get_extra_info("sockname")[1])
