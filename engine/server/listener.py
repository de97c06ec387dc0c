"""One listening socket. A connection over a limit is closed before a byte of it is read."""

import asyncio
import os

from engine.broker.context import ConnectionFacts
from engine.config.address import Address
from engine.kernel.errors import EngineError
from engine.server.admission import Admission
from engine.server.connection import Connection, ConnectionParts


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

    def __init__(self, parts: ConnectionParts, admission: Admission, *, name: str) -> None:
        self._parts = parts
        self._admission = admission
        self._name = name
        self._server: asyncio.Server | None = None

    async def start(self, address: Address, *, backlog: int, key: str = "listen") -> Address:
        """Bind and accept; where was bound, since port 0 takes any free one.

        `key` is the configuration key that names the address. Raises AddressInUse.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._connect, address.host, address.port, backlog=backlog, start_serving=False
            )
            await self._server.start_serving()
        except OSError as error:
            raise AddressInUse(address, error, key=key) from error
        bound = self._server.sockets[0].getsockname()
        return Address(address.host, int(bound[1]))

    def close(self) -> None:
        """Close the listening socket; connections stay."""
        if self._server is not None:
            self._server.close()

    def _connect(self) -> Connection:
        facts = ConnectionFacts(self._name, peer_host="", peer_port=0)
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
