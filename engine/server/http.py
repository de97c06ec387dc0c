"""A very small HTTP server for one purpose: /metrics, /health/live and /health/ready.

HTTP/1.1 without keep-alive: one GET or HEAD per connection, at most `REQUEST_BYTES_MAX` bytes of
request within `REQUEST_SECONDS_MAX`, at most `CONNECTIONS_MAX` connections. No request body, no
verb that changes anything, no header that lets a web page of another origin read it.
"""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple, cast

from engine.config.address import Address
from engine.server.listening_sockets import listening_sockets

REQUEST_BYTES_MAX: Final = 8 * 1024
REQUEST_SECONDS_MAX: Final = 5.0
CONNECTIONS_MAX: Final = 32

_PLAIN: Final = "text/plain; charset=utf-8"
_HEAD_END: Final = b"\r\n\r\n"
_ALLOW: Final = "Allow: GET, HEAD\r\n"
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Answer(NamedTuple):
    """The answer to one GET; HEAD gets it without the body."""

    status: int
    body: str
    content_type: str = _PLAIN


Route = Callable[[], Answer]


class HttpServer:
    """Serves a fixed table of paths. Loop thread only."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self._routes = routes
        self._servers: list[asyncio.Server] = []
        self._open: set[_Exchange] = set()
        self.host = ""
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Bind and serve; port 0 takes any free one. Raises OSError."""
        loop = asyncio.get_running_loop()
        for each in await listening_sockets(Address(host, port), CONNECTIONS_MAX):
            self._servers.append(await loop.create_server(lambda: _Exchange(self), sock=each))
            self.host, self.port = host, int(each.getsockname()[1])

    def close(self) -> None:
        """Stop listening and drop whoever is connected."""
        for server in self._servers:
            server.close()
        for exchange in tuple(self._open):
            exchange.abort()

    def answer(self, head: bytes) -> Answer:
        """The answer to a request whose head is complete."""
        words = head.split(b"\r\n", 1)[0].split(b" ")
        if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            return Answer(400, "not an HTTP request\n")
        if words[0] not in (b"GET", b"HEAD"):
            return Answer(405, "only GET and HEAD are served\n")
        path = words[1].split(b"?", 1)[0].decode("latin-1")
        route = self._routes.get(path)
        return Answer(404, "no such page\n") if route is None else route()

    def has_room(self, exchange: "_Exchange") -> bool:
        """Count a connection; False refuses it."""
        if len(self._open) >= CONNECTIONS_MAX:
            return False
        self._open.add(exchange)
        return True

    def forget(self, exchange: "_Exchange") -> None:
        self._open.discard(exchange)


class _Exchange(asyncio.Protocol):
    """One request and its answer."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._head = b""
        self._is_answered = False
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._server.has_room(self):
            self.abort()
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(REQUEST_SECONDS_MAX, self.abort)

    def data_received(self, data: bytes) -> None:
        if self._is_answered:
            return
        self._head += data
        if _HEAD_END in self._head:
            self._send(self._server.answer(self._head))
        elif len(self._head) > REQUEST_BYTES_MAX:
            self._send(Answer(431, "the request is too long\n"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._server.forget(self)

    def abort(self) -> None:
        """Drop the connection, whatever state it is in."""
        if self._transport is not None:
            self._transport.abort()

    def _send(self, answer: Answer) -> None:
        assert self._transport is not None
        self._is_answered = True
        body = answer.body.encode()
        head = (
            f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}\r\n"
            f"Content-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(body)}\r\n"
            f"{_ALLOW if answer.status == 405 else ''}"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n\r\n"
        )
        if self._head.startswith(b"HEAD "):
            body = b""
        self._transport.write(head.encode("latin-1") + body)
        self._transport.close()
