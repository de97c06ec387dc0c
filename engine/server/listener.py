"""One listening socket. A connection over a limit is closed before a byte of it is read.

| what came               | what happens                                                    |
|-------------------------|-----------------------------------------------------------------|
| a connection too soon   | it waits, and nothing after it is accepted meanwhile            |
| too many of its address | it is held for a while and closed; so many at most, others sooner |
| more than are allowed   | it is closed at once                                            |
| no descriptor is free   | nothing is accepted for a second                                |
| an error of the network | it is told, and what comes after it is accepted                 |

Closing later slows those down who come again as soon as they are refused.
"""

import asyncio
import errno
import os
import socket
from functools import partial
from typing import Final, NamedTuple

from engine.broker.connection_rates import ConnectionRates
from engine.broker.context import ConnectionFacts
from engine.config.address import Address
from engine.server.admission import Admission
from engine.server.connection import Connection
from engine.server.connection_parts import ConnectionParts
from engine.server.errors import AddressInUse
from engine.server.listening_sockets import listening_sockets

HELD_REFUSED_MAX: Final = 30
"""Connections of one listener that are held until they are closed, beside those that may be there:
few, since their descriptors are of those left for others. More: closed at once."""

EXHAUSTED_MS: Final = 1_000
"""How long nothing is accepted after the operating system had no room for a connection."""

_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class _Came(NamedTuple):
    """A connection, and where it comes from.

    The system tells the address when it is accepted, and no more once the client has hung up.
    """

    accepted: socket.socket
    host: str
    port: int


class Listener:
    """Accepts Kafka clients on one address. Loop thread only."""

    def __init__(
        self, parts: ConnectionParts, admission: Admission, rates: ConnectionRates, *, name: str
    ) -> None:
        self._parts = parts
        self._admission = admission
        self._rates = rates
        self._name = name
        self._backlog = 1
        self._listening: list[socket.socket] = []
        self._waiting: _Came | None = None
        self._resume_timer: asyncio.TimerHandle | None = None
        self._refused: dict[socket.socket, asyncio.TimerHandle] = {}

    async def start(self, address: Address, *, backlog: int, key: str = "listen") -> Address:
        """Bind and accept; where was bound, since port 0 takes any free one.

        `key` is the configuration key that names the address. Raises AddressInUse.
        """
        try:
            self._listening = await listening_sockets(address, backlog)
        except OSError as error:
            raise AddressInUse(address, error, key=key) from error
        self._backlog = backlog
        self._resume()
        bound = self._listening[0].getsockname()
        return Address(address.host, int(bound[1]))

    def close(self) -> None:
        """Close the listening sockets and whoever waits; connections stay."""
        self._stop_accepting()
        for listening in self._listening:
            listening.close()
        self._listening.clear()
        if self._waiting is not None:
            self._waiting.accepted.close()
            self._waiting = None
        for refused, timer in self._refused.items():
            timer.cancel()
            refused.close()
        self._refused.clear()

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(self._backlog):
            try:
                accepted, peer = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                # Others are those of the network that the connection had before it was taken.
                if error.errno in _EXHAUSTED:
                    self._pause(EXHAUSTED_MS)
                self._parts.log.limited("accept_failed", why=os.strerror(error.errno or 0))
                return
            _set_options(accepted)
            came = _Came(accepted, str(peer[0]), int(peer[1]))
            wait_ms = self._rates.came(self._name)
            if wait_ms:
                self._waiting = came
                self._pause(wait_ms)
                return
            self._let_in(came)

    def _let_in(self, came: _Came) -> None:
        refused_ms = self._rates.refused_ms(self._name, came.host)
        if refused_ms:
            self._parts.log.limited(
                "connection_refused", peer=came.host, limit="connection_creation_rate"
            )
            self._close_later(came.accepted, refused_ms)
        else:
            self._parts.tasks.spawn(self._serve(came), name="accept")

    async def _serve(self, came: _Came) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(partial(self._connect, came), came.accepted)
        except OSError:
            came.accepted.close()

    def _close_later(self, refused: socket.socket, wait_ms: int) -> None:
        if len(self._refused) >= HELD_REFUSED_MAX:
            refused.close()
            return
        loop = asyncio.get_running_loop()
        self._refused[refused] = loop.call_later(wait_ms / 1000, self._close_refused, refused)

    def _close_refused(self, refused: socket.socket) -> None:
        del self._refused[refused]
        refused.close()

    def _pause(self, wait_ms: int) -> None:
        self._stop_accepting()
        loop = asyncio.get_running_loop()
        self._resume_timer = loop.call_later(wait_ms / 1000, self._resume)

    def _stop_accepting(self) -> None:
        loop = asyncio.get_running_loop()
        for listening in self._listening:
            loop.remove_reader(listening)
        if self._resume_timer is not None:
            self._resume_timer.cancel()
            self._resume_timer = None

    def _resume(self) -> None:
        self._resume_timer = None
        if self._waiting is not None:
            came, self._waiting = self._waiting, None
            self._let_in(came)
        loop = asyncio.get_running_loop()
        for listening in self._listening:
            loop.add_reader(listening, self._accept, listening)

    def _connect(self, came: _Came) -> Connection:
        facts = ConnectionFacts(self._name, came.host, came.port)
        return Connection(
            self._parts,
            asyncio.get_running_loop(),
            facts,
            on_open=self._opened,
            on_lost=self._admission.release,
        )

    def _opened(self, connection: Connection) -> bool:
        """Count a connection; False refuses it."""
        limit = self._admission.admit(connection)
        if limit:
            self._parts.log.limited("connection_refused", peer=connection.peer, limit=limit)
        return not limit


def _set_options(accepted: socket.socket) -> None:
    """What Kafka sets, too."""
    accepted.setblocking(False)
    # The head of a large answer must not wait until the client has acknowledged the last.
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A client whose machine is gone must not be waited for while it is owed an answer.
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
