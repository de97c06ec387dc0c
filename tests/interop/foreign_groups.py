"""Groups and transactions made by librdkafka, for our client to look at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, Producer

WAIT_S = 60.0
PARTITIONS = 6


@contextmanager
def classic_reader(bootstrap: str, group: str, topic: str) -> Iterator[None]:
    """A member of a classic group that holds all partitions of a topic."""
    with _reader({"bootstrap.servers": bootstrap, "group.id": group}, topic):
        yield


@contextmanager
def consumer_type_reader(bootstrap: str, group: str, topic: str) -> Iterator[None]:
    """A member of a group of the KIP-848 protocol that holds all partitions of a topic."""
    config = {"bootstrap.servers": bootstrap, "group.id": group, "group.protocol": "consumer"}
    with _reader(config, topic):
        yield


@contextmanager
def _reader(config: dict[str, str], topic: str) -> Iterator[None]:
    consumer = Consumer({**config, "auto.offset.reset": "earliest"})
    try:
        consumer.subscribe([topic])
        give_up_at = time.monotonic() + WAIT_S
        while len(consumer.assignment()) < PARTITIONS:
            assert time.monotonic() < give_up_at, f"no assignment within {WAIT_S:g} s"
            consumer.poll(0.2)
        yield
    finally:
        consumer.close()


def write_transactions(bootstrap: str, topic: str) -> None:
    """To every partition one committed, one aborted and one more committed record."""
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": f"{topic}-writer"})
    producer.init_transactions(WAIT_S)
    for value in ("committed", "aborted", "committed"):
        producer.begin_transaction()
        for partition in range(PARTITIONS):
            producer.produce(topic, value.encode(), partition=partition)
        producer.flush(WAIT_S)
        if value == "aborted":
            producer.abort_transaction(WAIT_S)
        else:
            producer.commit_transaction(WAIT_S)
