"""One client connection: bytes to frames to requests, replies in order, back-pressure.

One readiness event is one turn: the frames that it completed are handled, very many in several
turns, others between them; what they staged is written with one call per partition before the next
receive, as slices of the shared scratch buffer; all replies that are ready go out with one call.

Reading pauses, and frames stay where they are, while the connection
- owes a reply that others wait for (Kafka, too, takes one request of a connection at a time),
- has come to a request whose partitions are being opened, for which it waits a while,
- owes more than `PENDING_REPLIES_MAX` replies or has too much of them ready and unsent (`unsent`),
- waits for room for a large request, or
- is muted because its client is over a quota.

A client that breaks the protocol loses this connection and nothing else happens.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import cast

from engine.broker.api_meter import ApiMeter
from engine.broker.context import ConnectionFacts, OffendingRequest
from engine.broker.dispatch import PartitionsAwaited
from engine.metrics import catalogue
from engine.protocol.errors import MalformedMessage
from engine.protocol.headers import RequestHeader
from engine.server.connection_parts import ConnectionParts
from engine.server.frames import FIRST_FRAME_BYTES_MAX, BadFrameLength, FrameReader
from engine.server.metered_job import MeteredJob
from engine.server.output import OutputQueue
from engine.server.replies import PendingReply
from engine.server.staleness import FRAME_SECONDS_MAX, Staleness
from engine.server.unsent import FRAMES_PER_TURN_MAX, PENDING_REPLIES_MAX


class Connection(asyncio.BufferedProtocol):
    """The protocol of one accepted socket. Loop thread only."""

    def __init__(
        self,
        parts: ConnectionParts,
        loop: asyncio.AbstractEventLoop,
        facts: ConnectionFacts,
        *,
        on_open: Callable[["Connection"], bool],
        on_lost: Callable[["Connection"], None],
    ) -> None:
        self.facts = facts
        self.now_s = parts.clock.monotonic_s
        self._staleness = Staleness(self.now_s())
        self._parts = parts
        self.caller = parts.software.connected()
        facts.on_software = self.caller.told
        self._loop = loop
        self._on_open = on_open
        self._on_lost = on_lost
        first_bytes_max = min(FIRST_FRAME_BYTES_MAX, parts.request_bytes_max)
        self._reader = FrameReader(parts.scratch, parts.buffers, first_bytes_max)
        self._received_bytes = parts.registry.counter(catalogue.RECEIVED_BYTES)
        self._sent_bytes = parts.registry.counter(catalogue.SENT_BYTES)
        self._replies: deque[PendingReply] = deque()
        self._ready_bytes = 0
        self._transport: asyncio.Transport | None = None
        self._output: OutputQueue | None = None
        self._is_new = True
        self._is_busy = False
        self._held_by: PendingReply | None = None
        self._is_held = False
        self._is_in_turn = False
        self._is_send_due = False
        self._is_stopping = False
        self._unmute_timer: asyncio.TimerHandle | None = None
        self._must_close = False
        self._is_closing = False
        self._had_last_call = False

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; refuse when there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        parts = self._parts
        self._output = OutputQueue(self._transport, self._loop, parts.files, parts.unsent, self)
        if not self._on_open(self):
            self._is_closing = True
            self._transport.abort()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go."""
        return self._reader.writable()

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have come: one turn."""
        now_s = self.now_s()
        self._staleness.received(nbytes, now_s, is_mid_frame=self._reader.is_mid_frame)
        self._received_bytes.value += nbytes
        self._reader.received(nbytes)
        self._take_turn(now_s)

    def eof_received(self) -> bool:
        """The client is done; what it did not wait for, it does not get."""
        return False

    def pause_writing(self) -> None:
        """The socket is full."""
        if self._output is not None:
            self._output.pause()

    def resume_writing(self) -> None:
        """The socket takes bytes again."""
        if self._output is not None and not self._is_closing:
            self._staleness.active_s = self.now_s()
            self._output.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end: whoever waits on behalf of this client is told."""
        self._is_closing = True
        if self._unmute_timer is not None:
            self._unmute_timer.cancel()
        self._parts.buffers.forget(self._go_on_soon)
        self._reader.close()
        if self._output is not None:
            self._sent_bytes.value += self._output.take_sent_bytes()
            self._output.drop(piece for reply in self._replies for piece in reply.pieces)
            self._output.close()
            self._output = None
        for reply in self._replies:
            reply.abandon()
        self._replies.clear()
        self._held_by = None
        self.caller.gone()
        self._on_lost(self)

    # What the listener and replies call.

    def reply_ready(self, reply: PendingReply) -> None:
        """Send at the end of the turn, or soon if no turn is on."""
        if self._output is None:
            return
        self._ready_bytes += reply.size_bytes
        self._output.prepare(reply.pieces)
        if not self._is_in_turn and not self._is_send_due and not self._is_closing:
            self._is_send_due = True
            self._loop.call_soon(self._send_due)

    def offend(self, reason: str) -> None:
        """Close because of what the client did; a bounded number of log lines says so."""
        if not self._is_closing:
            self._parts.log.limited("connection_closed", peer=self.peer, reason=reason)
            self._parts.registry.counter(catalogue.CONNECTIONS_CLOSED, "offence").add()
            self._close_after_turn()

    @property
    def is_metered(self) -> bool:
        """Whether somebody's share of the broker's time is limited."""
        return self._parts.throttling.limits_requests

    def throttle_ms(self, header: RequestHeader, busy_s: float) -> int:
        """How long the client has to wait because its request kept the broker busy for so long."""
        throttling = self._parts.throttling
        return throttling.requested(self.facts.user, header.client_id or "", busy_s)

    def mute(self, throttle_ms: int) -> None:
        """Take nothing more from the client for so long; what it was told goes out (KIP-219)."""
        if self._is_closing:
            return
        timer = self._loop.call_later(throttle_ms / 1000, self._unmute)
        if self._unmute_timer is not None:
            if self._unmute_timer.when() > timer.when():
                timer.cancel()
                return
            self._unmute_timer.cancel()
        self._unmute_timer = timer
        self._is_held = True
        self._update_reading(may_read=False)

    def close_if_stale(self, now_s: float, idle_s_max: float) -> None:
        """Close when nothing happened for too long, or a frame takes too long to arrive."""
        if self._is_closing and self._transport is not None:
            # Who is closed and does not take what is ready is cut off by the second call.
            if self._had_last_call:
                self._transport.abort()
            self._had_last_call = True
        if self._is_closing or self._unmute_timer is not None or self._output is None:
            return
        is_heard = self._transport is not None and self._transport.is_reading()
        reader, output = self._reader, self._output
        reason = self._staleness.reason(
            now_s,
            idle_s_max,
            # The end of a client that waits and is not heard would not be noticed.
            is_waiting=is_heard and bool(self._replies) and output.is_empty,
            is_frame_coming=is_heard and reader.is_mid_frame,
            is_frame_held=not is_heard and reader.holds_room and output.waits_for_client,
            sent_bytes=output.sent_bytes,
        )
        if reason:
            self._parts.log.debug("connection_closed", peer=self.peer, reason=reason)
            self._parts.registry.counter(catalogue.CONNECTIONS_CLOSED, reason).add()
            self._close()

    def excuse(self, seconds: float, now_s: float) -> None:
        """Of the time until now so much was nobody's: the broker stood still."""
        self._staleness.excuse(seconds, now_s)

    def stop_reading(self) -> None:
        """Take no more requests; those taken may still be answered."""
        self._is_stopping = True
        self._update_reading(may_read=False)

    def close(self) -> None:
        """Send what is ready, then close."""
        if not self._is_closing:
            self._close()

    @property
    def unsent_bytes(self) -> int:
        """Bytes of replies that are ready and wait: for those before them, or for the socket."""
        return self._ready_bytes + (0 if self._output is None else self._output.bytes_waiting)

    @property
    def in_flight(self) -> list[ApiMeter]:
        """The kinds of the requests that were taken and have no answer yet."""
        return [each.meter for each in self._replies if each.meter and not each.is_done]

    @property
    def peer(self) -> str:
        """The client's address for log lines."""
        return f"{self.facts.peer_host}:{self.facts.peer_port}"

    # One turn.

    def _take_turn(self, now_s: float) -> None:
        parts = self._parts
        self._staleness.active_s = now_s
        self._is_in_turn = True
        parts.commit.begin_turn()
        try:
            self._take_frames(now_s)
        except (BadFrameLength, MalformedMessage, OffendingRequest) as error:
            self.offend(str(error))
        except Exception as error:
            self._fail(error)
        finally:
            parts.commit.flush()
            self._is_in_turn = False
        is_fed = self._reader.settle()
        note = parts.buffers.forget if is_fed else parts.buffers.when_released
        note(self._go_on_soon)
        if self._must_close:
            self._close()
        else:
            self._update_reading(may_read=is_fed and not self._is_held)
            self._send_ready()

    def _take_frames(self, now_s: float) -> None:
        self._is_held = False
        step_s = now_s
        for _ in range(FRAMES_PER_TURN_MAX):
            if self._must_close or self._is_closing:
                return
            if self._must_hold():
                self._is_held = self._reader.has_more or self._unmute_timer is not None
                return
            frame = self._reader.next_frame()
            if frame is None:
                return
            self._staleness.frame_due_s = now_s + FRAME_SECONDS_MAX
            reply = PendingReply(self, now_s, step_s)
            self._replies.append(reply)
            try:
                job = self._parts.dispatcher.dispatch(frame, self.facts, reply)
            except PartitionsAwaited as awaited:
                self._await(awaited.opened)
                return
            step_s = reply.end_step()
            if job is not None:
                self._start(job, reply)
            if reply.holds_others:
                self._held_by = reply
            if self._is_new:
                self._is_new = False
                self._reader.length_max = self._parts.request_bytes_max
        self._is_held = self._reader.has_more

    def _must_hold(self) -> bool:
        held_by = self._held_by
        return (
            self._is_busy
            or (held_by is not None and not held_by.is_done)
            or self._is_stopping
            or self._unmute_timer is not None
            or len(self._replies) >= PENDING_REPLIES_MAX
            or self.unsent_bytes >= self._parts.unsent.bytes_max
        )

    def _await(self, opened: asyncio.Future[None]) -> None:
        """Leave the frame where it is and take it again later."""
        self._replies.pop()
        self._reader.put_back()
        self._is_busy = self._is_held = True
        opened.add_done_callback(self._opened)

    def _opened(self, _: asyncio.Future[None]) -> None:
        self._is_busy = False
        self.output_moved()

    def _start(self, job: Coroutine[object, object, None], reply: PendingReply) -> None:
        task = self._parts.tasks.spawn(self._run(MeteredJob(job, reply)), name="request")
        # A task that is cancelled before its first step never comes to awaiting the job.
        task.add_done_callback(lambda _: job.close())

    async def _run(self, job: MeteredJob) -> None:
        try:
            await job
        except OffendingRequest as error:
            self.offend(str(error))
        except Exception as error:
            self._fail(error)

    def _unmute(self) -> None:
        self._unmute_timer = None
        self._staleness.unmuted(self.now_s())
        self.output_moved()

    def _go_on(self) -> None:
        """Take the frames that were left, now that they may go on."""
        if self._is_closing:
            self._parts.buffers.pass_on()
        else:
            self._reader.resume()
            self._take_turn(self.now_s())

    def _go_on_soon(self) -> None:
        self._loop.call_soon(self._go_on)

    def _update_reading(self, *, may_read: bool) -> None:
        transport = self._transport
        if transport is None or self._is_closing or may_read == transport.is_reading():
            return
        if may_read:
            # What was not taken from the client could not come.
            self._staleness.frame_due_s = self.now_s() + FRAME_SECONDS_MAX
            transport.resume_reading()
        else:
            transport.pause_reading()

    # Sending.

    def _send_due(self) -> None:
        self._is_send_due = False
        self._send_ready()

    def _send_ready(self) -> None:
        replies, output = self._replies, self._output
        if output is None or self._is_closing:
            return
        while replies and replies[0].is_done:
            reply = replies.popleft()
            self._ready_bytes -= reply.size_bytes
            output.add(reply.pieces, reply.size_bytes)
        output.pump()

    def output_moved(self) -> None:
        """Take the frames that were left for what was unsent."""
        output = self._output
        if output is None or self._is_closing:
            return
        self._sent_bytes.value += output.take_sent_bytes()
        if self._is_held and not self._must_hold():
            self._is_held = False
            self._go_on_soon()

    def output_broken(self, reason: str) -> None:
        """The socket or a file failed while sending: nothing more can be sent in order."""
        self._parts.log.debug("connection_broken", peer=self.peer, reason=reason)
        self._is_closing = True
        if self._output is not None and self._transport is not None:
            self._output.close()
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        """The border of a connection: a programmer's error costs this client its connection."""
        self._parts.log.error("request_failed", error, peer=self.peer)
        self._parts.registry.counter(catalogue.CONNECTIONS_CLOSED, "failure").add()
        self._close_after_turn()

    def _close_after_turn(self) -> None:
        """Close, but not before the requests ahead have been written and answered."""
        if self._is_in_turn:
            self._must_close = True
        elif not self._is_closing:
            self._close()

    def _close(self) -> None:
        self._send_ready()
        self._is_closing = True
        if self._transport is not None:
            self._transport.close()
