"""One listening socket: accepts within limits, and closes connections that went stale.

A connection over a limit is closed before a byte of it is read. Sweeps run often enough that a
stale connection outlives its time by a tenth at most.
"""

import asyncio
import os
from collections import Counter
from typing import Final

from engine.broker.context import ConnectionFacts
from engine.config.address import Address
from engine.kernel.errors import EngineError
from engine.metrics import catalogue
from engine.metrics.registry import Sample
from engine.server.connection import Connection, ConnectionParts

SWEEP_SECONDS_MAX: Final = 10.0
"""The longest time between two looks for stale connections."""

SWEEPS_PER_IDLE_TIME: Final = 10


class AddressInUse(EngineError):
    """The address cannot be listened on. `key` is the configuration key that names it."""

    def __init__(self, address: Address, error: OSError, *, key: str = "listen") -> None:
        # The event loop wraps the reason in words of its own; names that do not resolve have
        # negative numbers and their own text.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or str(error)
        super().__init__(f"cannot listen on {address}: {reason}")
        self.address = address
        self.key = key


class Listener:
    """Accepts Kafka clients on one address. Loop thread only."""

    def __init__(
        self,
        parts: ConnectionParts,
        *,
        name: str,
        connections_max: int,
        connections_per_host_max: int,
        idle_ms_max: int,
        backlog: int,
    ) -> None:
        self._parts = parts
        self._name = name
        self._connections_max = connections_max
        self._connections_per_host_max = connections_per_host_max
        self._idle_ms_max = idle_ms_max
        self._backlog = backlog
        self._connections: dict[Connection, None] = {}
        self._per_host: Counter[str] = Counter()
        self._accepted = parts.registry.counter(catalogue.CONNECTIONS_ACCEPTED)
        self._last_id = 0
        self._server: asyncio.Server | None = None
        self._sweep_timer: asyncio.TimerHandle | None = None
        self.host = ""
        self.port = 0
        parts.registry.watch(catalogue.CONNECTIONS, self._by_software)

    def __len__(self) -> int:
        return len(self._connections)

    async def start(self, host: str, port: int) -> None:
        """Bind and accept. Port 0 takes any free one; `port` tells which. Raises AddressInUse."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._connect, host, port, backlog=self._backlog, start_serving=False
            )
            await self._server.start_serving()
        except OSError as error:
            raise AddressInUse(Address(host, port), error) from error
        bound = self._server.sockets[0].getsockname()
        self.host, self.port = host, int(bound[1])
        self._schedule_sweep()

    def stop_accepting(self) -> None:
        """Close the listening socket and take no more requests from those connected."""
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.stop_reading()

    def close_connections(self) -> None:
        """Send what is ready and close every connection."""
        for connection in tuple(self._connections):
            connection.close()

    def sweep(self) -> None:
        """Close the connections that are stale at this moment."""
        now_s = self._parts.clock.monotonic_s()
        idle_s_max = self._idle_ms_max / 1000 if self._idle_ms_max >= 0 else float("inf")
        for connection in tuple(self._connections):
            connection.close_if_stale(now_s, idle_s_max)

    def _connect(self) -> Connection:
        self._last_id += 1
        return Connection(
            self._parts,
            asyncio.get_running_loop(),
            ConnectionFacts(self._last_id, self._name, peer_host="", peer_port=0),
            on_open=self._opened,
            on_lost=self._lost,
        )

    def _opened(self, connection: Connection) -> bool:
        """Count a connection; False refuses it."""
        host = connection.facts.peer_host
        reason = ""
        if len(self._connections) >= self._connections_max:
            reason = "max.connections"
        elif self._per_host[host] >= self._connections_per_host_max:
            reason = "max.connections.per.ip"
        if reason:
            self._parts.log.limited("connection_refused", peer=connection.peer, limit=reason)
            self._parts.registry.counter(catalogue.CONNECTIONS_CLOSED, "limit").add()
            return False
        self._connections[connection] = None
        self._per_host[host] += 1
        self._accepted.add()
        return True

    def _lost(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        del self._connections[connection]
        host = connection.facts.peer_host
        self._per_host[host] -= 1
        if not self._per_host[host]:
            del self._per_host[host]

    def _schedule_sweep(self) -> None:
        delay_s = SWEEP_SECONDS_MAX
        if self._idle_ms_max > 0:
            delay_s = min(delay_s, self._idle_ms_max / 1000 / SWEEPS_PER_IDLE_TIME)
        self._sweep_timer = asyncio.get_running_loop().call_later(delay_s, self._sweep_again)

    def _sweep_again(self) -> None:
        self.sweep()
        self._schedule_sweep()

    def _by_software(self) -> list[Sample]:
        counts = Counter(
            (each.facts.software_name, each.facts.software_version) for each in self._connections
        )
        return [(labels, float(count)) for labels, count in counts.items()]
