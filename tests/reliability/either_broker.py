"""Our broker and a real Apache Kafka, so that either can be put through the same.

Both are single brokers on a directory that outlives their process.
"""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability.served_kafka import ServedKafka
from tests.reliability.witnesses import QUICK
from tests.support.served import ServedBroker

ASKED_S = 20
"""What a client waits for an answer."""


class Broker(Protocol):
    """What both can do."""

    address: str
    data: Path

    @property
    def process(self) -> subprocess.Popen[str] | subprocess.Popen[bytes] | None: ...

    def start(self) -> str: ...

    def kill(self) -> None: ...

    def stop(self) -> int: ...


def own(place: Path) -> ServedBroker:
    """Our broker in a directory."""
    place.mkdir(parents=True, exist_ok=True)
    return ServedBroker(place / "data")


def kafka(place: Path) -> ServedKafka:
    """A Kafka in a directory."""
    return ServedKafka(place, {})


BROKERS: Mapping[str, Callable[[Path], Broker]] = {"kconsole": own, "Apache Kafka": kafka}


def has_ended(broker: Broker) -> bool:
    """Whether its process is gone, and not because it was killed here."""
    return broker.process is None or broker.process.poll() is not None


def make_topic(address: str, name: str, partitions: int) -> None:
    """Raises KafkaException."""
    admin = AdminClient({**QUICK, "bootstrap.servers": address})
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(60)


def consumer_of(address: str, *, checks: bool) -> Consumer:
    """A consumer without a position, which checks batches or not."""
    return Consumer(
        {
            **QUICK,
            "bootstrap.servers": address,
            "group.id": "beside",
            "enable.auto.commit": False,
            "check.crcs": checks,
        }
    )
