"""A broker that says what a test tells it to, in real bytes over the loopback.

A script gives an answer for each kind of request: a response, `Hang` (no answer), `Drop` (the
connection ends), raw `Bytes`, or a function of the request that returns one of these. ApiVersions
is answered from the codec's own table unless scripted. Everything asked is kept in `asked`.
"""

import asyncio
import ssl
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, cast

from engine.client.connection import Endpoint
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode
from engine.protocol.framing import response_frame
from engine.protocol.headers import decode_request_header
from engine.protocol.layout import Message
from engine.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
)

_REQUEST_BYTES_MAX = 104_857_600
"""As with Kafka, the connection ends over more: what says so is no request, but TLS."""


class Hang:
    """Leave the request without an answer."""


class Drop:
    """End the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Send these bytes as they are."""

    content: bytes


Answer = Message | Hang | Drop | Bytes
Reply = Answer | Callable[[Any], Answer]


@dataclass(slots=True)
class Asked:
    """One request as it arrived."""

    message: Any
    version: int
    client_id: str | None


def all_versions(
    limits: Mapping[ApiKey, tuple[int, int]] | None = None,
) -> ApiVersionsResponse:
    """What the codec knows, with other bounds for some APIs."""
    ranges = {key: (row.min_accepted, row.max_accepted) for key, row in APIS.items()}
    ranges.update(limits or {})
    return ApiVersionsResponse(
        api_keys=[ApiVersion(key, *bounds) for key, bounds in ranges.items()]
    )


@dataclass(slots=True)
class ScriptedBroker:
    """Use as an asynchronous context manager. The script may be changed while it runs."""

    script: dict[type[Message], Reply] = field(default_factory=dict)
    port: int = 0
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _held: list[tuple[asyncio.StreamWriter, bytes]] | None = None
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("127.0.0.1", self.port)

    def requests(self, kind: type[Message]) -> list[Any]:
        """The requests of one kind, in order of arrival."""
        return [asked.message for asked in self.asked if isinstance(asked.message, kind)]

    def hold(self) -> Callable[[], None]:
        """Keep answers back until the returned function is called."""
        self._held = []

        def resume() -> None:
            for writer, content in self._held or ():
                writer.write(content)
            self._held = None

        return resume

    async def until_asked(self, kind: type[Message], count: int = 1) -> None:
        """Wait until so many requests of a kind have arrived."""
        while len(self.requests(kind)) < count:
            self._news.clear()
            await self._news.wait()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and end every connection; the port stays this broker's."""
        if self._server is not None:
            self._server.close()
            self.drop_connections()
            await self._server.wait_closed()
            self._server = None

    def drop_connections(self) -> None:
        """End every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                (size,) = struct.unpack(">i", await reader.readexactly(4))
                if size > _REQUEST_BYTES_MAX:
                    return
                if not self._answer(await reader.readexactly(size), writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    def _answer(self, frame: bytes, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the connection ends over it."""
        header, start = decode_request_header(frame)
        row = APIS[ApiKey(header.api_key)]
        message = decode(row.request, frame, header.api_version, start)
        self.asked.append(Asked(message, header.api_version, header.client_id))
        self._news.set()
        reply = self.script.get(row.request)
        if reply is None and row.request is ApiVersionsRequest:
            reply = all_versions()
        assert reply is not None, f"the script has no answer for {row.request.__name__}"
        answer = reply(message) if callable(reply) else reply
        if isinstance(answer, Hang):
            return True
        if isinstance(answer, Drop):
            return False
        if isinstance(answer, Bytes):
            writer.write(answer.content)
            return True
        is_refusal = isinstance(answer, ApiVersionsResponse) and answer.error_code == 35
        version = 0 if is_refusal else header.api_version
        buffers = response_frame(answer, api_version=version, correlation_id=header.correlation_id)
        content = b"".join(cast(list[bytes], buffers))
        if self._held is None:
            writer.write(content)
        else:
            self._held.append((writer, content))
        return True
