"""The replies that a connection owes, in request order.

Kafka's clients match replies to requests by order as much as by correlation id, so a reply that is
ready early waits for those before it. A reply is encoded when its handler answers; record batches
stay regions of files until they are sent.
"""

from collections.abc import Callable
from typing import Protocol, cast

from engine.broker.api_meter import ApiMeter
from engine.broker.client_software import Caller
from engine.protocol.framing import response_frame
from engine.protocol.headers import RequestHeader
from engine.protocol.layout import Message
from engine.protocol.told_errors import errors_told
from engine.server.output import Piece


class ReplyOwner(Protocol):
    """The connection, as far as a reply needs it."""

    def now_s(self) -> float:
        """Monotonic time. Asked several times for each request."""
        ...

    @property
    def caller(self) -> Caller:
        """The client, who asked."""
        ...

    @property
    def is_metered(self) -> bool:
        """Whether somebody's share of the broker's time is limited."""
        ...

    def throttle_ms(self, header: RequestHeader, busy_s: float) -> int:
        """How long the client has to wait because its request kept the broker busy for so long."""
        ...

    def mute(self, throttle_ms: int) -> None:
        """Take nothing more from the client for so long."""
        ...

    def reply_ready(self, reply: "PendingReply") -> None:
        """One more reply is done; it may be the next in order."""
        ...

    def offend(self, reason: str) -> None:
        """Close the connection because of what the client did."""
        ...


class PendingReply:
    """The answer to one request, before or after it is known.

    The work on a request is done in steps, and is timed in each. The first has begun at
    `step_started_s`; `arrived_s` is when its frame came.
    """

    __slots__ = (
        "_arrived_s",
        "_busy_s",
        "_header",
        "_on_abandoned",
        "_owner",
        "_step_started_s",
        "holds_others",
        "is_done",
        "meter",
        "pieces",
        "size_bytes",
    )

    def __init__(self, owner: ReplyOwner, arrived_s: float, step_started_s: float) -> None:
        self._owner = owner
        self._arrived_s = arrived_s
        self._header: RequestHeader | None = None
        self.meter: ApiMeter | None = None
        self._on_abandoned: Callable[[], object] | None = None
        self._busy_s = 0.0
        self._step_started_s: float | None = step_started_s
        self.holds_others = False
        self.is_done = False
        self.pieces: list[Piece] = []
        self.size_bytes = 0

    def begin(self, header: RequestHeader, meter: ApiMeter) -> None:
        self._header = header
        self.meter = meter

    def hold_others(self) -> None:
        self.holds_others = True

    def when_abandoned(self, callback: Callable[[], object]) -> None:
        """Call back if the connection goes away before the answer."""
        self._on_abandoned = callback

    def send(self, response: Message) -> None:
        """Encode the response and let it go out when its turn comes."""
        header, meter = self._header, self.meter
        assert not self.is_done, "a request is answered once"
        assert header is not None
        assert meter is not None
        errors = errors_told(response)
        if errors:
            meter.tell_errors(errors)
        throttle_ms = self._throttle_ms(response)
        pieces = response_frame(
            response, api_version=header.api_version, correlation_id=header.correlation_id
        )
        size_bytes = sum(map(len, pieces))
        meter.reply_bytes.observe(size_bytes)
        self._count(meter)
        self.pieces, self.size_bytes = cast(list[Piece], pieces), size_bytes
        self._finish()
        if throttle_ms:
            self._owner.mute(throttle_ms)

    def omit(self, throttle_ms: int = 0) -> None:
        """No response goes out."""
        if self.meter is not None:
            self._count(self.meter)
        throttle_ms = max(throttle_ms, self._time_throttle_ms())
        self._finish()
        if throttle_ms:
            self._owner.mute(throttle_ms)

    def begin_step(self) -> None:
        """The handler goes on: it keeps the loop busy on behalf of this request."""
        self._step_started_s = self._owner.now_s()

    def end_step(self) -> float:
        """The handler waits, or has ended. The time of this moment."""
        now_s = self._owner.now_s()
        self._busy_s = self._busy_until_s(now_s)
        self._step_started_s = None
        return now_s

    def _busy_until_s(self, now_s: float) -> float:
        if self._step_started_s is None:
            return self._busy_s
        return self._busy_s + now_s - self._step_started_s

    def _count(self, meter: ApiMeter) -> None:
        """The answer is ready: what it took, and who asked."""
        now_s = self._owner.now_s()
        meter.seconds.observe(now_s - self._arrived_s)
        meter.local_seconds.observe(self._busy_until_s(now_s))
        self._owner.caller.count(meter)

    def _time_throttle_ms(self) -> int:
        header = self._header
        if header is None or not self._owner.is_metered:
            return 0
        return self._owner.throttle_ms(header, self._busy_until_s(self._owner.now_s()))

    def _throttle_ms(self, response: Message) -> int:
        """How long the client has to wait, which the response tells it."""
        told_ms: int = getattr(response, "throttle_time_ms", 0)
        throttle_ms = self._time_throttle_ms()
        if throttle_ms <= told_ms:
            return told_ms
        if hasattr(response, "throttle_time_ms"):
            response.throttle_time_ms = throttle_ms
        return throttle_ms

    def close_connection(self, reason: str) -> None:
        """Close the connection instead of answering."""
        self._finish()
        self._owner.offend(reason)

    def abandon(self) -> None:
        """The connection is gone: tell the handler that nobody waits."""
        callback, self._on_abandoned = self._on_abandoned, None
        if callback is not None and not self.is_done:
            callback()

    def _finish(self) -> None:
        self.is_done = True
        self._on_abandoned = None
        self._owner.reply_ready(self)
