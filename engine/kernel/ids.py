"""The identities and quantities of a partitioned log, by their Kafka names.

Quantities that are computed with (offsets, positions) are aliases of `int`; identities that are
only compared are new types, so that a broker id cannot be passed where a producer id is meant.
A topic id is its 16 raw bytes: it is looked up on every produce and fetch request, and bytes hash
without building an object first. `format_topic_id` gives the text that Kafka's tools print.
"""

import base64
from typing import NamedTuple, NewType, TypeAlias

Offset: TypeAlias = int
"""The logical position of a record in a partition, from 0."""

OFFSET_MAX: Offset = 2**63 - 1
"""No log reaches this offset: where an end is asked for, it stands for none."""

Position: TypeAlias = int
"""A byte position in a segment file, from 0."""

BrokerId = NewType("BrokerId", int)
ProducerId = NewType("ProducerId", int)
TopicId = NewType("TopicId", bytes)

NULL_TOPIC_ID = TopicId(bytes(16))
NO_PRODUCER_ID = ProducerId(-1)


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        """The name of the partition's directory, as Kafka writes it: `orders-3`."""
        return f"{self.topic}-{self.partition}"


def format_topic_id(topic_id: TopicId) -> str:
    """The URL-safe base64 text of an id, without padding (Kafka's `Uuid.toString`)."""
    return base64.urlsafe_b64encode(topic_id).rstrip(b"=").decode("ascii")


def parse_topic_id(text: str) -> TopicId:
    """The id that `format_topic_id` wrote. Raises ValueError for anything else."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != 16:
        raise ValueError(f"a topic id has 16 bytes, {text!r} has {len(raw)}")
    return TopicId(raw)
