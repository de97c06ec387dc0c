"""Which partitions are reset, as people say it. Pure.

| text               | which                                                       |
|--------------------|-------------------------------------------------------------|
| `all`              | every partition that the group has a position in, as        |
|                    | `--all-topics` of Kafka's own tool                          |
| `orders`           | every partition of that topic, with a position or not       |
| `orders:0,2`       | those partitions, written as Kafka's own tool takes them    |
| `orders:0,2 mails` | several of these, with blanks between them                  |
"""

import re
from dataclasses import dataclass

from console.model.names import TopicPartition

PARTITION_DIGITS_MAX = 9
ALLOWED = "all, or topics, or partitions of them such as orders:0,2"

Part = tuple[str, frozenset[int] | None]
"""A topic, and which partitions of it; None is the whole topic."""

_SIGN = re.compile(r"\s*([:,])\s*")


@dataclass(frozen=True, slots=True)
class Extent:
    """Everything when it has no parts."""

    parts: tuple[Part, ...] = ()

    def covers(self, key: TopicPartition) -> bool:
        """Whether a partition belongs to it."""
        return not self.parts or any(
            key.topic == topic and (partitions is None or key.partition in partitions)
            for topic, partitions in self.parts
        )

    def __str__(self) -> str:
        return " ".join(map(_said, self.parts)) or "all"


EVERYTHING = Extent()


def parse_extent(text: str) -> Extent:
    """What was typed. Raises ValueError with what is allowed."""
    words = _SIGN.sub(r"\1", text.strip()).split()
    if not words:
        raise ValueError(ALLOWED)
    if [word.lower() for word in words] == ["all"]:
        return EVERYTHING
    return Extent(tuple(map(_part, words)))


def _part(word: str) -> Part:
    topic, colon, numbers = word.partition(":")
    if not topic:
        raise ValueError(ALLOWED)
    if not colon:
        if "," in topic:
            raise ValueError(f"topics have blanks between them; {ALLOWED}")
        return topic, None
    parts = numbers.split(",")
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) <= PARTITION_DIGITS_MAX):
            raise ValueError(f"partitions are numbers: {topic}:0,2")
    return topic, frozenset(map(int, parts))


def _said(part: Part) -> str:
    topic, partitions = part
    return topic if partitions is None else f"{topic}:{','.join(map(str, sorted(partitions)))}"
