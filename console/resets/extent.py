"""Which partitions are reset, as people say it. Pure.

| text         | which                                                       |
|--------------|-------------------------------------------------------------|
| `all`        | every partition that the group has a position in            |
| `orders`     | every partition of that topic, with a position or not       |
| `orders:0,2` | those partitions, written as Kafka's own tool takes them    |
"""

from collections.abc import Collection
from dataclasses import dataclass

from console.model.names import TopicPartition

PARTITION_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Extent:
    """`topic` None is everything; `partitions` None is the whole topic."""

    topic: str | None = None
    partitions: frozenset[int] | None = None

    def covers(self, key: TopicPartition) -> bool:
        """Whether a partition belongs to it."""
        if self.topic is None:
            return True
        is_listed = self.partitions is None or key.partition in self.partitions
        return key.topic == self.topic and is_listed

    def named(self) -> Collection[TopicPartition]:
        """The partitions that it names one by one; none for a whole topic or everything."""
        if self.topic is None or self.partitions is None:
            return ()
        return [TopicPartition(self.topic, each) for each in sorted(self.partitions)]

    def __str__(self) -> str:
        if self.topic is None:
            return "all"
        if self.partitions is None:
            return self.topic
        return f"{self.topic}:{','.join(map(str, sorted(self.partitions)))}"


EVERYTHING = Extent()


def parse_extent(text: str) -> Extent:
    """What was typed. Raises ValueError with what is allowed."""
    topic, colon, numbers = (part.strip() for part in text.partition(":"))
    if not topic:
        raise ValueError("all, a topic, or partitions of one such as orders:0,2")
    if not colon:
        return EVERYTHING if topic.lower() == "all" else Extent(topic)
    parts = [part.strip() for part in numbers.split(",")]
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) <= PARTITION_DIGITS_MAX):
            raise ValueError(f"partitions are numbers: {topic}:0,2")
    return Extent(topic, frozenset(map(int, parts)))
