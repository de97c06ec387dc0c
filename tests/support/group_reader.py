"""A consumer group under a test's control: it reads when told to, and tells its lag by librdkafka.

The lag that it tells is the end of the log minus the committed offset, asked of the broker anew.
"""

from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

TIMEOUT_S = 30.0


def create_topic(bootstrap: str, name: str, partitions: int, replication: int = 1) -> None:
    """Create a topic and wait for the answer."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, partitions, replication)])[name].result(TIMEOUT_S)


def write(bootstrap: str, topic: str, count: int, partitions: int) -> None:
    """Write `count` records, spread evenly, and wait until all are acknowledged."""
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    for number in range(count):
        producer.produce(topic, b"record %d" % number, partition=number % partitions)
    assert producer.flush(TIMEOUT_S) == 0


class GroupReader:
    """One member of one group. Blocking; use as a context manager."""

    def __init__(self, bootstrap: str, group: str, topic: str, partitions: int) -> None:
        self._partitions = [TopicPartition(topic, number) for number in range(partitions)]
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        self._consumer.subscribe([topic])

    def read(self, count: int) -> None:
        """Read `count` records and commit what was read."""
        left = count
        while left:
            found = self._consumer.consume(left, 5.0)
            assert all(message.error() is None for message in found)
            left -= len(found)
        self._consumer.commit(asynchronous=False)

    def lag(self) -> int:
        """End of the log minus committed offset, summed over the partitions."""
        total = 0
        for partition in self._consumer.committed(self._partitions, TIMEOUT_S):
            _, end = self._consumer.get_watermark_offsets(partition, TIMEOUT_S)
            total += end - max(0, partition.offset)
        return total

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._consumer.close()
