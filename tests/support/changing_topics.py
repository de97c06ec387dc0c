"""A catalogue whose topics a test makes, grows and deletes, as the broker's metadata would."""

from dataclasses import replace

from engine.broker.catalogue import Catalogue, Topic, deletion_entry, topic_entry
from engine.kernel.ids import BrokerId, TopicId

_REPLICAS = (BrokerId(0),)


class ChangingTopics:
    """The broker's own catalogue, changed by replay of entries. Ids count up from 1."""

    def __init__(self, **partition_counts: int) -> None:
        self.catalogue = Catalogue()
        self._made = 0
        for name, count in partition_counts.items():
            self.create(name, count)

    def create(self, name: str, partition_count: int = 1) -> TopicId:
        """Make a topic; returns its id."""
        self._made += 1
        topic_id = TopicId(self._made.to_bytes(16, "big"))
        topic = Topic(name, topic_id, (_REPLICAS,) * partition_count, {})
        self.catalogue.replay(topic_entry(topic))
        return topic_id

    def grow(self, name: str, partition_count: int) -> None:
        """Give a topic more partitions."""
        topic = self._topic(name)
        self.catalogue.replay(
            topic_entry(replace(topic, partitions=(_REPLICAS,) * partition_count))
        )

    def delete(self, name: str) -> None:
        """Delete a topic."""
        self.catalogue.replay(deletion_entry(self._topic(name)))

    def id_of(self, name: str) -> TopicId:
        return self._topic(name).topic_id

    def names(self) -> list[str]:
        return [topic.name for topic in self.catalogue.topics()]

    def partition_count(self, name: str) -> int:
        return self._topic(name).partition_count

    def _topic(self, name: str) -> Topic:
        topic = self.catalogue.by_name(name)
        assert topic is not None
        return topic
