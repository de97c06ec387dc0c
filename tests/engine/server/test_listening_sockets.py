"""Listening on every address that a host stands for."""

import errno
import socket
from contextlib import closing

import pytest

from engine.config.address import Address
from engine.server.listening_sockets import Place, bound_at, listening_sockets

LOOPBACK = "127.0.0.1"


def place(host: str, port: int = 0) -> Place:
    return (socket.AF_INET, (host, port))


def test_every_address_of_a_name_gets_the_port_that_was_chosen_for_the_first() -> None:
    sockets = bound_at([place(LOOPBACK), place("127.0.0.2"), place("127.0.0.3")], 8)
    addresses = [each.getsockname() for each in sockets]
    for each in sockets:
        each.close()
    assert [host for host, _ in addresses] == [LOOPBACK, "127.0.0.2", "127.0.0.3"]
    assert len({port for _, port in addresses}) == 1


def test_another_port_is_chosen_when_somebody_has_it_on_another_address() -> None:
    """The second address is the first again, so that every choice is taken there."""
    with pytest.raises(OSError) as refused:
        bound_at([place(LOOPBACK), place(LOOPBACK)], 8)
    assert refused.value.errno == errno.EADDRINUSE


def test_port_that_was_asked_for_is_not_exchanged_for_another() -> None:
    with closing(socket.create_server(("127.0.0.2", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError) as refused:
            bound_at([place(LOOPBACK, port), place("127.0.0.2", port)], 8)
        assert refused.value.errno == errno.EADDRINUSE
        # Nothing was left bound.
        socket.create_server((LOOPBACK, port)).close()


def test_address_that_this_machine_does_not_have_is_left_out() -> None:
    sockets = bound_at([place("192.0.2.1"), place(LOOPBACK)], 8)
    assert [each.getsockname()[0] for each in sockets] == [LOOPBACK]
    sockets[0].close()


async def test_host_is_looked_up() -> None:
    sockets = await listening_sockets(Address("localhost", 0), 8)
    ports = {each.getsockname()[1] for each in sockets}
    for each in sockets:
        each.close()
    assert len(ports) == 1
