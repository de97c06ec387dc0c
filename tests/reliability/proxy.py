"""A network between clients and a broker that does what networks do, at the word of a test.

Every connection to the proxy is one from it to the broker, and what comes on one goes out on the
other. How depends on the weather of the moment:

| weather    | what becomes of what is sent                                                     |
|------------|----------------------------------------------------------------------------------|
| calm       | it arrives                                                                       |
| slow       | each piece arrives a while later, in order                                       |
| sliced     | it arrives in pieces of a few bytes                                              |
| resetting  | now and then a part of a piece arrives, and both ends are told that it is over   |
| half open  | now and then the client is told so, and the broker is not: its end stays open    |
| black hole | nothing arrives and nobody is told; when that is over, both ends are             |

The loop runs in a thread of its own. Other threads change the weather and ask; nothing else.
"""

import asyncio
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random

PIECE_BYTES = 65_536
SLOW_S = (0.02, 0.4)
SLICE_BYTES_MAX = 7
SLICED_BYTES = 2_000
"""Of each piece so much is cut up; the rest follows whole, or a day would not do."""
RESET_SHARE = 0.05
HALF_OPEN_SHARE = 0.05
WAIT_S = 10
LAST_S = 0.05
"""What the loop needs to let go of what was closed."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing tells the other end of a reset."""


class Weather(Enum):
    """What the network does."""

    CALM = auto()
    SLOW = auto()
    SLICED = auto()
    RESETTING = auto()
    HALF_OPEN = auto()
    BLACK_HOLE = auto()


@dataclass(eq=False)
class Line:
    """One connection of a client and the one to the broker that goes with it."""

    client: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    has_lost: bool = False
    """Bytes of it went nowhere, so that it can never be right again."""
    said: bytearray = field(default_factory=bytearray)
    """What the client has sent, where that is kept."""


class Proxy:
    """Listens on a port of its own from its making to `close`.

    With `keeps_said` it keeps what each client sends, a connection each in `said`.
    """

    def __init__(self, seed: int, *, keeps_said: bool = False) -> None:
        self.weather = Weather.CALM
        self.said: list[bytearray] = []
        self._keeps_said = keeps_said
        self._upstream = ("", 0)
        self.resets = 0
        self.left_behind = 0
        """Connections of which only the broker's end is left."""
        self.has_swallowed = threading.Event()
        self._chance = Random(seed)
        self._lines: set[Line] = set()
        self._orphans: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(WAIT_S)
        self.address = "{}:{}".format(*self._server.sockets[0].getsockname())

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._came, "127.0.0.1", 0)

    def lead_to(self, address: str) -> None:
        """Tell where the broker is, before the first client comes."""
        host, _, port = address.rpartition(":")
        self._upstream = host, int(port)

    def change(self, weather: Weather) -> None:
        """Let the weather change; lines that have lost bytes end when they could be heard again."""
        self._loop.call_soon_threadsafe(self._change, weather)

    def _change(self, weather: Weather) -> None:
        self.weather = weather
        if weather is not Weather.BLACK_HOLE:
            for line in [each for each in self._lines if each.has_lost]:
                self._reset(line)

    def orphans(self) -> int:
        """How many connections the broker still has of which the other end is gone."""
        return len(self._orphans)

    def wait_until_alone(self, seconds: float) -> float:
        """Seconds until the broker has let go of all such connections. Raises TimeoutError."""
        begun = time.monotonic()
        while self._orphans:
            if time.monotonic() - begun > seconds:
                raise TimeoutError(f"{len(self._orphans)} half-open connections after {seconds} s")
            time.sleep(0.05)
        return time.monotonic() - begun

    def close(self) -> None:
        """End every connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(WAIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for line in list(self._lines):
            self._reset(line)
        for orphan in list(self._orphans):
            _abort(orphan)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(LAST_S)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_broker, to_broker = await asyncio.open_connection(*self._upstream)
        except OSError:
            _abort(writer)
            return
        line = Line(writer, to_broker)
        self._lines.add(line)
        self.said.append(line.said)
        for source, target in ((reader, to_broker), (from_broker, writer)):
            task = self._loop.create_task(self._carry(line, source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(
        self, line: Line, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        """Carry what one end sends to the other, until one of them hangs up."""
        try:
            while piece := await source.read(PIECE_BYTES):
                if self._keeps_said and target is line.broker:
                    line.said += piece
                if line.broker in self._orphans:
                    continue
                await self._pass_on(line, piece, target)
        except OSError:
            pass
        if target is line.client and line.broker in self._orphans:
            self._orphans.discard(line.broker)
            _abort(line.broker)
        elif line in self._lines and line.broker not in self._orphans:
            self._lines.discard(line)
            line.client.close()
            line.broker.close()

    async def _pass_on(self, line: Line, piece: bytes, target: asyncio.StreamWriter) -> None:
        weather = self.weather
        if weather is Weather.BLACK_HOLE or line.has_lost:
            line.has_lost = True
            self.has_swallowed.set()
            return
        if weather is Weather.SLOW:
            await asyncio.sleep(self._chance.uniform(*SLOW_S))
        elif weather is Weather.SLICED:
            piece = await self._slice(piece, target)
        elif weather is Weather.RESETTING and self._chance.random() < RESET_SHARE:
            target.write(piece[: self._chance.randrange(len(piece))])
            await target.drain()
            self.resets += 1
            self._reset(line)
            return
        elif weather is Weather.HALF_OPEN and self._chance.random() < HALF_OPEN_SHARE:
            self._leave_behind(line)
            return
        target.write(piece)
        await target.drain()

    async def _slice(self, piece: bytes, target: asyncio.StreamWriter) -> bytes:
        """Send the beginning of a piece in slices; what is left of it."""
        at = 0
        while at < min(len(piece), SLICED_BYTES):
            end = at + self._chance.randint(1, SLICE_BYTES_MAX)
            target.write(piece[at:end])
            await target.drain()
            await asyncio.sleep(0)
            at = end
        return piece[at:]

    def _reset(self, line: Line) -> None:
        self._lines.discard(line)
        _abort(line.client)
        _abort(line.broker)

    def _leave_behind(self, line: Line) -> None:
        """The client is told that it is over; the broker hears nothing any more."""
        self.left_behind += 1
        self._lines.discard(line)
        self._orphans.add(line.broker)
        _abort(line.client)


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
