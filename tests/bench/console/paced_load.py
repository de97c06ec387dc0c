"""A load that does not wait: requests of one record go out by the clock, answered or not.

    python -m tests.bench.console.paced_load ADDRESS TOPIC PARTITIONS RATE SECONDS

Prints as JSON how late the answers came, counted from when each request was due: a broker that
stands still is late for all that was due meanwhile.
"""

import asyncio
import json
import statistics
import struct
import sys
import time
from collections import deque

from tests.bench.pipelines import check_produced, produce_frames

CONNECTIONS = 10
TURN_S = 0.001
WARM_UP_SHARE = 0.1


class PacedConnection(asyncio.Protocol):
    """One connection; notes the latency of each answer in seconds."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self._due: deque[float] = deque()
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def send(self, due_s: float) -> None:
        """Send the request that was due at a moment."""
        self._due.append(due_s)
        self._transport.write(self._frame)

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter()
        buffer, at = self._buffer, 0
        buffer += data
        while at + 4 <= len(buffer):
            (size,) = struct.unpack_from(">i", buffer, at)
            if at + 4 + size > len(buffer):
                break
            if not self.latencies:
                check_produced(bytes(buffer[at + 4 : at + 4 + size]))
            at += 4 + size
            self.latencies.append(now_s - self._due.popleft())
        del buffer[:at]

    def close(self) -> None:
        self._transport.abort()


async def latencies_ms(
    address: str, topic: str, partitions: int, rate: float, seconds: float
) -> list[float]:
    """The latencies of requests at a rate, without those of the first tenth."""
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    connections = []
    for frame in produce_frames(topic, partitions, CONNECTIONS):
        _, connection = await loop.create_connection(
            lambda f=frame: PacedConnection(f), host, int(port)
        )
        connections.append(connection)
    began_s, sent = time.perf_counter(), 0
    while (now_s := time.perf_counter()) < began_s + seconds:
        for number in range(sent, int((now_s - began_s) * rate)):
            connections[number % CONNECTIONS].send(began_s + number / rate)
        sent = max(sent, int((now_s - began_s) * rate))
        await asyncio.sleep(TURN_S)
    found = []
    for connection in connections:
        connection.close()
        noted = connection.latencies
        found += noted[int(len(noted) * WARM_UP_SHARE) :]
    return [1e3 * each for each in found]


def main() -> None:
    address, topic, partitions, rate, seconds = sys.argv[1:]
    found = asyncio.run(latencies_ms(address, topic, int(partitions), float(rate), float(seconds)))
    cuts = statistics.quantiles(found, n=100)
    print(json.dumps({"p50 ms": cuts[49], "p99 ms": cuts[98], "answers": len(found)}))


if __name__ == "__main__":
    main()
