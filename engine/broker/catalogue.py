"""The catalogue of topics: names, ids, partitions, configurations. Pure state, changed by replay.

Invariants: names and ids are unique; the partitions of a topic are numbered from 0 without gaps; a
topic never shrinks; a deleted topic's id is never used again. A `Topic` is a value: a change makes
a new one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.broker.metadata_entries import Body, Entry, Json, UnknownMetadata, text, texts
from engine.broker.topic_names import collision_key, is_internal
from engine.coordinator.topic_image import topic_hash
from engine.kernel.ids import BrokerId, TopicId, format_topic_id, parse_topic_id

_TOPIC = "topic"
_TOPIC_DELETED = "topic-deleted"

Replicas = tuple[BrokerId, ...]
"""The brokers that hold a partition; the first is the preferred leader."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `partitions` holds the replicas of each; `configs` what was set on the topic.

    `metadata_hash` is what groups sum over: it is found once and goes with the topic.
    """

    name: str
    topic_id: TopicId
    partitions: tuple[Replicas, ...]
    configs: Mapping[str, str]
    metadata_hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = topic_hash(self.name, self.topic_id, self.partition_count)
        object.__setattr__(self, "metadata_hash", found)

    @property
    def is_internal(self) -> bool:
        return is_internal(self.name)

    @property
    def partition_count(self) -> int:
        return len(self.partitions)

    @property
    def replication_factor(self) -> int:
        return len(self.partitions[0])


class Catalogue:
    """Every topic, by name and by id."""

    kinds = frozenset({_TOPIC, _TOPIC_DELETED})

    def __init__(self) -> None:
        self._by_name: dict[str, Topic] = {}
        self._by_id: dict[bytes, Topic] = {}
        self._collisions: dict[str, str] = {}
        self._partition_count = 0
        self._deleted: set[bytes] | None = set()
        self.version = 0
        """Grows with every change: what was derived from the catalogue is valid while it stays."""
        self.created_version = 0
        """The version with which the latest topic came into being."""

    def __len__(self) -> int:
        return len(self._by_name)

    @property
    def partition_count(self) -> int:
        """Partitions of all topics."""
        return self._partition_count

    def topics(self) -> list[Topic]:
        """All topics, by name in ascending order."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    def by_name(self, name: str) -> Topic | None:
        return self._by_name.get(name)

    def by_id(self, topic_id: bytes) -> Topic | None:
        return self._by_id.get(topic_id)

    def was_deleted(self, topic_id: bytes) -> bool:
        """Whether a topic of this id was deleted since the last snapshot; before `settled`."""
        assert self._deleted is not None
        return topic_id in self._deleted

    def settled(self) -> None:
        """No directory is of a deleted topic: their ids, which nothing bounds, are forgotten."""
        self._deleted = None

    def colliding(self, name: str) -> str | None:
        """A topic whose name differs from this one in periods and underscores only, or None."""
        found = self._collisions.get(collision_key(name))
        return None if found == name else found

    def reset(self) -> None:
        self._by_name.clear()
        self._by_id.clear()
        self._collisions.clear()
        if self._deleted is not None:
            self._deleted.clear()
        self._partition_count = 0
        self.version += 1

    def replay(self, entry: Entry) -> None:
        if entry.kind == _TOPIC_DELETED:
            topic_id = parse_topic_id(text(entry, "id"))
            self._forget(topic_id)
            if self._deleted is not None:
                self._deleted.add(topic_id)
        else:
            topic = _topic_of(entry)
            if topic.topic_id not in self._by_id:
                self.created_version = self.version + 1
            self._forget(topic.topic_id)
            self._by_name[topic.name] = topic
            self._by_id[topic.topic_id] = topic
            self._collisions[collision_key(topic.name)] = topic.name
            self._partition_count += len(topic.partitions)
        self.version += 1

    def _forget(self, topic_id: TopicId) -> None:
        topic = self._by_id.pop(topic_id, None)
        if topic is not None:
            del self._by_name[topic.name]
            self._collisions.pop(collision_key(topic.name), None)
            self._partition_count -= len(topic.partitions)

    def snapshot(self) -> Iterator[Entry]:
        for topic in self.topics():
            yield topic_entry(topic)


def topic_entry(topic: Topic) -> Entry:
    """The entry that creates a topic or replaces the one with its id."""
    body: Body = {
        "name": topic.name,
        "id": format_topic_id(topic.topic_id),
        "partitions": _runs_of(topic.partitions),
        "configs": dict(topic.configs),
    }
    return Entry(_TOPIC, body)


def deletion_entry(topic: Topic) -> Entry:
    """The entry that deletes a topic."""
    return Entry(_TOPIC_DELETED, {"id": format_topic_id(topic.topic_id), "name": topic.name})


def _runs_of(partitions: tuple[Replicas, ...]) -> list[Json]:
    """Partitions as runs of `[count, replicas]`: thousands of equal ones stay a few bytes."""
    runs: list[Json] = []
    begin = 0
    for index in range(1, len(partitions) + 1):
        if index == len(partitions) or partitions[index] != partitions[begin]:
            runs.append([index - begin, list(partitions[begin])])
            begin = index
    return runs


def _topic_of(entry: Entry) -> Topic:
    runs = entry.body.get("partitions")
    if not isinstance(runs, list):
        raise UnknownMetadata("a topic has no list of partitions")
    partitions: list[Replicas] = []
    for run in runs:
        match run:
            case [int(count), [*replicas]]:
                each = tuple(BrokerId(broker) for broker in replicas if isinstance(broker, int))
                partitions.extend([each] * count)
            case _:
                raise UnknownMetadata(f"a topic has partitions of no known form: {run!r}")
    try:
        topic_id = parse_topic_id(text(entry, "id"))
    except ValueError as error:
        raise UnknownMetadata(str(error)) from error
    return Topic(text(entry, "name"), topic_id, tuple(partitions), texts(entry, "configs"))
