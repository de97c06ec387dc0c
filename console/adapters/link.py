"""The state of a connection, told by how requests go; and where the client of the moment is had."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from console.model.cluster import Connection, ConnectionState
from console.port.clock import Clock
from console.port.errors import ClusterError, NotLetIn, Unreachable

if TYPE_CHECKING:
    from engine.client.kafka import KafkaClient

ClientSource = Callable[[], "KafkaClient"]
"""The client to use now. Raises a `ClusterError` while there is none."""


class Link:
    """Whether the cluster at one address answers. Loop thread only.

    | from \\ event | answered  | failed                                 | not let in |
    |---------------|-----------|----------------------------------------|------------|
    | CONNECTING    | CONNECTED | CONNECTING, detail                     | BARRED     |
    | CONNECTED     | CONNECTED | LOST                                   | BARRED     |
    | LOST          | CONNECTED | LOST                                   | BARRED     |
    | BARRED        | CONNECTED | LOST; CONNECTING if it never answered  | BARRED     |
    """

    def __init__(
        self,
        address: str,
        clock: Clock,
        *,
        is_hosted: bool = False,
        exposure: str = "",
        advice: str = "",
    ) -> None:
        """`advice` is what to do where nothing ever answers at the address; empty for nothing."""
        self._clock = clock
        self._advice = advice
        self.lost = asyncio.Event()
        """Set when a request failed, until one is answered."""
        self.was_answered = False
        """Whether any request ever was."""
        self.connection = Connection(
            ConnectionState.CONNECTING,
            address,
            is_hosted=is_hosted,
            detail="connecting",
            since_ms=clock.wall_ms(),
            exposure=exposure,
        )

    def answered(self) -> None:
        """The cluster answered a request."""
        self.was_answered = True
        if self.connection.state is not ConnectionState.CONNECTED:
            self.lost.clear()
            self._turn(ConnectionState.CONNECTED, "")

    def failed(self, error: ClusterError) -> None:
        """No broker of the cluster could be reached, or none lets us in."""
        self.lost.set()
        state = ConnectionState.LOST if self.was_answered else ConnectionState.CONNECTING
        if isinstance(error, NotLetIn):
            state = ConnectionState.BARRED
        if self.connection.state is state:
            self.connection = replace(self.connection, detail=error.reason)
        else:
            self._turn(state, error.reason)

    def advised(self, error: ClusterError) -> ClusterError:
        """The error with what to do about it, where nothing has ever answered."""
        is_nobody = isinstance(error, Unreachable) and not isinstance(error, NotLetIn)
        if not is_nobody or error.may_be_done or self.was_answered or not self._advice:
            return error
        return Unreachable(f"{error.reason}; {self._advice}")

    def notice(self, text: str) -> None:
        """News that is not a problem."""
        self.connection = replace(self.connection, notice=text)

    def _turn(self, state: ConnectionState, detail: str) -> None:
        now_ms = self._clock.wall_ms()
        self.connection = replace(self.connection, state=state, detail=detail, since_ms=now_ms)
