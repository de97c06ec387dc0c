"""The brokers that a benchmark compares, behind one shape: start, stop, kill, what they consume.

Figures of a process are read with psutil from outside: CPU seconds of the broker process alone,
resident memory, so that both are measured the same way.
"""

import signal
import time
import uuid
from pathlib import Path
from typing import Protocol

import psutil

from tests.peers.apache_kafka import FULL_SPEED, ApacheKafka
from tests.support.served import ServedBroker


class Contestant(Protocol):
    """One broker with one way of keeping data safe."""

    name: str

    @property
    def data(self) -> Path:
        """Where its topics lie."""

    def prepare(self) -> None:
        """Make an empty data directory, formatted where that is a step of its own."""

    def spawn(self) -> str:
        """Start the process and return the bootstrap address, without waiting more than needed."""

    def process(self) -> psutil.Process:
        """The broker's running process."""

    def stop(self, number: signal.Signals) -> None:
        """End the process and wait for its end."""

    def wipe(self) -> None:
        """Put everything that it wrote out of the way."""


class Ours:
    """`kconsole serve`, durable (`fsync`) or page cache (`os`)."""

    def __init__(self, work: Path, durability: str) -> None:
        self.name = f"kconsole {durability}"
        config = f'[engine]\ndurability = "{durability}"\n'
        self._served = ServedBroker(work / f"ours-{durability}", config=config)

    @property
    def data(self) -> Path:
        return self._served.data

    def prepare(self) -> None:
        put_aside(self._served.data)

    def spawn(self) -> str:
        return self._served.start()

    def process(self) -> psutil.Process:
        return psutil.Process(self._served.pid)

    def stop(self, number: signal.Signals) -> None:
        if number == signal.SIGKILL:
            self._served.kill()
        else:
            self._served.stop()

    def wipe(self) -> None:
        put_aside(self._served.data)


class Theirs:
    """Apache Kafka, with its default page cache or an fsync for every append."""

    def __init__(self, work: Path, durability: str) -> None:
        self.name = f"kafka {durability}"
        settings = {"log.flush.interval.messages": "1"} if durability == "fsync" else {}
        folder = work / f"theirs-{durability}"
        self._kafka = ApacheKafka(folder, settings=settings, java=FULL_SPEED)

    @property
    def data(self) -> Path:
        return self._kafka.directory / "node-1" / "data"

    def prepare(self) -> None:
        put_aside(self._kafka.directory)
        self._kafka.format()

    def spawn(self) -> str:
        self._kafka.launch()
        return self._kafka.bootstrap

    def process(self) -> psutil.Process:
        return psutil.Process(self._kafka.processes[1].pid)

    def stop(self, number: signal.Signals) -> None:
        self._kafka.end(1, number)

    def wipe(self) -> None:
        put_aside(self._kafka.directory)


def put_aside(directory: Path) -> None:
    """Give up a directory without deleting it, which would keep the disk busy for the next one.

    It goes with the directory of the whole run.
    """
    if directory.exists():
        directory.rename(directory.with_name(f"{directory.name}-{uuid.uuid4().hex[:8]}"))


def cpu_seconds(process: psutil.Process) -> float:
    """User and system seconds that the process has used since its start."""
    times = process.cpu_times()
    return float(times.user + times.system)


def user_seconds(process: psutil.Process) -> float:
    """Seconds of them outside the kernel."""
    return float(process.cpu_times().user)


def wait_until_answering(bootstrap: str, seconds: float = 120) -> None:
    """Wait until a client gets metadata from the broker."""
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    deadline = time.monotonic() + seconds
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    while True:
        try:
            admin.list_topics(timeout=2)
            return
        except KafkaException:
            if time.monotonic() > deadline:
                raise
