"""A network in simulated time, over which asyncio's protocols talk.

Bytes take a while, come in pieces, and stay in order. A connection may be reset, or cut so that
neither end hears of the other again. Each end's callbacks run in the context of whoever opened it:
what belongs to a process ends with it, and the other end is reset.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from random import Random
from typing import Any

from tests.support.simulated_loop import PROCESS, Process, SimulatedLoop, passed

WINDOW_BYTES = 32 * 1024
"""What one end takes in before its protocol has read it."""

FIRST_PORT = 40_000


class SimulatedTransport(asyncio.Transport):
    """One end of a connection."""

    def __init__(self, network: "SimulatedNetwork", host: str, port: int) -> None:
        super().__init__({"peername": (host, port), "sockname": (host, port)})
        self._network = network
        self._loop = network.loop
        self.context: Context = copy_context()
        self.peer: SimulatedTransport
        self.protocol: Any = None
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._high = 64 * 1024
        self._is_reading = True
        self._is_paused = False
        self._is_flowing = False
        self._is_feeding = False
        self._is_ending = False
        self._has_ended = False
        self.is_cut = False
        self.is_lost = False

    def begin(self, protocol: Any) -> None:
        """Give the end to a protocol, in the present context."""
        self.context = copy_context()
        self.protocol = protocol
        self._network.open[self] = None
        self._soon(protocol.connection_made, self)
        self._feed_soon()

    @property
    def process(self) -> Process | None:
        """Whose end it is."""
        return self.context.get(PROCESS)

    # What protocols call.

    def write(self, data: Any) -> None:
        if self.is_lost or self._is_ending:
            return
        self._outgoing += data
        self._flow_soon()
        if len(self._outgoing) > self._high and not self._is_paused:
            self._is_paused = True
            self.protocol.pause_writing()

    def is_reading(self) -> bool:
        return self._is_reading

    def pause_reading(self) -> None:
        self._is_reading = False

    def resume_reading(self) -> None:
        self._is_reading = True
        self._feed_soon()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = 64 * 1024 if high is None else high

    def get_write_buffer_size(self) -> int:
        return len(self._outgoing)

    def is_closing(self) -> bool:
        return self._is_ending or self.is_lost

    def close(self) -> None:
        """Send what is to be sent, then end."""
        if not self.is_closing():
            self._is_ending = True
            self._flow_soon()

    def abort(self) -> None:
        self.lose(None)
        self._later(self.peer.lose, ConnectionResetError("reset by the peer"))

    def get_protocol(self) -> Any:
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def can_write_eof(self) -> bool:
        return False

    # What happens to it.

    def lose(self, error: Exception | None) -> None:
        """The end of this end; its protocol is told soon."""
        if self.is_lost:
            return
        self.is_lost = True
        self._network.open.pop(self, None)
        if self.protocol is not None:
            self._soon(self.protocol.connection_lost, error)

    def receive(self, data: bytes) -> None:
        """Bytes have come."""
        if not self.is_lost:
            self._incoming += data
            self._feed_soon()

    def receive_end(self) -> None:
        """The other end has sent all that it will."""
        self._has_ended = True
        self._feed_soon()

    @property
    def room(self) -> int:
        """Bytes that it still takes in."""
        return WINDOW_BYTES - len(self._incoming)

    def _soon(self, callback: Callable[..., object], *args: object) -> None:
        self._loop.call_soon(callback, *args, context=self.context)

    def _later(self, callback: Callable[..., object], *args: object) -> None:
        self._loop.call_later(
            self._network.latency_s(), callback, *args, context=self._network.context
        )

    def _flow_soon(self) -> None:
        if not self._is_flowing and not self.is_cut:
            self._is_flowing = True
            self._later(self._flow)

    def _flow(self) -> None:
        """Carry bytes to the other end."""
        self._is_flowing = False
        if self.is_lost or self.is_cut:
            return
        count = self._network.piece(min(len(self._outgoing), self.peer.room))
        if count:
            self.peer.receive(bytes(self._outgoing[:count]))
            del self._outgoing[:count]
        if self._outgoing:
            if self.peer.room:
                self._flow_soon()
            return
        if self._is_paused:
            self._is_paused = False
            self._soon(self.protocol.resume_writing)
        if self._is_ending:
            self.peer.receive_end()
            self.lose(None)

    def _feed_soon(self) -> None:
        if not self._is_feeding and self.protocol is not None:
            self._is_feeding = True
            self._soon(self._feed)

    def _feed(self) -> None:
        """Hand the protocol what has come."""
        self._is_feeding = False
        if self.is_lost or not self._is_reading:
            return
        if self._incoming:
            if isinstance(self.protocol, asyncio.BufferedProtocol):
                buffer = self.protocol.get_buffer(-1)
                count = min(len(buffer), len(self._incoming))
                buffer[:count] = self._incoming[:count]
                del self._incoming[:count]
                self.protocol.buffer_updated(count)
            else:
                data = bytes(self._incoming)
                self._incoming.clear()
                self.protocol.data_received(data)
            self.peer._flow_soon()
            self._feed_soon()
        elif self._has_ended:
            self._has_ended = False
            if not self.protocol.eof_received():
                self.close()


class SimulatedAccepted:
    """What a listening socket gives out."""

    def __init__(self, transport: SimulatedTransport) -> None:
        self._transport = transport

    def setblocking(self, flag: bool) -> None:
        """It never blocks."""

    def setsockopt(self, *_: object) -> None:
        """There is nothing to set."""

    def close(self) -> None:
        self._transport.abort()

    async def connect(self, protocol_factory: Callable[[], Any]) -> Any:
        """Begin to talk."""
        if self._transport.is_lost:
            raise ConnectionResetError("gone before it was accepted")
        protocol = protocol_factory()
        self._transport.begin(protocol)
        return self._transport, protocol


class SimulatedListening:
    """A listening socket."""

    def __init__(self, network: "SimulatedNetwork", port: int) -> None:
        self._network = network
        self.port = port
        self.process = PROCESS.get()
        self._coming: deque[SimulatedTransport] = deque()
        self._reader: Callable[[], object] | None = None

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def accept(self) -> tuple[SimulatedAccepted, tuple[str, int]]:
        if not self._coming:
            raise BlockingIOError
        transport = self._coming.popleft()
        return SimulatedAccepted(transport), transport.get_extra_info("peername")

    def close(self) -> None:
        """Take no more, and let those go who wait."""
        self._network.forget(self)
        while self._coming:
            self._coming.popleft().abort()

    def come(self, transport: SimulatedTransport) -> None:
        """A client is at the door."""
        self._coming.append(transport)
        if self._reader is not None:
            self._reader()

    def when_readable(self, callback: Callable[..., object] | None, args: Any) -> None:
        """Call back, in the present context, whenever somebody comes."""
        if callback is None:
            self._reader = None
            return
        context = copy_context()
        loop = self._network.loop

        def tell() -> None:
            loop.call_soon(callback, *args, context=context)

        self._reader = tell
        if self._coming:
            tell()


class SimulatedNetwork:
    """All connections. Loop thread only."""

    def __init__(self, loop: SimulatedLoop, chance: Random) -> None:
        self.loop = loop
        self.context = copy_context()
        self._chance = chance
        self._listening: dict[int, SimulatedListening] = {}
        self._ports = FIRST_PORT
        self.open: dict[SimulatedTransport, None] = {}
        self.slow_s = 0.0
        """What each piece takes more than usual."""
        self.slowed = 0
        """Pieces that took more than usual."""
        loop.network = self

    def latency_s(self) -> float:
        """How long a piece is under way."""
        self.slowed += self.slow_s > 0
        if self._chance.random() < 0.01:
            return self.slow_s + self._chance.uniform(0.01, 1.0)
        return self.slow_s + self._chance.uniform(1e-5, 2e-3)

    def piece(self, count: int) -> int:
        """How many of so many bytes arrive together."""
        if count > 1 and self._chance.random() < 0.1:
            return self._chance.randint(1, count - 1)
        return count

    def addresses(self, host: str, port: int) -> list[Any]:
        """As `getaddrinfo` tells them."""
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    def listen(self, family: int, place: Any, backlog: int) -> SimulatedListening:
        """Bind and listen."""
        listening = SimulatedListening(self, place[1])
        assert place[1] not in self._listening, "the port is in use"
        self._listening[place[1]] = listening
        return listening

    def forget(self, listening: SimulatedListening) -> None:
        """Nobody listens there any more."""
        if self._listening.get(listening.port) is listening:
            del self._listening[listening.port]

    async def connect(self, protocol_factory: Callable[[], Any], port: int) -> Any:
        """Open a connection. Raises ConnectionRefusedError."""
        await passed(self.latency_s())
        listening = self._listening.get(port)
        if listening is None:
            raise ConnectionRefusedError(port)
        self._ports += 1
        host = f"10.0.0.{self._ports % 200 + 1}"
        near = SimulatedTransport(self, host, self._ports)
        far = SimulatedTransport(self, host, self._ports)
        near.peer, far.peer = far, near
        listening.come(far)
        protocol = protocol_factory()
        near.begin(protocol)
        return near, protocol

    def reset(self, transport: SimulatedTransport) -> None:
        """Somebody between the two ends breaks the connection."""
        for end in (transport, transport.peer):
            end.lose(ConnectionResetError("reset"))

    def cut(self, transport: SimulatedTransport) -> None:
        """The client's machine is gone: its end is lost, and the other hears nothing."""
        for end in (transport, transport.peer):
            end.is_cut = True
        transport.lose(ConnectionResetError("the machine is gone"))

    def drop(self, process: Process) -> None:
        """A process is dead: its ends are gone, and who talked with them is told."""
        for each in [*self._listening.values()]:
            if each.process is process:
                each.close()
        for end in [each for each in self.open if each.process is process]:
            end.is_lost = True
            del self.open[end]
            if not end.is_cut:
                end._later(end.peer.lose, ConnectionResetError("the process is gone"))

    def clients(self) -> list[SimulatedTransport]:
        """The ends that belong to no process."""
        return [each for each in self.open if each.process is None]

    def served(self) -> int:
        """How many ends belong to a process."""
        return sum(each.process is not None for each in self.open)
