"""One connection to one broker: requests out, answers matched by order and correlation id.

Requests are pipelined. A broker answers in the order of the requests, so an answer that is out of
order, malformed or late ends the connection and with it every request that waits: nothing behind a
stuck request could be answered anyway. A caller that is cancelled leaves its answer to be thrown
away.

`engine.client.opening` is the one place where a connection comes into being. A session that has to
be renewed (KIP-368) is renewed here, between two requests, since nothing may come in between.
"""

import asyncio
import os
import re
import socket
import ssl
import struct
from collections import deque
from functools import partial
from typing import NamedTuple, Protocol, TypeVar, cast

from engine.client.errors import (
    ClientError,
    MalformedAnswer,
    NotSecured,
    TimedOut,
    Unreachable,
    Unsendable,
    Unsupported,
)
from engine.client.settings import ClientSettings
from engine.client.tls import tls_reason
from engine.kernel.aside import aside
from engine.kernel.limits import RESPONSE_BYTES_MAX
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode
from engine.protocol.error_codes import ErrorCode
from engine.protocol.errors import MalformedMessage
from engine.protocol.framing import request_frame
from engine.protocol.headers import decode_response_header
from engine.protocol.layout import Message
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse

R = TypeVar("R", bound=Message)

PORT_MAX = 65_535

_CORRELATION_IDS = 2**31
_ITEM_BYTES = 64
"""About what one partition, group or configuration takes in an answer."""
_ERROR_NUMBER = re.compile(r"\[Errno (\d+)\]")


class Endpoint(NamedTuple):
    """Where a broker listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class VersionRange(NamedTuple):
    """The versions of an API that a broker speaks; both bounds inclusive."""

    min_version: int
    max_version: int


class _Waiting(NamedTuple):
    """A request that was sent and not yet answered."""

    correlation_id: int
    api_key: int
    version: int
    answer: asyncio.Future[tuple[bytes, int]]


class Session(Protocol):
    """What makes a connection's user known to the broker, for a time."""

    async def keep(self, connection: "Connection") -> None:
        """Renew the session if it is time to. Raises ClientError, having ended the connection."""
        ...


class _NoSession:
    """The session of a connection without log-in."""

    async def keep(self, connection: "Connection") -> None:
        return


NO_SESSION: Session = _NoSession()


class Connection(asyncio.Protocol):
    """An open connection. Made by `opening.open_connection`; belongs to one event loop."""

    def __init__(self, endpoint: Endpoint, settings: ClientSettings) -> None:
        self.endpoint = endpoint
        self.versions: dict[int, VersionRange] = {}
        self._settings = settings
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._waiting: deque[_Waiting] = deque()
        self._slots = asyncio.Semaphore(settings.in_flight_max)
        self._next_correlation_id = 0
        self._failure: ClientError | None = None
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._session = NO_SESSION
        self._was_heard = False

    @property
    def is_open(self) -> bool:
        return self._failure is None and self._transport is not None

    @property
    def in_flight(self) -> int:
        """Requests that were sent and wait for their answers."""
        return len(self._waiting)

    def version_of(self, request: type[Message], max_version: int | None = None) -> int:
        """The highest version that both sides speak. Raises Unsupported when there is none."""
        ours = request.MAX_VERSION if max_version is None else max_version
        theirs = self.versions.get(request.API_KEY)
        name = ApiKey(request.API_KEY).name
        if theirs is None:
            raise Unsupported(name, "it is not among its APIs")
        version = min(ours, theirs.max_version)
        if version < max(request.MIN_VERSION, theirs.min_version):
            raise Unsupported(name, f"it speaks only {theirs.min_version} to {theirs.max_version}")
        return version

    async def request(
        self,
        message: Message,
        response: type[R],
        *,
        min_version: int = 0,
        max_version: int | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """Send a request and wait for its answer, in the highest version both sides speak.

        `min_version` and `max_version` keep it to versions that carry what it is about. Raises
        Unsupported or Unsendable before sending; Unreachable, TimedOut or MalformedAnswer when
        the connection ends over it.
        """
        version = self.version_of(type(message), max_version)
        if version < min_version:
            name = ApiKey(message.API_KEY).name
            raise Unsupported(name, f"version {min_version} is needed, it speaks {version}")
        return await self._exchange(message, response, version, timeout_s)

    async def send_unanswered(self, message: Message, *, max_version: int | None = None) -> None:
        """Send a request that the protocol leaves without an answer: Produce with acks=0."""
        version = self.version_of(type(message), max_version)
        await self._has_room.wait()
        await self._session.keep(self)
        self._write(message, version, self._take_correlation_id())

    async def ask(self, message: Message, response: type[R], *, min_version: int = 0) -> R:
        """As `request`, for the session itself: it waits for nothing but the answer."""
        version = self.version_of(type(message))
        if version < min_version:
            raise Unsupported(ApiKey(message.API_KEY).name, f"it speaks only up to {version}")
        return await self._read(response, version, *await self._sent(message, version))

    def attach(self, session: "Session") -> None:
        """Have a session, which is asked before every request whether it has to be renewed."""
        self._session = session

    def close(self, failure: ClientError | None = None) -> None:
        """End the connection; requests that wait fail with this error, or with Unreachable."""
        closed = Unreachable(*self.endpoint, "the connection was closed", was_sent=True)
        self._fail(failure or closed)

    async def handshake(self) -> None:
        """Learn which APIs and versions the broker speaks."""
        limit_s = self._settings.connect_timeout_s
        request = ApiVersionsRequest(self._settings.software_name, self._settings.software_version)
        answer = await self._exchange(
            request, ApiVersionsResponse, ApiVersionsRequest.MAX_VERSION, limit_s
        )
        if answer.error_code == ErrorCode.UNSUPPORTED_VERSION:
            listed = {api.api_key: api.max_version for api in answer.api_keys}
            version = min(listed.get(ApiKey.API_VERSIONS, 0), ApiVersionsRequest.MAX_VERSION)
            answer = await self._exchange(request, ApiVersionsResponse, version, limit_s)
        if answer.error_code != ErrorCode.NONE:
            failure = MalformedAnswer(
                *self.endpoint, f"ApiVersions failed with the code {answer.error_code}"
            )
            self._fail(failure)
            raise failure
        self.versions = {
            api.api_key: VersionRange(api.min_version, api.max_version) for api in answer.api_keys
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # TCP transports are both ways

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, ssl.SSLError):
            self._fail(NotSecured(*self.endpoint, tls_reason(exc), was_sent=True))
            return
        reason = "the broker closed the connection" if exc is None else reason_of(exc)
        if self.versions and not self._was_heard and self._settings.security.sasl is None:
            reason += " at the first request; does it want a log-in (sasl.mechanism)?"
        self._fail(Unreachable(*self.endpoint, reason, was_sent=True))

    def pause_writing(self) -> None:
        self._has_room.clear()

    def resume_writing(self) -> None:
        self._has_room.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= 4:
            size = int.from_bytes(self._received[:4], "big", signed=True)
            if not 4 <= size <= RESPONSE_BYTES_MAX:
                self._fail(MalformedAnswer(*self.endpoint, f"a frame of {size} bytes"))
                return
            if len(self._received) < 4 + size:
                return
            frame = bytes(memoryview(self._received)[4 : 4 + size])
            del self._received[: 4 + size]
            self._answer(frame)

    async def _exchange(
        self, message: Message, response: type[R], version: int, timeout_s: float | None
    ) -> R:
        limit_s = self._settings.request_timeout_s if timeout_s is None else timeout_s
        name = type(message).__name__
        try:
            async with asyncio.timeout(limit_s), self._slots:
                await self._has_room.wait()
                await self._session.keep(self)
                frame, position = await self._sent(message, version)
        except TimeoutError:
            late = TimedOut(*self.endpoint, name, limit_s)
            self._fail(late)
            raise late from None
        return await self._read(response, version, frame, position)

    async def _read(self, response: type[R], version: int, frame: bytes, position: int) -> R:
        if response is ApiVersionsResponse and frame[position : position + 2] == b"\0\x23":
            version = 0  # UNSUPPORTED_VERSION is always answered in version 0 (KIP-511).
        try:
            return await aside(
                partial(decode, response, frame, version), position, count=len(frame) // _ITEM_BYTES
            )
        except MalformedMessage as error:
            failure = MalformedAnswer(*self.endpoint, str(error))
            self._fail(failure)
            raise failure from error

    def _sent(self, message: Message, version: int) -> asyncio.Future[tuple[bytes, int]]:
        correlation_id = self._take_correlation_id()
        self._write(message, version, correlation_id)
        answer: asyncio.Future[tuple[bytes, int]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(correlation_id, message.API_KEY, version, answer))
        return answer

    def _take_correlation_id(self) -> int:
        correlation_id = self._next_correlation_id
        self._next_correlation_id = (correlation_id + 1) % _CORRELATION_IDS
        return correlation_id

    def _write(self, message: Message, version: int, correlation_id: int) -> None:
        if self._failure is not None:
            raise Unreachable(*self.endpoint, str(self._failure))
        assert self._transport is not None, "a connection is used only after it was opened"
        try:
            buffers = request_frame(
                message,
                api_version=version,
                correlation_id=correlation_id,
                client_id=self._settings.client_id,
            )
        except (struct.error, UnicodeEncodeError) as error:
            raise Unsendable(type(message).__name__, str(error)) from error
        self._transport.writelines(cast(list[bytes], buffers))  # a client sends bytes only

    def _answer(self, frame: bytes) -> None:
        """Give an answer to the oldest request that waits."""
        if not self._waiting:
            self._fail(MalformedAnswer(*self.endpoint, "an answer that nobody asked for"))
            return
        waiting = self._waiting[0]
        try:
            correlation_id, position = decode_response_header(
                frame, waiting.api_key, waiting.version
            )
        except MalformedMessage as error:
            self._fail(MalformedAnswer(*self.endpoint, str(error)))
            return
        if correlation_id != waiting.correlation_id:
            self._fail(MalformedAnswer(*self.endpoint, "an answer out of order"))
            return
        self._waiting.popleft()
        self._was_heard = self._was_heard or bool(self.versions)
        if not waiting.answer.done():
            waiting.answer.set_result((frame, position))

    def _fail(self, failure: ClientError) -> None:
        """End the connection for a reason; the first reason stays."""
        if self._failure is None:
            self._failure = failure
        self._has_room.set()
        self._received.clear()
        if self._transport is not None:
            self._transport.abort()
        while self._waiting:
            answer = self._waiting.popleft().answer
            if not answer.done():
                answer.set_exception(self._failure)


def reason_of(error: Exception) -> str:
    """In the words of the system: asyncio puts the address into them, or joins those of several."""
    if isinstance(error, socket.gaierror):
        return (error.strerror or str(error)).lower()
    found = _ERROR_NUMBER.search(str(error))
    words = str(error) if found is None else os.strerror(int(found[1]))
    return words.lower() or type(error).__name__
