"""All listeners of a broker and the connections behind them: opened, swept, closed as one.

Sweeps run often enough that a stale connection outlives its time by a tenth at most. One that comes
late, because the process was stopped or its loop busy, may run before what has come meanwhile is
read: nobody is held to the time in which nobody was heard.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from engine.broker.connection_rates import ConnectionRates
from engine.config.address import Address
from engine.server.admission import Admission
from engine.server.connection_parts import ConnectionParts
from engine.server.listener import Listener
from engine.server.staleness import Looks

SWEEP_SECONDS_MAX: Final = 10.0
"""The longest time between two looks for stale connections."""

SWEEPS_PER_IDLE_TIME: Final = 10


class Wanted(NamedTuple):
    """A listener to open. `key` is the configuration key that names its address."""

    name: str
    address: Address
    key: str


class Front:
    """Where clients come in. Loop thread only."""

    def __init__(
        self,
        parts: ConnectionParts,
        admission: Admission,
        rates: ConnectionRates,
        *,
        idle_ms_max: Callable[[], int],
        backlog: int,
    ) -> None:
        """`idle_ms_max` below 0 lets connections be idle for ever."""
        self._parts = parts
        self._admission = admission
        self._rates = rates
        self._idle_ms_max = idle_ms_max
        self._backlog = backlog
        self._listeners: list[Listener] = []
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._looks = Looks()

    async def open(self, wanted: Sequence[Wanted]) -> dict[str, Address]:
        """Bind and accept on all; what was bound, by name. None if it raises AddressInUse."""
        bound: dict[str, Address] = {}
        try:
            for name, address, key in wanted:
                listener = Listener(self._parts, self._admission, self._rates, name=name)
                bound[name] = await listener.start(address, backlog=self._backlog, key=key)
                self._listeners.append(listener)
        except BaseException:
            self.stop_accepting()
            self.close_connections()
            raise
        self._schedule_sweep()
        return bound

    def stop_accepting(self) -> None:
        """Close the listening sockets and take no more requests from those connected."""
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()
        for listener in self._listeners:
            listener.close()
        for connection in self._admission:
            connection.stop_reading()

    def close_connections(self) -> None:
        """Send what is ready and close every connection."""
        for connection in self._admission:
            connection.close()

    def sweep(self) -> None:
        """Close the connections that are stale, and free what was kept for requests in vain."""
        now_s = self._parts.clock.monotonic_s()
        idle_ms_max = self._idle_ms_max()
        idle_s_max = idle_ms_max / 1000 if idle_ms_max >= 0 else float("inf")
        for connection in self._admission:
            connection.close_if_stale(now_s, idle_s_max)
        self._parts.buffers.let_go()

    def _schedule_sweep(self) -> None:
        delay_s = SWEEP_SECONDS_MAX
        idle_ms_max = self._idle_ms_max()
        if idle_ms_max > 0:
            delay_s = min(delay_s, idle_ms_max / 1000 / SWEEPS_PER_IDLE_TIME)
        self._looks.plan(self._parts.clock.monotonic_s(), delay_s)
        self._sweep_timer = asyncio.get_running_loop().call_later(delay_s, self._sweep_again)

    def _sweep_again(self) -> None:
        now_s = self._parts.clock.monotonic_s()
        if excused_s := self._looks.excused_s(now_s):
            for connection in self._admission:
                connection.excuse(excused_s, now_s)
        self.sweep()
        self._schedule_sweep()
