"""What the broker does not serve is refused at once, in words that a client passes on."""

from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from tests.support.served import ServedBroker

SOON_S = 20.0
"""Long enough for a machine under load; a client that retries would need all of it."""


def test_transactional_producer_is_told_why_it_cannot_begin(tmp_path: Path) -> None:
    """librdkafka gives up for good on few errors only: with any other it tries until SOON_S."""
    with ServedBroker(tmp_path / "data") as broker:
        producer = Producer({"bootstrap.servers": broker.address, "transactional.id": "payments"})

        with pytest.raises(KafkaException) as refused:
            producer.init_transactions(SOON_S)

    error = refused.value.args[0]
    assert error.fatal()
    assert "does not serve transactions" in error.str()
