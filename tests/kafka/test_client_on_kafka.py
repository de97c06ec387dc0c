"""Our client on a real three-node Apache Kafka, one node killed and restarted."""

import signal

import pytest

from tests.interop.client_on_kafka import carry_out
from tests.peers.apache_kafka import ApacheKafka

pytestmark = pytest.mark.needs("apache-kafka")


@pytest.mark.timeout(300)
async def test_every_check_of_the_client_holds(kafka: ApacheKafka) -> None:
    def kill(node: int) -> None:
        kafka.end(node, signal.SIGKILL)

    def restart(node: int) -> None:
        kafka.launch(node)

    assert await carry_out(kafka.bootstrap, kill, restart)
