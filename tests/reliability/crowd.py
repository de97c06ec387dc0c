"""Clients that want too much or take too long, in a process of their own.

    python -m tests.reliability.crowd --address HOST:PORT --topic NAME --partitions N
        --guests KIND COUNT [--guests KIND COUNT ...]

| kind       | what each of its connections does                                                 |
|------------|-----------------------------------------------------------------------------------|
| `flood`    | sends large records as fast as they are taken, any number of requests in flight    |
| `unread`   | asks for all records of the topic again and again, and reads no answer             |
| `trickle`  | the same, and reads a byte a second                                               |
| `held`     | asks for records to come, and sends small requests behind that                     |
| `header`   | sends a byte a second of a request's header                                       |
| `body`     | has been answered once, announces the largest request, sends a byte a second of it |
| `stranger` | announces the largest request that a stranger may send, sends a byte a second      |

Who is closed comes again at once. It prints `there` when all have come and works until its standard
input closes; then it prints, by kind, how many came, how many the broker closed, how long a
connection lasted at most, and how many bytes were sent, as one JSON line.
"""

import argparse
import asyncio
import json
import select
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from tests.support.running_engine import (
    FETCH_VERSION,
    PRODUCE_VERSION,
    batch,
    fetch_request,
    produce_request,
)
from tests.support.wire_client import WireClient

LOOK_S = 0.5
BYTE_S = 1.0
AGAIN_S = 0.1
APART_S = 0.005
"""Between two that come: a queue of the system's that is full would keep them, not the broker."""
THERE = "there"
RECEIVE_BYTES = 4096
"""The receive buffer of who reads nothing: what the system keeps for it is not our matter."""
FLOOD_RECORD_BYTES = 900_000
FETCH_BYTES_MAX = 2**31 - 1
FETCHES_AHEAD = 64
FOREVER_MS = 2**31 - 1
HELD_BYTES = 200_000
CLIENT_ID_BYTES = 30_000
STRANGER_FRAME_BYTES = 2 << 20
KNOWN_FRAME_BYTES = 100 << 20
PRODUCE_HEAD = struct.pack(">hhih", 0, 9, 1, 1) + b"x\0"
"""The header of a produce request of version 9, from a client called x."""


@dataclass(slots=True)
class Tally:
    """What became of all connections of one kind."""

    came: int = 0
    closed: int = 0
    """By the broker."""
    lasted_s_max: float = 0.0
    sent_bytes: int = 0


@dataclass(slots=True)
class Guest:
    """One connection."""

    connection: socket.socket
    tally: Tally
    began_s: float = field(default_factory=time.monotonic)

    async def send(self, data: bytes) -> None:
        """Raises OSError."""
        await asyncio.get_running_loop().sock_sendall(self.connection, data)
        self.tally.sent_bytes += len(data)

    async def receive(self, size_bytes: int) -> bytes:
        """At least one byte. Raises OSError when the broker has hung up."""
        data = await asyncio.get_running_loop().sock_recv(self.connection, size_bytes)
        if not data:
            raise ConnectionResetError
        return data

    async def send_slowly(self, data: bytes) -> None:
        """A byte a second."""
        for number in range(len(data)):
            await self.send(data[number : number + 1])
            await asyncio.sleep(BYTE_S)

    async def become_known(self) -> None:
        """One request and its answer."""
        await self.send(frame(ApiVersionsRequest(), 0))
        await self.receive(1 << 16)

    def note(self) -> None:
        """How long it has lasted."""
        lasted_s = time.monotonic() - self.began_s
        self.tally.lasted_s_max = max(self.tally.lasted_s_max, lasted_s)


def frame(request: object, version: int) -> bytes:
    """A whole request."""
    return WireClient("", 0).frame(request, version)  # type: ignore[arg-type]  # any message


class Kinds:
    """What the guests of each kind do, on one topic."""

    def __init__(self, topic: str, partitions: int) -> None:
        self._topic = topic
        self._partitions = partitions
        record = batch(bytes(FLOOD_RECORD_BYTES))
        self._produce = frame(produce_request("flood", record), PRODUCE_VERSION)
        wanted = [FetchPartition(each, partition_max_bytes=1 << 20) for each in range(partitions)]
        self._fetch = frame(
            FetchRequest(
                max_wait_ms=0,
                min_bytes=0,
                max_bytes=FETCH_BYTES_MAX,
                session_epoch=-1,
                topics=[FetchTopic(topic=topic, partitions=wanted)],
            ),
            FETCH_VERSION,
        )
        self.by_name: Mapping[str, Callable[[Guest], Awaitable[None]]] = {
            "flood": self._flood,
            "unread": self._unread,
            "trickle": self._trickle,
            "held": self._held,
            "header": self._header,
            "body": self._body,
            "stranger": self._stranger,
        }

    async def _flood(self, guest: Guest) -> None:
        async def send() -> None:
            while True:
                await guest.send(self._produce)

        async def discard() -> None:
            while True:
                await guest.receive(1 << 16)

        await asyncio.gather(send(), discard())

    async def _unread(self, guest: Guest) -> None:
        for _ in range(FETCHES_AHEAD):
            await guest.send(self._fetch)
        await asyncio.Event().wait()

    async def _trickle(self, guest: Guest) -> None:
        for _ in range(FETCHES_AHEAD):
            await guest.send(self._fetch)
        while True:
            await guest.receive(1)
            await asyncio.sleep(BYTE_S)

    async def _held(self, guest: Guest) -> None:
        waits = fetch_request(
            self._topic,
            max_wait_ms=FOREVER_MS,
            min_bytes=FETCH_BYTES_MAX,
            max_bytes=FETCH_BYTES_MAX,
        )
        small = frame(ApiVersionsRequest(), 0)
        await guest.send(frame(waits, FETCH_VERSION) + small * (HELD_BYTES // len(small)))
        await asyncio.Event().wait()

    async def _header(self, guest: Guest) -> None:
        head = struct.pack(">hhih", 18, 0, 1, CLIENT_ID_BYTES) + bytes(CLIENT_ID_BYTES)
        await guest.send_slowly(struct.pack(">i", len(head)) + head)

    async def _body(self, guest: Guest) -> None:
        await guest.become_known()
        await guest.send(struct.pack(">i", KNOWN_FRAME_BYTES) + PRODUCE_HEAD)
        await guest.send_slowly(bytes(KNOWN_FRAME_BYTES // 1000))

    async def _stranger(self, guest: Guest) -> None:
        await guest.send(struct.pack(">i", STRANGER_FRAME_BYTES) + PRODUCE_HEAD)
        await guest.send_slowly(bytes(STRANGER_FRAME_BYTES))


class Crowd:
    """All guests, and who watches which of them are closed."""

    def __init__(self, address: str, kinds: Kinds) -> None:
        host, _, port = address.rpartition(":")
        self._place = host, int(port)
        self._kinds = kinds
        self._poll = select.poll()
        self._guests: dict[int, tuple[Guest, asyncio.Event]] = {}
        self.tallies: dict[str, Tally] = {}

    async def run(self, wanted: Mapping[str, int], stopped: asyncio.Event) -> None:
        """Be there until told to stop."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._watch())]
            for kind, count in wanted.items():
                self.tallies[kind] = Tally()
                for _ in range(count):
                    tasks.append(group.create_task(self._come_again(kind)))
                    await asyncio.sleep(APART_S)
            print(THERE, flush=True)
            await stopped.wait()
            for task in tasks:
                task.cancel()

    async def _come_again(self, kind: str) -> None:
        while True:
            with suppress(OSError):
                async with self._connected(self.tallies[kind]) as (guest, closed):
                    await self._act(kind, guest, closed)
            await asyncio.sleep(AGAIN_S)

    async def _act(self, kind: str, guest: Guest, closed: asyncio.Event) -> None:
        """What a guest of this kind does, until it is closed."""
        try:
            async with asyncio.TaskGroup() as group:
                acting = group.create_task(self._tolerant(self._kinds.by_name[kind](guest)))
                await closed.wait()
                acting.cancel()
        finally:
            guest.note()

    @staticmethod
    async def _tolerant(acting: Awaitable[None]) -> None:
        """What fails because the broker hung up is seen by who watches."""
        with suppress(OSError):
            await acting

    @asynccontextmanager
    async def _connected(self, tally: Tally) -> AsyncIterator[tuple[Guest, asyncio.Event]]:
        """A connection whose end is told. Raises OSError."""
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
            connection.setblocking(False)
            await asyncio.get_running_loop().sock_connect(connection, self._place)
            tally.came += 1
            number, closed = connection.fileno(), asyncio.Event()
            guest = Guest(connection, tally)
            self._guests[number] = guest, closed
            self._poll.register(number, select.POLLRDHUP)
            try:
                yield guest, closed
            finally:
                if self._guests.pop(number, None) is not None:
                    self._poll.unregister(number)

    async def _watch(self) -> None:
        """Whoever reads nothing would not hear of its end by itself."""
        while True:
            for number, _ in self._poll.poll(0):
                guest, closed = self._guests.pop(number)
                self._poll.unregister(number)
                guest.tally.closed += 1
                closed.set()
            await asyncio.sleep(LOOK_S)


async def main_task(arguments: argparse.Namespace) -> None:
    """Be a crowd until standard input closes."""
    stopped = asyncio.Event()
    crowd = Crowd(arguments.address, Kinds(arguments.topic, arguments.partitions))
    wanted = {kind: int(count) for kind, count in arguments.guests}
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stopped.set)
    await crowd.run(wanted, stopped)
    told = {
        kind: {
            "came": tally.came,
            "closed": tally.closed,
            "lasted_s_max": round(tally.lasted_s_max, 1),
            "sent_bytes": tally.sent_bytes,
        }
        for kind, tally in crowd.tallies.items()
    }
    print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partitions", type=int, required=True)
    parser.add_argument("--guests", nargs=2, action="append", metavar=("KIND", "COUNT"))
    asyncio.run(main_task(parser.parse_args()))


if __name__ == "__main__":
    main()
