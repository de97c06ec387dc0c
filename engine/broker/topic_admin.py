"""Changes of topics and configurations: decided, stored, made durable, then answered.

Changes follow each other: one holds the turn of the metadata log from its first look at the
catalogue to its last effect. The order of effects is what a crash must find:

- create and grow: directories first, then the metadata entry. A crash between leaves directories
  that no topic owns; the start removes them. When the entry is on disk, every partition can be
  written, and only then is the client answered.
- delete: the metadata entry first, then the directories are renamed away, later their files are
  removed. A crash between leaves directories that no topic owns.

A topic that was deleted and created again has another id, so files of the old one are never taken
for the new.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from engine.broker.broker_settings import BrokerSettings, settings_entry
from engine.broker.catalogue import Catalogue, Topic, deletion_entry, topic_entry
from engine.broker.cluster import Cluster
from engine.broker.error_mapping import code_of
from engine.broker.metadata_entries import Entry
from engine.broker.metadata_log import MetadataLog
from engine.broker.new_topics import (
    NewTopic,
    check_request_size,
    checked_overrides,
    plan_growth,
    plan_topic,
)
from engine.broker.refusal import Refused
from engine.broker.topic_names import (
    CONSUMER_OFFSETS,
    TRANSACTION_STATE,
    collision_key,
    is_internal,
)
from engine.config.engine_config import EngineConfig
from engine.kernel.entropy import Entropy
from engine.kernel.errors import EngineError
from engine.kernel.ids import TopicId
from engine.protocol.error_codes import ErrorCode
from engine.storage.errors import StorageError

CountPartitions: TypeAlias = Callable[[int], None]
"""Told of partitions that are about to be created or deleted. Raises Refused."""


def _uncounted(partitions: int) -> None:
    """For changes that nobody's quota pays for."""


class TopicStore(Protocol):
    """Where the partitions of topics live: open logs and directories."""

    async def create(self, topics: Sequence[tuple[Topic, int]]) -> list[StorageError | None]:
        """Make directories for each topic's partitions from an index on; one outcome a topic.

        A topic that failed leaves no directory behind.
        """
        ...

    async def delete(self, topics: Sequence[Topic]) -> None:
        """Close the logs of deleted topics and move their directories out of the way."""
        ...

    def reconfigure(self, topic: Topic) -> None:
        """Let a topic's changed configuration take effect."""
        ...


class TopicAdmin:
    """The one place where topics and configurations change. Loop thread only."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        settings: BrokerSettings,
        metadata: MetadataLog,
        store: TopicStore,
        cluster: Cluster,
        entropy: Entropy,
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._metadata = metadata
        self._store = store
        self._cluster = cluster
        self._entropy = entropy
        self._deletion_listeners: list[Callable[[Topic], None]] = []
        settings.on_change(self._reconfigure_all)

    def on_delete(self, listener: Callable[[Topic], None]) -> None:
        """Have a function called on the loop with each topic that was deleted."""
        self._deletion_listeners.append(listener)

    async def create(
        self,
        wanted: Sequence[NewTopic],
        *,
        validate_only: bool = False,
        count: CountPartitions = _uncounted,
    ) -> list[Topic | Refused]:
        """Create topics whose names differ; one outcome each, in order.

        `count` is told of the partitions of each topic before it is created, and may refuse it.
        """
        async with self._metadata.turn:
            try:
                check_request_size(wanted)
            except Refused as refused:
                return [refused for _ in wanted]
            planned = self._planned(wanted, count)
            if validate_only:
                return planned
            return await self._create(planned)

    async def ensure_internal(self, name: str) -> Topic:
        """An internal topic, created on first use. Raises Refused."""
        found = self._catalogue.by_name(name)
        if found is not None:
            return found
        (created,) = await self.create([internal_topic(name, self._settings.configs.static)])
        if isinstance(created, Topic):
            return created
        found = self._catalogue.by_name(name)
        if found is None:
            raise created
        return found

    async def auto_create(self, names: Sequence[str]) -> dict[str, Topic | Refused]:
        """Create topics with the broker's defaults for clients that merely use them."""
        static = self._settings.configs.static
        wanted = [
            internal_topic(name, static) if is_internal(name) else NewTopic(name) for name in names
        ]
        created = await self.create(wanted)
        return {
            name: self._catalogue.by_name(name) or outcome
            for name, outcome in zip(names, created, strict=True)
        }

    async def delete(
        self, topic_ids: Sequence[bytes], *, count: CountPartitions = _uncounted
    ) -> list[Topic | Refused]:
        """Delete topics by id; one outcome each, in order. `count` is as for `create`."""
        async with self._metadata.turn:
            found = [self._deletable(topic_id, count) for topic_id in topic_ids]
            topics = [topic for topic in found if isinstance(topic, Topic)]
            fault = await self._commit([deletion_entry(topic) for topic in topics])
            if fault is None:
                await self._store.delete(topics)
                for topic in topics:
                    for listener in self._deletion_listeners:
                        listener(topic)
            return [topic if isinstance(topic, Refused) else fault or topic for topic in found]

    def _deletable(self, topic_id: bytes, count: CountPartitions) -> Topic | Refused:
        topic = self._catalogue.by_id(topic_id)
        if topic is None:
            return Refused(ErrorCode.UNKNOWN_TOPIC_ID)
        try:
            count(len(topic.partitions))
        except Refused as refused:
            return refused
        return topic

    async def grow(
        self,
        name: str,
        total: int,
        assignments: Sequence[Sequence[int]] | None,
        *,
        validate_only: bool = False,
        count: CountPartitions = _uncounted,
    ) -> Topic:
        """Add partitions to a topic; `count` is as for `create`. Raises Refused."""
        async with self._metadata.turn:
            topic = self._catalogue.by_name(name)
            if topic is None:
                raise Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
            broker_ids = self._cluster.broker_ids()
            grown = plan_growth(topic, total, assignments, broker_ids)
            count(total - len(topic.partitions))
            if validate_only:
                return grown
            (failed,) = await self._store.create([(grown, len(topic.partitions))])
            fault = _as_refusal(failed) or await self._commit([topic_entry(grown)])
            if fault is not None:
                raise fault
            return grown

    async def alter_topic(
        self,
        name: str,
        decide: Callable[[Mapping[str, str]], Mapping[str, str]],
        *,
        validate_only: bool = False,
    ) -> None:
        """Replace a topic's overrides by what `decide` makes of them. Raises Refused."""
        async with self._metadata.turn:
            topic = self._catalogue.by_name(name)
            if topic is None:
                message = f"The topic '{name}' does not exist."
                raise Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message)
            configs = checked_overrides(decide(topic.configs), self._settings.configs)
            if validate_only or configs == topic.configs:
                return
            changed = Topic(topic.name, topic.topic_id, topic.partitions, configs)
            fault = await self._commit([topic_entry(changed)])
            if fault is not None:
                raise fault
            self._store.reconfigure(changed)

    async def alter_broker(
        self,
        broker_id: int,
        decide: Callable[[Mapping[str, str]], Mapping[str, str]],
        *,
        validate_only: bool = False,
    ) -> None:
        """Replace what was set for a broker by what `decide` makes of it. Raises Refused."""
        async with self._metadata.turn:
            current = self._settings.of(broker_id)
            configs = decide(current)
            if validate_only or configs == current:
                return
            fault = await self._commit([settings_entry(broker_id, configs)])
            if fault is not None:
                raise fault

    def _reconfigure_all(self) -> None:
        for topic in self._catalogue.topics():
            self._store.reconfigure(topic)

    def _planned(self, wanted: Sequence[NewTopic], count: CountPartitions) -> list[Topic | Refused]:
        planned: list[Topic | Refused] = []
        names: dict[str, str] = {}
        for each in wanted:
            try:
                topic = plan_topic(
                    each,
                    TopicId(self._entropy.uuid_bytes()),
                    self._catalogue,
                    self._settings.configs,
                    self._cluster.broker_ids(),
                )
                other = names.setdefault(collision_key(each.name), each.name)
                if other != each.name:
                    message = f"Topic '{each.name}' collides with existing topic: {other}"
                    raise Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, message)
                count(len(topic.partitions))
                planned.append(topic)
            except Refused as refused:
                planned.append(refused)
        return planned

    async def _create(self, planned: Sequence[Topic | Refused]) -> list[Topic | Refused]:
        topics = [each for each in planned if isinstance(each, Topic)]
        failures = await self._store.create([(topic, 0) for topic in topics])
        faults = {
            topic.name: _as_refusal(failed)
            for topic, failed in zip(topics, failures, strict=True)
            if failed is not None
        }
        stored = [topic for topic in topics if topic.name not in faults]
        fault = await self._commit([topic_entry(topic) for topic in stored])
        return [
            faults.get(each.name) or fault or each if isinstance(each, Topic) else each
            for each in planned
        ]

    async def _commit(self, entries: Sequence[Entry]) -> Refused | None:
        if not entries:
            return None
        try:
            await self._metadata.commit(entries)
        except StorageError as error:
            return _as_refusal(error)
        return None


def internal_topic(name: str, config: EngineConfig) -> NewTopic:
    """How an internal topic is created; the configurations are those that Kafka gives it."""
    if name == CONSUMER_OFFSETS:
        partitions, segment_bytes = (
            config.offsets_topic_num_partitions,
            config.offsets_topic_segment_bytes,
        )
        configs = {"compression.type": "producer"}
    else:
        assert name == TRANSACTION_STATE
        partitions, segment_bytes = (
            config.transaction_state_log_num_partitions,
            config.transaction_state_log_segment_bytes,
        )
        configs = {"compression.type": "uncompressed", "unclean.leader.election.enable": "false"}
    configs |= {"cleanup.policy": "compact", "segment.bytes": str(segment_bytes)}
    return NewTopic(name, partitions, 1, (), tuple(configs.items()))


def _as_refusal(error: EngineError | None) -> Refused | None:
    return None if error is None else Refused(code_of(error), str(error))
