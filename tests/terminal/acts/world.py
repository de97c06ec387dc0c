"""What other clients put into a cluster before an act, and find in it afterwards. Blocking."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
    TopicMetadata,
)
from confluent_kafka.cimpl import NewTopic

from tests.support.group_reader import GroupReader
from tests.terminal.acts.eyes import Eyes

PARTITIONS = 3

TIMEOUT_S = 90.0
"""Longer than it takes until others lead what a node had led that is gone."""

ATTEMPT_S = 10.0
"""How long one reader asks before another is made, which knows nothing of before."""

RECORD_BYTES_MAX = 30_000_000
RECORDS_MAX = 1_000_000
"""So many can wait to be written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record that another client writes."""

    partition: int
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 0
    """0 is the time at which it is written."""


def plain_records(count: int) -> list[Written]:
    """Records without anything special, spread evenly."""
    return [Written(number % PARTITIONS, b"record %d" % number) for number in range(count)]


SET_ON_THE_BROKER = 2
"""`ConfigSource.DYNAMIC_BROKER_CONFIG`."""


class World:
    """One cluster as clients beside the console see it."""

    def __init__(self, address: str, replication: int, eyes: Eyes, metrics: str = "") -> None:
        """`metrics` is where a broker of ours tells its metrics."""
        self.address = address
        self.metrics = metrics
        self.eyes = eyes
        self._replication = replication
        # What the library tells of a broker that is gone is no matter of the test.
        self._settings: dict[str, str | int] = {
            "bootstrap.servers": address,
            "log_level": 0,
            "message.max.bytes": RECORD_BYTES_MAX,
            "queue.buffering.max.messages": RECORDS_MAX,
        }
        self._admin = AdminClient(self._settings)

    def create(self, topic: str, partitions: int = PARTITIONS, **configs: str) -> None:
        """Create a topic; underscores in the names of configs stand for dots."""
        config = {key.replace("_", "."): value for key, value in configs.items()}
        new = NewTopic(topic, partitions, self._replication, config=config)
        self._admin.create_topics([new])[topic].result(TIMEOUT_S)

    def set_config(self, topic: str, key: str, value: str) -> None:
        """Have a topic set a key itself."""
        entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        self._admin.incremental_alter_configs([resource])[resource].result(TIMEOUT_S)

    def write(self, topic: str, records: Iterable[Written]) -> None:
        """Write records in their order and wait until all are acknowledged."""
        faults: list[object] = []
        producer = Producer({**self._settings, "acks": "all", "enable.idempotence": True})
        for each in records:
            producer.produce(
                topic,
                each.value,
                each.key,
                each.partition,
                headers=list(each.headers),
                timestamp=each.timestamp_ms,
                on_delivery=lambda error, _: faults.append(error) if error else None,
            )
        assert producer.flush(TIMEOUT_S) == 0
        assert not faults

    def commit(self, group: str, topic: str, offsets: Sequence[int]) -> None:
        """Commit offsets of the partitions from 0 on, for a group without members."""
        deadline_s = time.monotonic() + TIMEOUT_S
        while faults := self._commit_faults(group, topic, offsets):
            # The first commit to a cluster makes the topic that it is kept in.
            assert time.monotonic() < deadline_s, faults

    def _commit_faults(self, group: str, topic: str, offsets: Sequence[int]) -> list[object]:
        positions = [TopicPartition(topic, each, at) for each, at in enumerate(offsets)]
        wanted = ConsumerGroupTopicPartitions(group, positions)
        # One that knew the coordinator before it died would ask that one again and again.
        admin = AdminClient(self._settings)
        asked = admin.alter_consumer_group_offsets([wanted], request_timeout=ATTEMPT_S)
        try:
            told = asked[group].result(TIMEOUT_S)
        except KafkaException as error:
            return [error]
        return [each.error for each in told.topic_partitions if each.error]

    def member(self, group: str, topic: str) -> GroupReader:
        """A member of a group, to be entered."""
        return GroupReader(self.address, group, topic, PARTITIONS)

    def _layout(self) -> Mapping[str, TopicMetadata]:
        # All of them: to ask for one topic may create it.
        found: Mapping[str, TopicMetadata] = self._admin.list_topics(timeout=TIMEOUT_S).topics
        return found

    def topics(self) -> set[str]:
        """The names of all topics."""
        return set(self._layout())

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 if there is none."""
        told = self._layout().get(topic)
        return 0 if told is None else len(told.partitions)

    def brokers(self) -> list[int]:
        """The nodes that are listed."""
        return sorted(self._admin.list_topics(timeout=TIMEOUT_S).brokers)

    def broker_config(self, node: int, key: str) -> str | None:
        """What a broker has for a key of its own; None where it has nothing."""
        resource = ConfigResource(ResourceType.BROKER, str(node))
        entry = self._admin.describe_configs([resource])[resource].result(TIMEOUT_S)[key]
        return entry.value if entry.source == SET_ON_THE_BROKER else None

    def leader(self, topic: str, partition: int) -> int:
        """The node that leads a partition."""
        leader: int = self._layout()[topic].partitions[partition].leader
        return leader

    def does_without(self, node: int) -> bool:
        """Whether others lead every partition that a node had."""
        partitions = [each for told in self._layout().values() for each in told.partitions.values()]
        return all(each.leader not in (node, -1) for each in partitions)

    def is_whole(self) -> bool:
        """Whether every replica has all that it is to have."""
        partitions = [each for told in self._layout().values() for each in told.partitions.values()]
        return all(len(each.isrs) == len(each.replicas) for each in partitions)

    def coordinator(self, group: str) -> int:
        """The node that coordinates a group."""
        told = self._admin.describe_consumer_groups([group])[group].result(TIMEOUT_S)
        coordinator: int = told.coordinator.id
        return coordinator

    def groups(self) -> set[str]:
        """The groups that are listed."""
        listed = self._admin.list_consumer_groups().result(TIMEOUT_S)
        return {each.group_id for each in listed.valid}

    def positions(self, group: str, topic: str, partitions: int = PARTITIONS) -> Mapping[int, int]:
        """Committed offsets by partition; one without is left out."""
        return self.eyes.positions(group, topic, partitions)

    def own_config(self, topic: str, key: str) -> str | None:
        """What a topic sets a key to itself."""
        return self.eyes.own_config(topic, key)

    def records(self, topic: str) -> list[Message]:
        """Every record of a topic, by partition and offset.

        The library keeps the leaders that it was told for many minutes, also those that have died
        and that it never reached. So who gets no answer is replaced by a reader that asks anew.
        """
        deadline_s = time.monotonic() + TIMEOUT_S
        while True:
            try:
                return self._records(topic)
            except (KafkaException, _Unread):
                if time.monotonic() > deadline_s:
                    raise

    def _records(self, topic: str) -> list[Message]:
        """Raises KafkaException and _Unread where a leader does not answer."""
        settings = {**self._settings, "group.id": "reads-back", "enable.auto.commit": False}
        reader = Consumer(settings)
        try:
            places, count = [], 0
            for index in range(self.partitions(topic)):
                place = TopicPartition(topic, index)
                start, end = reader.get_watermark_offsets(place, timeout=ATTEMPT_S)
                places.append(TopicPartition(topic, index, start))
                count += end - start
            reader.assign(places)
            found: list[Message] = []
            while len(found) < count:
                some = reader.consume(count - len(found), ATTEMPT_S)
                if not some or any(each.error() for each in some):
                    raise _Unread(f"{len(found)} of {count} records came")
                found += some
        finally:
            reader.close()
        return sorted(found, key=lambda each: (each.partition(), each.offset()))


class _Unread(Exception):
    """Not every record came in time."""
