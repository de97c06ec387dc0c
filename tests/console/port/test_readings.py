"""Values that a cluster answers with."""

from dataclasses import replace

from console.model.names import TopicPartition
from console.port.readings import PartitionReading, TopicReading

PARTITION = PartitionReading(0, 1, 0, (1,), (1,))
TOPIC = TopicReading("orders", "id", False, (PARTITION, PARTITION._replace(index=2)))


def test_a_topic_names_its_partitions_and_always_by_the_same_objects() -> None:
    assert TOPIC.keys == (TopicPartition("orders", 0), TopicPartition("orders", 2))
    assert TOPIC.keys is TOPIC.keys


def test_a_topic_that_was_made_of_another_names_its_own_partitions() -> None:
    assert TOPIC.keys
    other = replace(TOPIC, name="payments", partitions=(PARTITION,))
    assert other.keys == (TopicPartition("payments", 0),)
    assert other != TOPIC
    assert replace(TOPIC) == TOPIC
