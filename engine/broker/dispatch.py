"""From a frame to its handler: version check, header, decoding, the four shapes of handlers.

Everything comes from the API table and `engine.protocol.advertised`. A request that no handler can
answer, because its key, version or bytes are not ours, raises; the connection then closes, as in
Kafka, since no reply could be framed. The one exception is ApiVersions in an unknown version, which
is answered in version 0 (KIP-511).
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, Protocol

from engine.broker.api_meter import ApiMeter, ApiMeters, api_name
from engine.broker.api_row import ApiRow, Shape
from engine.broker.context import ConnectionFacts, OffendingRequest, Reply, RequestContext
from engine.broker.handlers.api_versions import unsupported_version_response
from engine.broker.parts import BrokerParts
from engine.kernel.errors import EngineError
from engine.metrics.registry import Registry
from engine.protocol.advertised import APIS, ApiVersionRange
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode
from engine.protocol.headers import RequestHeader, decode_request_header

_PEEK = Struct(">hhi")
_LENGTH_BYTES = 4


class PartitionsAwaited(EngineError):
    """A log is being opened: dispatch the frame again when `opened` is done."""

    def __init__(self, opened: asyncio.Future[None]) -> None:
        super().__init__("a log is being opened")
        self.opened = opened


class OwedReply(Reply, Protocol):
    """The reply that a connection owes for one frame."""

    def begin(self, header: RequestHeader, meter: ApiMeter) -> None:
        """Tell how the response is to be framed, and where it is counted, before it is sent."""
        ...

    def hold_others(self) -> None:
        """Let the connection take nothing more before this is answered."""
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    versions: ApiVersionRange
    shape: Shape
    handle: Callable[..., Any]
    meters: ApiMeters
    awaited: Callable[..., asyncio.Future[None] | None] | None
    """What a request has to wait for before it is handled."""


class Dispatcher:
    """The served APIs, by key. Loop thread only."""

    def __init__(self, rows: Sequence[ApiRow], parts: BrokerParts, registry: Registry) -> None:
        self._entries: dict[int, _Entry] = {
            int(row.api_key): _Entry(
                APIS[row.api_key],
                row.shape,
                row.build(parts),
                ApiMeters(row.api_key, registry),
                _awaited(row, parts),
            )
            for row in rows
        }
        assert len(self._entries) == len(rows), "an API has two rows"

    def dispatch(
        self, frame: memoryview, connection: ConnectionFacts, reply: OwedReply
    ) -> Coroutine[object, object, None] | None:
        """Handle one frame. Returns a coroutine if the handler is an ordinary one: run it.

        Raises OffendingRequest or MalformedMessage if the frame cannot be answered, and
        PartitionsAwaited if it cannot be yet: nothing has been done about it then. The frame is
        not used after the return, except by appends that are staged until the turn's flush.
        """
        api_key, version, correlation_id = _PEEK.unpack_from(frame)
        entry = self._entries.get(api_key)
        if entry is None:
            raise OffendingRequest(f"API key {api_key} is not served")
        if not entry.versions.accepts(version):
            if api_key != ApiKey.API_VERSIONS:
                raise OffendingRequest(f"{api_name(ApiKey(api_key))} has no version {version}")
            header = RequestHeader(ApiKey.API_VERSIONS, 0, correlation_id, None)
            reply.begin(header, entry.meters.of(0))
            reply.send(unsupported_version_response())
            return None
        header, body = decode_request_header(frame)
        request = decode(entry.versions.request, frame, version, body)
        opened = None if entry.awaited is None else entry.awaited(request)
        if opened is not None:
            raise PartitionsAwaited(opened)
        meter = entry.meters.of(version)
        meter.requests.value += 1
        meter.request_bytes.observe(len(frame) + _LENGTH_BYTES)
        reply.begin(header, meter)
        context = RequestContext(header, connection, len(frame))
        shape = entry.shape
        if shape is Shape.IMMEDIATE:
            reply.send(entry.handle(request, context))
        elif shape is Shape.DIRECT:
            entry.handle(request, context, reply)
        else:
            reply.hold_others()
            if shape is Shape.ORDINARY:
                return _answer(entry.handle, request, context, reply)
            entry.handle(request, context, reply)
        return None


def _awaited(
    row: ApiRow, parts: BrokerParts
) -> Callable[[Any], asyncio.Future[None] | None] | None:
    named = row.named
    if named is None:
        return None
    awaited = parts.partitions.awaited
    return lambda request: awaited(named(request))


async def _answer(
    handle: Callable[..., Any], request: object, context: RequestContext, reply: Reply
) -> None:
    reply.send(await handle(request, context))
