"""What becomes of what is sent, by the weather. The broker sends everything back."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.reliability import proxy as network
from tests.reliability.proxy import Proxy, Weather

ANSWER_S = 20
SENT = bytes(range(256)) * 20


class Echo:
    """Sends everything back, and knows how many connections it has."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = self._listening.getsockname()
        self.open = 0
        self.heard = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                came, _ = self._listening.accept()
            except OSError:
                return
            self.open += 1
            threading.Thread(target=self._serve, args=(came,), daemon=True).start()

    def _serve(self, came: socket.socket) -> None:
        with came:
            try:
                while piece := came.recv(4096):
                    self.heard.set()
                    came.sendall(piece)
            except OSError:
                pass
        self.open -= 1

    def close(self) -> None:
        # A thread that waits in accept is not woken by closing alone.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    made = Proxy(seed=3)
    made.lead_to("{}:{}".format(*echo.address))
    yield made
    made.close()


def connect(proxy: Proxy) -> socket.socket:
    host, _, port = proxy.address.rpartition(":")
    return socket.create_connection((host, int(port)), ANSWER_S)


def receive(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (piece := connection.recv(size - len(found))):
        found += piece
    return found


@pytest.mark.parametrize("weather", [Weather.CALM, Weather.SLOW, Weather.SLICED])
def test_everything_arrives_in_its_order(proxy: Proxy, weather: Weather) -> None:
    proxy.change(weather)
    with connect(proxy) as client:
        client.sendall(SENT)
        assert receive(client, len(SENT)) == SENT


def test_a_reset_reaches_both_ends(
    proxy: Proxy, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "RESET_SHARE", 1.0)
    proxy.change(Weather.RESETTING)
    with connect(proxy) as client:
        client.sendall(b"piece")
        with pytest.raises(ConnectionResetError):
            receive(client, 5)
    assert proxy.resets == 1
    proxy.wait_until_alone(0)


def test_half_a_connection_is_left_until_the_broker_lets_go(
    proxy: Proxy, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "HALF_OPEN_SHARE", 1.0)
    proxy.change(Weather.HALF_OPEN)
    with connect(proxy) as client:
        client.sendall(b"piece")
        with pytest.raises(ConnectionResetError):
            receive(client, 5)
    assert (proxy.left_behind, proxy.orphans()) == (1, 1)
    with pytest.raises(TimeoutError):
        proxy.wait_until_alone(0)


def test_a_black_hole_swallows_and_ends_what_it_swallowed(proxy: Proxy, echo: Echo) -> None:
    with connect(proxy) as whole, connect(proxy) as client:
        client.sendall(b"before")
        assert receive(client, 6) == b"before"
        echo.heard.clear()
        proxy.change(Weather.BLACK_HOLE)
        client.sendall(SENT)
        assert proxy.has_swallowed.wait(ANSWER_S)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)
        assert not echo.heard.is_set()
        client.settimeout(ANSWER_S)
        proxy.change(Weather.CALM)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        whole.sendall(b"whole")
        assert receive(whole, 5) == b"whole"
