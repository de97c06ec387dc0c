"""The partitions that this broker leads, found by topic name or id. Their logs open on first use.

The catalogue says which partitions exist; this registry holds what is open of them. Requests look
up here on every partition, so a hit costs two dictionary reads. A log opens off the loop: until it
is open, whoever asks is told so, and may wait for it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple, Protocol

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.commit import GroupCommit
from engine.broker.index_rebuilds import IndexRebuilds
from engine.broker.opening_threads import Failure, OpeningGivenUp
from engine.broker.openings import OpeningRunner, Openings
from engine.broker.partition import Partition
from engine.kernel.clock import Clock
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import BrokerId, TopicId, TopicPartition
from engine.storage.errors import LogClosed, ReadPutOff, StorageError
from engine.storage.log_config import LogConfig
from engine.storage.log_opening import LogOpening
from engine.storage.partition_log import PartitionLog

OPEN_RETRY_S = 1.0
"""Time after a log could not be opened in which that is not tried again: clients ask all the time,
and each try may read and write much."""
RECOVERED_BYTES_TOLD = 1024 * 1024
"""How much has to be read of a log that is opened to be worth a line."""


class PartitionUnavailable(EngineError):
    """The partition exists but its log cannot be opened: KAFKA_STORAGE_ERROR."""


class PartitionOpening(PartitionUnavailable):
    """The log of the partition is being opened: NOT_LEADER_OR_FOLLOWER, as of a Kafka that starts.

    Clients look for the leader again and retry.
    """


NamedPartitions = tuple[str | bytes, Iterable[int]]
"""A topic, by name or id, and the indexes of some of its partitions, as a request names them."""


class Logs(Protocol):
    """Where logs are kept: the data directory."""

    def begin_opening(
        self, topic_partition: TopicPartition, topic_id: TopicId, config: LogConfig
    ) -> LogOpening:
        """Begin to open the log of a partition. Raises StorageError, OSError."""
        ...

    def end_opening(self, opening: LogOpening) -> PartitionLog:
        """Take over a log whose opening ran to its end."""
        ...


class TopicSettings(Protocol):
    """What a topic's configuration means to its partitions."""

    def log_config(self, topic: Topic) -> LogConfig:
        """The effective configuration of the topic's logs."""
        ...

    def min_insync_replicas(self, topic: Topic) -> int:
        """How many replicas must be in sync for acks=all."""
        ...


class _Failure(NamedTuple):
    """A log that could not be opened, and when to try again."""

    retry_s: float
    why: str


class Partitions:
    """Loop thread only. A log is opened once per start, by whoever first asks for it."""

    def __init__(
        self,
        catalogue: Catalogue,
        logs: Logs,
        settings: TopicSettings,
        commit: GroupCommit,
        runner: OpeningRunner,
        *,
        node_id: BrokerId,
        leader_epoch: int,
        clock: Clock,
        log: EventLog,
    ) -> None:
        self._catalogue = catalogue
        self._logs = logs
        self._settings = settings
        self._commit = commit
        self._node_id = node_id
        self._leader_epoch = leader_epoch
        self._clock = clock
        self._log = log
        self._openings = Openings(runner)
        self._rebuilds = IndexRebuilds(runner, log)
        self._is_closed = False
        self.reads_put_off = 0
        """How often a log could not be read because no file descriptor was free, or an index was
        being made anew."""
        self._failures: dict[TopicPartition, _Failure] = {}
        self._by_name: dict[str, dict[int, Partition]] = {}
        self._by_id: dict[bytes, dict[int, Partition]] = {}

    @property
    def leader_epoch(self) -> int:
        """The epoch in which this node leads all its partitions."""
        return self._leader_epoch

    def find(self, topic: str, index: int) -> Partition | None:
        """The partition, or None if there is no such.

        Raises PartitionOpening, PartitionUnavailable.
        """
        partitions = self._by_name.get(topic)
        if partitions is not None:
            partition = partitions.get(index)
            if partition is not None:
                return partition
        return self._open(self._catalogue.by_name(topic), index)

    def open_among(self, names: Iterable[tuple[str, int]]) -> Iterator[Partition]:
        """Those of the named partitions that there are and that can be opened."""
        for topic, index in names:
            try:
                partition = self.find(topic, index)
            except PartitionUnavailable:
                continue
            if partition is not None:
                yield partition

    def find_by_id(self, topic_id: bytes, index: int) -> Partition | None:
        """The partition, or None if there is no such.

        Raises PartitionOpening, PartitionUnavailable.
        """
        partitions = self._by_id.get(topic_id)
        if partitions is not None:
            partition = partitions.get(index)
            if partition is not None:
                return partition
        return self._open(self._catalogue.by_id(topic_id), index)

    async def ready(self, topic: str, index: int) -> Partition | None:
        """The partition once its log is open, however long that takes; None if there is no such.

        Raises PartitionUnavailable.
        """
        while True:
            try:
                return self.find(topic, index)
            except PartitionOpening:
                await self._openings.ended(TopicPartition(topic, index))

    def awaited(self, named: Iterable[NamedPartitions]) -> asyncio.Future[None] | None:
        """Begin to open what a request names; is done when the request may go on.

        None when it may at once: its partitions are open, cannot be opened, or take long.
        """
        awaited = None
        for key, indexes in named:
            by_index = self._by_name.get(key) if isinstance(key, str) else self._by_id.get(key)
            for index in indexes:
                if by_index is None or index not in by_index:
                    awaited = self._patience(key, index) or awaited
        return awaited

    def read_put_off(self, partition: Partition, error: ReadPutOff) -> None:
        """Somebody has to wait for a file descriptor to read with, or for an index."""
        self.reads_put_off += 1
        name = str(partition.topic_partition)
        self._log.limited("read_put_off", partition=name, why=str(error))

    def has_topic(self, topic: str) -> bool:
        """Whether there is a topic of this name."""
        return self._catalogue.by_name(topic) is not None

    def topic_name(self, topic_id: bytes) -> str | None:
        """The name of the topic with this id."""
        topic = self._catalogue.by_id(topic_id)
        return None if topic is None else topic.name

    def opened(self) -> Iterator[Partition]:
        """Every partition whose log is open."""
        for partitions in tuple(self._by_name.values()):
            yield from tuple(partitions.values())

    def opened_one(self, topic: str, index: int) -> Partition | None:
        """The partition, if its log is open."""
        return self._by_name.get(topic, {}).get(index)

    def log_config(self, topic: Topic) -> LogConfig:
        """The effective configuration of a topic's logs, open or not."""
        return self._settings.log_config(topic)

    def opened_of(self, topic: str) -> list[Partition]:
        """The partitions of one topic whose logs are open."""
        return list(self._by_name.get(topic, {}).values())

    def reconfigure(self, topic: Topic) -> None:
        """Let a changed configuration take effect on the topic's open partitions."""
        config = self._settings.log_config(topic)
        min_insync_replicas = self._settings.min_insync_replicas(topic)
        for partition in self.opened_of(topic.name):
            partition.log.config = config
            partition.min_insync_replicas = min_insync_replicas

    async def remove(self, topic: Topic) -> None:
        """Forget a deleted topic: appends in flight fail, readers wake, logs close.

        Call it after the catalogue has forgotten the topic; the files are the caller's once it
        returns, which takes as long as openings under way need to notice.
        """
        partitions = self._by_name.pop(topic.name, {})
        self._by_id.pop(topic.topic_id, None)
        for index in range(len(topic.partitions)):
            self._failures.pop(TopicPartition(topic.name, index), None)
        for partition in partitions.values():
            self._commit.remove(partition)
            partition.log.close()
        await self._openings.give_up(topic.topic_id)

    def close(self) -> None:
        """Close every log, after everything in flight was committed; none opens any more."""
        self._is_closed = True
        self._openings.close()
        for partition in self.opened():
            partition.log.close()
        self._by_name.clear()
        self._by_id.clear()

    def _patience(self, key: str | bytes, index: int) -> asyncio.Future[None] | None:
        by_name, by_id = self._catalogue.by_name, self._catalogue.by_id
        topic = by_name(key) if isinstance(key, str) else by_id(key)
        try:
            self._open(topic, index)
        except PartitionOpening:
            return (
                None
                if topic is None
                else self._openings.patience(TopicPartition(topic.name, index))
            )
        except PartitionUnavailable:
            return None
        return None

    def _open(self, topic: Topic | None, index: int) -> Partition | None:
        if topic is None or not 0 <= index < len(topic.partitions):
            return None
        topic_partition = TopicPartition(topic.name, index)
        if not self._is_known(topic_partition):
            self._begin(topic, topic_partition)
        partition = self.opened_one(*topic_partition)
        if partition is not None:
            return partition
        if topic_partition in self._openings:
            raise PartitionOpening(f"the log of {topic_partition} is being opened")
        raise PartitionUnavailable(self._failures[topic_partition].why)

    def _is_known(self, topic_partition: TopicPartition) -> bool:
        """Whether a log is open, is being opened, or could not be a moment ago."""
        is_open = self.opened_one(*topic_partition) is not None
        if is_open or topic_partition in self._openings:
            return True
        failure = self._failures.get(topic_partition)
        return failure is not None and self._clock.monotonic_s() < failure.retry_s

    def _begin(self, topic: Topic, topic_partition: TopicPartition) -> None:
        """Open a log: what becomes of it is among the open ones, or the failures, or under way."""
        if self._is_closed:
            self._failed(topic_partition, LogClosed(f"{topic_partition}: the broker stops"))
            return
        config = self._settings.log_config(topic)
        try:
            opening = self._logs.begin_opening(topic_partition, topic.topic_id, config)
        except (StorageError, OSError) as error:
            self._failed(topic_partition, error)
            return
        self._openings.begin(topic.topic_id, opening, partial(self._take, topic.topic_id))

    def _failed(self, topic_partition: TopicPartition, error: EngineError | OSError) -> None:
        self._log.limited("partition_unavailable", partition=str(topic_partition), why=str(error))
        retry_s = self._clock.monotonic_s() + OPEN_RETRY_S
        self._failures[topic_partition] = _Failure(retry_s, str(error))

    def _take(self, topic_id: TopicId, opening: LogOpening, failure: Failure) -> None:
        """The opening has ended: the topic may be gone meanwhile, or configured otherwise."""
        topic = self._catalogue.by_id(topic_id)
        topic_partition = opening.topic_partition
        if topic is None or self._is_closed or isinstance(failure, OpeningGivenUp):
            return
        if failure is not None:
            self._failed(topic_partition, failure)
            return
        self._failures.pop(topic_partition, None)
        log = self._logs.end_opening(opening)
        opening.rebuild_elsewhere(self._rebuilds.begin)
        log.config = self._settings.log_config(topic)
        work = log.recovered
        if work.cut_bytes or work.checked_bytes >= RECOVERED_BYTES_TOLD:
            self._log.info(
                "log_recovered",
                partition=str(topic_partition),
                checked_bytes=work.checked_bytes,
                cut_bytes=work.cut_bytes,
                end_offset=log.log_end_offset,
            )
        partition = Partition(
            log,
            leader_id=self._node_id,
            leader_epoch=self._leader_epoch,
            is_internal=topic.is_internal,
            min_insync_replicas=self._settings.min_insync_replicas(topic),
        )
        self._by_name.setdefault(topic.name, {})[topic_partition.partition] = partition
        self._by_id.setdefault(topic_id, {})[topic_partition.partition] = partition
