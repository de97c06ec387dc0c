"""A producer finds its own records: what it was told, it can ask for, whatever its acks."""

import uuid
from collections.abc import Callable

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from tests.interop.clients import TIMEOUT_S

ROUNDS = 40
"""Enough that an answer which races the disk would be late in one of them."""

Find = Callable[[], int]


def end_by_admin(bootstrap: str, partition: TopicPartition) -> Find:
    admin = AdminClient({"bootstrap.servers": bootstrap})

    def find() -> int:
        (found,) = admin.list_offsets({partition: OffsetSpec.latest()}).values()
        return int(found.result(TIMEOUT_S).offset)

    return find


def end_by_deletion(bootstrap: str, partition: TopicPartition) -> Find:
    """Where the log starts once all records are deleted."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    everything = TopicPartition(partition.topic, partition.partition, -1)

    def find() -> int:
        (deleted,) = admin.delete_records([everything]).values()
        return int(deleted.result(TIMEOUT_S).low_watermark)

    return find


@pytest.mark.parametrize("acks", ["1", "all"])
@pytest.mark.parametrize("way", [end_by_admin, end_by_deletion])
def test_records_are_found_once_they_are_acknowledged(
    bootstrap: str, way: Callable[[str, TopicPartition], Find], acks: str
) -> None:
    partition = TopicPartition(f"own-{uuid.uuid4().hex[:8]}", 0)
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(partition.topic, 1, 1)])[partition.topic].result(TIMEOUT_S)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": acks, "linger.ms": 0})
    find = way(bootstrap, partition)
    for count in range(1, ROUNDS + 1):
        producer.produce(partition.topic, b"payment", partition=0)
        assert producer.flush(TIMEOUT_S) == 0
        assert find() == count
