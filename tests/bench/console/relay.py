"""A relay in front of a broker that notes when each answer had passed, and how large it was."""

import socket
import struct
import threading
import time
from types import TracebackType
from typing import NamedTuple, Self


class Answer(NamedTuple):
    """One answer: when its last byte was handed on, and its size."""

    passed_s: float
    size_bytes: int


class Relay:
    """Hands bytes on in both directions. Use as a context manager."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._broker = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.answers: list[Answer] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._listener, *self._open):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            broker = socket.create_connection(self._broker)
            for each in (client, broker):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, broker]
            threading.Thread(target=self._copy, args=(client, broker), daemon=True).start()
            threading.Thread(target=self._note, args=(broker, client), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(1 << 18):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _note(self, broker: socket.socket, client: socket.socket) -> None:
        """Hand answers on, and note each whose length has passed."""
        rest = bytearray()
        try:
            while data := broker.recv(1 << 18):
                client.sendall(data)
                now_s = time.perf_counter()
                rest += data
                while len(rest) >= 4:
                    (size,) = struct.unpack_from(">i", rest)
                    if len(rest) < 4 + size:
                        break
                    self.answers.append(Answer(now_s, size))
                    del rest[: 4 + size]
            client.shutdown(socket.SHUT_WR)
        except OSError:
            return
