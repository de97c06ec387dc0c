"""A real Apache Kafka of one node with its default settings, used as our own broker is.

It is started, killed and stopped like a `ServedBroker`, on a directory that outlives its process.
"""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.peers.apache_kafka import START_SECONDS_MAX, ApacheKafka

ENDED_BY_SIGTERM = 143
"""What Java ends with when it was asked to and did so in order."""


class ServedKafka:
    """One node and its directory. Blocking."""

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        self._kafka = ApacheKafka(directory, settings=settings)
        self._is_formatted = False
        self.address = self._kafka.bootstrap
        home = directory / "node-1"
        self.log = home / "log"
        self.data = home / "data"

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """Its process; None while there is none."""
        return self._kafka.processes.get(1)

    def start(self) -> str:
        """Start it and wait until it takes requests; its address."""
        if not self._is_formatted:
            self._kafka.format()
            self._is_formatted = True
        self._kafka.launch()
        self._kafka.wait()
        return self.address

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        self._kafka.end(1, signal.SIGKILL)

    def stop(self) -> int:
        """End the process as a service manager does; 0 if it ended in order."""
        process = self._kafka.processes.pop(1)
        process.send_signal(signal.SIGTERM)
        code = process.wait(START_SECONDS_MAX)
        return 0 if code == ENDED_BY_SIGTERM else code
