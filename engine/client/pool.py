"""The connections of a client: opened on first use, one per broker and purpose, with back-off.

A broker that cannot be reached is left alone for a while that doubles with every failure; during
it, requests fail at once with the last reason, so that a dead broker costs the others nothing.
After a refused log-in all brokers are left alone for a fixed while: the next would refuse it too.
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum

from engine.client.backoff import Backoff
from engine.client.connection import Connection, Endpoint
from engine.client.errors import ClientError, NotLoggedIn, Unreachable
from engine.client.opening import open_connection
from engine.client.settings import ClientSettings
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy


class Purpose(Enum):
    """What a connection is for: long polls must not hold back the answers to other requests."""

    REQUESTS = "requests"
    FETCHING = "fetching"


@dataclass(slots=True)
class _Place:
    """One broker and purpose."""

    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    connection: Connection | None = None
    is_forgotten: bool = False
    failures: int = 0
    closed_until_s: float = 0.0
    last_failure: ClientError | None = None


class ConnectionPool:
    """Every connection of one client. Belongs to one event loop."""

    def __init__(self, settings: ClientSettings, clock: Clock, entropy: Entropy) -> None:
        self._settings = settings
        self._clock = clock
        self._backoff = Backoff(
            settings.reconnect_backoff_s, settings.reconnect_backoff_max_s, entropy
        )
        self._places: dict[tuple[Endpoint, Purpose], _Place] = {}
        self._is_closed = False
        self._refusal: NotLoggedIn | None = None
        self._refused_until_s = 0.0

    def is_open(self, endpoint: Endpoint) -> bool:
        """There is a usable connection for requests, so that using it costs no waiting."""
        place = self._places.get((endpoint, Purpose.REQUESTS))
        return place is not None and place.connection is not None and place.connection.is_open

    async def connection(
        self, endpoint: Endpoint, purpose: Purpose = Purpose.REQUESTS
    ) -> Connection:
        """An open connection. Raises Unreachable (at once while backing off) or another error."""
        place = self._places.setdefault((endpoint, purpose), _Place())
        if place.connection is not None and place.connection.is_open:
            return place.connection
        async with place.opening:
            # Another caller may have opened it, or failed to, while this one waited.
            if place.connection is not None and place.connection.is_open:
                return place.connection
            return await self._open(endpoint, place)

    def close_endpoint(self, endpoint: Endpoint) -> None:
        """Close the connections to one broker and forget its failures."""
        for purpose in Purpose:
            place = self._places.pop((endpoint, purpose), None)
            if place is not None:
                place.is_forgotten = True
                if place.connection is not None:
                    place.connection.close()

    def close_idle(self, endpoint: Endpoint) -> None:
        """Close the connection for requests to one broker unless an answer is awaited on it."""
        place = self._places.get((endpoint, Purpose.REQUESTS))
        if place is not None and place.connection is not None and not place.connection.in_flight:
            place.connection.close()

    def close(self) -> None:
        """Close every connection for good; requests that wait fail."""
        self._is_closed = True
        for place in self._places.values():
            if place.connection is not None:
                place.connection.close()

    async def _open(self, endpoint: Endpoint, place: _Place) -> Connection:
        self._check_open(endpoint, place)
        if place.last_failure is not None and self._clock.monotonic_s() < place.closed_until_s:
            raise place.last_failure.with_traceback(None)
        if self._refusal is not None and self._clock.monotonic_s() < self._refused_until_s:
            raise self._refusal.with_traceback(None)
        try:
            connection = await open_connection(endpoint, self._settings)
        except ClientError as error:
            if isinstance(error, NotLoggedIn):
                self._refusal = error
                self._refused_until_s = self._clock.monotonic_s() + self._settings.refused_login_s
            delay_s = self._backoff.delay_s(place.failures)
            place.failures += 1
            place.closed_until_s = self._clock.monotonic_s() + delay_s
            place.last_failure = error
            raise
        place.connection = connection
        place.failures = 0
        place.last_failure = None
        self._refusal = None
        try:
            # The pool may have been closed, or the broker forgotten, while the connection opened.
            self._check_open(endpoint, place)
        except Unreachable:
            connection.close()
            raise
        return connection

    def _check_open(self, endpoint: Endpoint, place: _Place) -> None:
        if self._is_closed:
            raise Unreachable(*endpoint, "the client is closed")
        if place.is_forgotten:
            raise Unreachable(*endpoint, "the cluster no longer lists this address")
