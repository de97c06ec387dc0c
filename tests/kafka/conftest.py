"""One real three-node Apache Kafka for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.peers.apache_kafka import ApacheKafka


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Three nodes, replication 3; a test that ends a node launches it again."""
    with ApacheKafka(tmp_path_factory.mktemp("kafka") / "cluster", nodes=3) as cluster:
        yield cluster
