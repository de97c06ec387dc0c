"""Listening sockets for all addresses that a host stands for, on one port.

A name may stand for several addresses, commonly one of IPv4 and one of IPv6. With port 0 the system
chooses a port for the first; the others get the same one, since clients are told one port. Should
somebody else have it on another address, a new choice is made.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Sequence
from typing import Final, TypeAlias

from engine.config.address import Address

CHOICES_MAX: Final = 16
"""Ports that are tried where the system chooses."""

Place: TypeAlias = tuple[int, tuple[str, int] | tuple[str, int, int, int]]
"""An address family, and where to bind in it, as getaddrinfo tells."""


async def listening_sockets(address: Address, backlog: int) -> list[socket.socket]:
    """Bind and listen on all that a host stands for, as far as this machine has it.

    Raises OSError, with nothing bound.
    """
    found = await asyncio.get_running_loop().getaddrinfo(
        address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    places: dict[Place, None] = {}
    for family, _, _, _, place in found:
        places[int(family), place] = None  # type: ignore[index] # no family but those of IP
    return bound_at(list(places), backlog)


def bound_at(places: Sequence[Place], backlog: int) -> list[socket.socket]:
    """Bind and listen at places whose ports are equal. Raises OSError, with nothing bound."""
    choices = 1 if places[0][1][1] else CHOICES_MAX
    while True:
        choices -= 1
        try:
            return _bound_once(places, backlog)
        except OSError as error:
            if not choices or error.errno != errno.EADDRINUSE:
                raise


def _bound_once(places: Sequence[Place], backlog: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    missing: OSError | None = None
    try:
        for family, place in places:
            port = bound[0].getsockname()[1] if bound else place[1]
            try:
                bound.append(_listening(family, (place[0], port, *place[2:]), backlog))
            except OSError as error:
                # A name may stand for addresses of a family that this machine does not have.
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                missing = error
    except OSError:
        for each in bound:
            each.close()
        raise
    if not bound:
        raise missing or OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    return bound


def _listening(family: int, place: tuple[str | int, ...], backlog: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(place)
        made.listen(backlog)
    except OSError:
        made.close()
        raise
    return made
