"""Real Apache Kafkas for the tests of this folder: one of three nodes, and one that is secured."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.client.connection import Endpoint
from tests.peers.apache_kafka import ApacheKafka
from tests.peers.secure_kafka import secure_kafka
from tests.support.certificates import Authority


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Three nodes, replication 3; a test that ends a node launches it again."""
    with ApacheKafka(tmp_path_factory.mktemp("kafka") / "cluster", nodes=3) as cluster:
        yield cluster


@dataclass(frozen=True)
class Secured:
    """A secured Kafka, who issued its certificate, and a folder for more of them."""

    kafka: ApacheKafka
    authority: Authority
    folder: Path

    def at(self, listener: str, host: str = "127.0.0.1") -> Endpoint:
        ports = self.kafka.listener_ports.get(listener, self.kafka.ports)
        return Endpoint(host, ports[0])


@pytest.fixture(scope="package")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secure")
    authority = Authority(folder / "certificates")
    with secure_kafka(folder / "cluster", authority) as kafka:
        yield Secured(kafka, authority, folder)
