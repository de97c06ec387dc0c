"""A cluster in memory behind the console's port: deterministic, and broken to order.

A test arranges its `world`. `fail` makes an operation raise, `hold` lets calls of an operation wait
until the test releases them. `calls` lists the operations in the order in which they began, `reads`
where records were read, `ends` the partitions whose ends were asked.

It passes the same contract test as the adapter of the product.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from console.model.cluster import Connection, ConnectionState
from console.model.group import GroupState
from console.model.names import TopicPartition
from console.port.capabilities import Capabilities
from console.port.clock import Clock
from console.port.cluster import EVERY_RECORD, NewRecord, NewTopic, Published, Wanted
from console.port.errors import (
    AlreadyExists,
    ClusterError,
    GroupIsActive,
    NotFound,
    NotSupported,
    Rejected,
    Unreachable,
)
from console.port.readings import (
    ConfigReading,
    DirectoryReading,
    GroupListing,
    GroupReading,
    GroupsReading,
    LayoutReading,
    MetricSample,
    RecordReading,
    RecordsReading,
    TimedOffset,
)
from tests.support.fake_brokers import FakeBrokers
from tests.support.fake_world import (
    DEFAULT_CONFIGS,
    FakeGroup,
    FakePartition,
    FakeTopic,
    FakeWorld,
    Flow,
)

T = TypeVar("T")
PlaceT = TypeVar("PlaceT")

EVERYTHING = Capabilities(
    describes_disks=True,
    describes_configs=True,
    describes_producers=True,
    alters_configs=True,
    creates_topics=True,
    deletes_topics=True,
    adds_partitions=True,
    deletes_records=True,
    lists_groups=True,
    deletes_groups=True,
    deletes_offsets=True,
    version="4.1",
    mode="KRaft",
)
RECORD_BYTES = 100
"""The size of a record of the fake, in its log directories."""


class FakeCluster(FakeBrokers):
    """Implements `console.port.cluster.Cluster`."""

    def __init__(self, clock: Clock, nodes: int = 1) -> None:
        super().__init__()
        self.world = FakeWorld(clock, nodes)
        self.metric_samples: tuple[MetricSample, ...] | None = None
        self.offered = EVERYTHING
        self.answer_records_max = 500
        self.calls: list[str] = []
        self.reads: list[dict[TopicPartition, int]] = []
        self.ends: set[TopicPartition] = set()
        self.in_flight: Counter[str] = Counter()
        self.in_flight_max = 0
        self.state = Connection(ConnectionState.CONNECTED, "kafka-1:9092")
        self._failures: dict[str, Exception] = {}
        self._configs_error: ClusterError | None = None
        self._gates: dict[str, asyncio.Event] = {}

    def fail(self, operation: str, error: Exception | None) -> None:
        """Let an operation raise from now on; None mends it."""
        if error is None:
            self._failures.pop(operation, None)
        else:
            self._failures[operation] = error

    def answer_configs(self, error: ClusterError) -> None:
        """Answer with an error for the whole configuration of every topic."""
        self._configs_error = error

    def hold(self, operation: str) -> asyncio.Event:
        """Let calls of an operation wait until the returned event is set."""
        return self._gates.setdefault(operation, asyncio.Event())

    @property
    def connection(self) -> Connection:
        return self.state

    async def capabilities(self) -> Capabilities:
        await self._enter("capabilities")
        return self.offered

    async def layout(self) -> LayoutReading:
        await self._enter("layout")
        return self.world.layout()

    async def topic_configs(
        self, topics: Collection[str], *, keys: Sequence[str] | None = None
    ) -> Mapping[str, tuple[ConfigReading, ...] | ClusterError]:
        await self._enter("topic_configs")
        if keys is None and self._configs_error is not None:
            return dict.fromkeys(topics, self._configs_error)
        return {name: self.world.configs(name, keys) for name in topics}

    async def end_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        await self._enter("end_offsets")
        self.ends.update(partitions)
        return {key: self._of(key, self.world.end) for key in partitions}

    async def stable_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        await self._enter("stable_offsets")

        def stable(partition: FakePartition) -> int:
            opened = partition.open_transaction_at
            return self.world.end(partition) if opened is None else opened

        return {key: self._of(key, stable) for key in partitions}

    async def start_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        await self._enter("start_offsets")
        return {key: self._of(key, lambda partition: partition.start) for key in partitions}

    async def offsets_at(
        self, partitions: Collection[TopicPartition], timestamp_ms: int
    ) -> Mapping[TopicPartition, TimedOffset | ClusterError]:
        await self._enter("offsets_at")

        def find(partition: FakePartition) -> TimedOffset:
            for offset in range(partition.start, self.world.end(partition)):
                record = self.world.record(partition, offset)
                if record.timestamp_ms >= timestamp_ms:
                    return TimedOffset(offset, record.timestamp_ms)
            return TimedOffset(-1, -1)

        return {key: self._of(key, find) for key in partitions}

    async def record_times(
        self, offsets: Mapping[TopicPartition, Collection[int]]
    ) -> Mapping[TopicPartition, Mapping[int, int] | ClusterError]:
        await self._enter("record_times")

        def times_of(partition: FakePartition, wanted: Collection[int]) -> Mapping[int, int]:
            return {offset: self.world.time_of(partition, offset) for offset in wanted}

        return {key: self._at(key, wanted, times_of) for key, wanted in offsets.items()}

    async def list_groups(self) -> GroupsReading:
        await self._enter("list_groups")
        listed = tuple(
            GroupListing(
                each.name, each.state, each.group_type, each.protocol_type, each.coordinator
            )
            for each in self.world.groups.values()
            if each.coordinator not in self.world.stopped | self.world.silent
        )
        failures = {node_id: self.world.down(node_id) for node_id in self.world.silent}
        if failures and len(failures) == len(self.world.layout().nodes):
            raise next(iter(failures.values()))
        return GroupsReading(listed, failures)

    async def describe_groups(
        self, groups: Mapping[str, str]
    ) -> Mapping[str, GroupReading | ClusterError]:
        await self._enter("describe_groups")

        def described(name: str) -> GroupReading | ClusterError:
            group = self.world.group(name)
            if isinstance(group, ClusterError):
                return group
            return GroupReading(name, group.state, "range" if group.members else "", group.members)

        return {name: described(name) for name in groups}

    async def committed(
        self, groups: Collection[str]
    ) -> Mapping[str, Mapping[TopicPartition, int | ClusterError] | ClusterError]:
        await self._enter("committed")
        now_s = self.world.clock.monotonic_s()

        def offsets(
            name: str,
        ) -> Mapping[TopicPartition, int | ClusterError] | ClusterError:
            group = self.world.group(name)
            if isinstance(group, NotFound):
                return {}
            if isinstance(group, ClusterError):
                return group
            return {key: flow.at(now_s) for key, flow in group.committed.items()}

        return {name: offsets(name) for name in groups}

    async def directories(self) -> Mapping[int, tuple[DirectoryReading, ...] | ClusterError]:
        await self._enter("directories")
        found: dict[int, tuple[DirectoryReading, ...] | ClusterError] = {}
        for node_id in self.world.nodes:
            if node_id in self.world.stopped:
                continue
            if node_id in self.world.silent:
                found[node_id] = self.world.down(node_id)
                continue
            sizes = {
                TopicPartition(topic.name, index): RECORD_BYTES
                * (self.world.end(partition) - partition.start)
                for topic in self.world.topics.values()
                for index, partition in enumerate(topic.partitions)
                if node_id in partition.replicas
            }
            total = 1_000_000_000
            usable = total - sum(sizes.values())
            found[node_id] = (DirectoryReading("/data", total, usable, sizes),)
        return found

    async def metrics(self) -> tuple[MetricSample, ...]:
        await self._enter("metrics")
        if self.metric_samples is None:
            raise NotSupported("this cluster has no metrics that we can read")
        return self.metric_samples

    async def create_topic(self, topic: NewTopic, *, validate_only: bool = False) -> int | None:
        await self._enter("create_topic")
        if topic.name in self.world.topics:
            raise AlreadyExists(f"topic {topic.name} exists already")
        if not topic.name or "/" in topic.name:
            raise Rejected("INVALID_TOPIC_EXCEPTION", "the topic name is not valid")
        if not validate_only:
            self.world.add_topic(
                topic.name,
                topic.partitions or 1,
                replication=topic.replication_factor or 1,
                configs=topic.configs,
            )
        return topic.partitions or 1

    async def delete_topic(self, name: str) -> None:
        await self._enter("delete_topic")
        if self.world.topics.pop(name, None) is None:
            raise NotFound(f"there is no topic {name}")
        for group in self.world.groups.values():
            group.committed = {k: flow for k, flow in group.committed.items() if k.topic != name}

    async def add_partitions(self, topic: str, total: int, *, validate_only: bool = False) -> None:
        await self._enter("add_partitions")
        grown = self.world.topic(topic)
        if total <= len(grown.partitions):
            raise Rejected("INVALID_PARTITIONS", "a topic can only get more partitions")
        if not validate_only:
            self.world.grow(grown, total - len(grown.partitions), 1, 0, 0.0)

    async def set_topic_configs(
        self, topic: str, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        await self._enter("validate_configs" if validate_only else "set_topic_configs")
        found = self.world.topic(topic).configs
        configs = dict(found) if validate_only else found
        for name, value in changes.items():
            if name not in DEFAULT_CONFIGS:
                raise Rejected("INVALID_CONFIG", f"there is no configuration {name}")
            if value is None:
                configs.pop(name, None)
            else:
                configs[name] = value

    async def publish(
        self, topic: str, records: Sequence[NewRecord]
    ) -> tuple[Published | ClusterError, ...]:
        await self._enter("publish")
        stored = self.world.topic(topic)
        return tuple(self._append(stored, record) for record in records)

    async def delete_records(
        self, before: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        await self._enter("delete_records")
        return {key: self._at(key, offset, self.world.cut) for key, offset in before.items()}

    async def set_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        await self._enter("set_offsets")
        made = FakeGroup(group, GroupState.EMPTY, protocol_type="")
        changed = self.world.groups.setdefault(group, made)
        if changed.members:
            raise GroupIsActive(f"group {group} has members")
        taken = {key: at for key, at in offsets.items() if key not in self.world.refusing}
        changed.committed.update({key: Flow(offset) for key, offset in taken.items()})
        return {key: self.world.refusing.get(key) for key in offsets}

    async def delete_offsets(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        await self._enter("delete_offsets")
        changed = self.world.group(group)
        if isinstance(changed, ClusterError):
            raise changed
        for key in partitions:
            changed.committed.pop(key, None)
        return dict.fromkeys(partitions)

    async def delete_group(self, group: str) -> None:
        await self._enter("delete_group")
        found = self.world.group(group)
        if isinstance(found, ClusterError):
            raise found
        if found.members:
            raise GroupIsActive(f"group {group} has members")
        del self.world.groups[group]

    async def read(
        self,
        positions: Mapping[TopicPartition, int],
        *,
        wait_ms: int = 0,
        wanted: Wanted = EVERY_RECORD,
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        await self._enter("read")
        self.reads.append(dict(positions))

        def some(partition: FakePartition, offset: int) -> RecordsReading | ClusterError:
            return self.world.read(partition, offset, self.answer_records_max, wanted)

        return {key: self._at(key, offset, some) for key, offset in positions.items()}

    def probable_partitions(self, key: bytes, partition_count: int) -> tuple[int, ...]:
        return (sum(key) % partition_count,)

    async def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        self.in_flight[operation] += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight.total())
        try:
            gate = self._gates.get(operation)
            if gate is not None:
                await gate.wait()
            # A gate that is open lets others run as well.
            await asyncio.sleep(0)
        finally:
            self.in_flight[operation] -= 1
        if operation in self._failures:
            raise self._failures[operation]
        if len(self.world.stopped) == len(self.world.nodes):
            raise Unreachable("no broker can be reached")

    def _of(self, key: TopicPartition, ask: Callable[[FakePartition], T]) -> T | ClusterError:
        partition = self.world.partition(key)
        return partition if isinstance(partition, ClusterError) else ask(partition)

    def _at(
        self,
        key: TopicPartition,
        where: PlaceT,
        ask: Callable[[FakePartition, PlaceT], T | ClusterError],
    ) -> T | ClusterError:
        partition = self.world.partition(key)
        return partition if isinstance(partition, ClusterError) else ask(partition, where)

    def _append(self, topic: FakeTopic, record: NewRecord) -> Published | ClusterError:
        index = record.partition
        if index is None:
            index = sum(record.key or b"") % len(topic.partitions)
        if index >= len(topic.partitions):
            return NotFound(f"there is no partition {topic.name}-{index}")
        partition = topic.partitions[index]
        now_s, now_ms = self.world.clock.monotonic_s(), self.world.clock.wall_ms()
        offset = self.world.end(partition)
        stamp = now_ms if record.timestamp_ms is None else record.timestamp_ms
        partition.records[offset] = RecordReading(
            offset, stamp, record.key, record.value, record.headers
        )
        partition.end = Flow(offset + 1, partition.end.per_s, now_s)
        return Published(index, offset)
