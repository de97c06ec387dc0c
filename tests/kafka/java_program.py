"""A program of Kafka's own that runs beside a test: Kafka Streams, or a worker of Kafka Connect."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.peers.apache_kafka import quick_java

WAIT_S = 120.0
BETWEEN_S = 0.05


def eventually(what: str, holds: Callable[[], object]) -> None:
    """Wait until something is true that a cluster of processes has to come to."""
    give_up_at = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < give_up_at, f"not within {WAIT_S:g} s: {what}"
        time.sleep(BETWEEN_S)


class JavaProgram:
    """One process of a Java program. Use as a context manager: what still runs at its end dies."""

    def __init__(self, main_class: str, properties: Path) -> None:
        """Start the program with its file of properties; what it says goes to a log beside it."""
        log = properties.with_suffix(".log")
        with log.open("ab") as told:
            self._process = subprocess.Popen(
                [*quick_java(), main_class, str(properties)],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
            )

    def stop(self) -> None:
        """Let the program finish what it does and end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the program as `kill -9` does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        self._process.send_signal(number)
        self._process.wait(WAIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
