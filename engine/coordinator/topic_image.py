"""The topics of the cluster as the coordinator sees them, and the hash of those a group reads.

The broker's catalogue is the image. Nobody tells a group that a topic changed: whoever decides for
a group compares `version` with the one it saw last, and the hash with the one it stored, so that a
change made while the coordinator was loading is not missed either.

The hash is Kafka's: a group that another broker has stored is not rebalanced for a different sum.
Source: Kafka's `Utils.computeGroupHash`, `Utils.computeTopicHash` (KIP-1101).
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Protocol

import xxhash

from engine.kernel.ids import TopicId

_MAGIC = b"\x00"
_INT32 = struct.Struct("<i")
_INT64 = struct.Struct("<q")
_UINT64 = struct.Struct("<Q")


class ImageTopic(Protocol):
    """One topic."""

    @property
    def name(self) -> str: ...

    @property
    def topic_id(self) -> TopicId: ...

    @property
    def partition_count(self) -> int: ...

    @property
    def metadata_hash(self) -> int:
        """Its `topic_hash`, kept with the topic: a group of many topics sums over it often."""
        ...


class TopicImage(Protocol):
    """All topics at this moment."""

    @property
    def version(self) -> int:
        """Grows with every change of any topic."""
        ...

    @property
    def created_version(self) -> int:
        """The version with which the latest topic came into being."""
        ...

    def by_name(self, name: str) -> ImageTopic | None: ...

    def by_id(self, topic_id: bytes) -> ImageTopic | None: ...

    def topics(self) -> Sequence[ImageTopic]: ...


def topic_ids(names: Iterable[str], image: TopicImage) -> frozenset[TopicId]:
    """The ids of the topics among these names that exist."""
    found = (image.by_name(name) for name in names)
    return frozenset(topic.topic_id for topic in found if topic is not None)


def metadata_hash(names: Iterable[str], image: TopicImage) -> int:
    """The signed 64-bit sum over the topics that exist; 0 when none does."""
    topics = [topic for name in sorted(names) if (topic := image.by_name(name)) is not None]
    if not topics:
        return 0
    return _hash(b"".join(_INT64.pack(topic.metadata_hash) for topic in topics))


def topic_hash(name: str, topic_id: TopicId, partition_count: int) -> int:
    """The signed 64-bit sum over one topic; racks of its replicas, of which we have none, aside.

    Numbers are little-endian; the two halves of the id are numbers; text is UTF-16 and its length.
    """
    units = name.encode("utf-16-le", "surrogatepass")
    parts = [_MAGIC, topic_id[7::-1], topic_id[:7:-1]]
    parts += [units, _INT32.pack(len(units) // 2), _INT32.pack(partition_count)]
    parts += [_INT32.pack(partition) for partition in range(partition_count)]
    return _hash(b"".join(parts))


def _hash(data: bytes) -> int:
    unsigned: int = xxhash.xxh3_64_intdigest(data)
    return int(_INT64.unpack(_UINT64.pack(unsigned))[0])
