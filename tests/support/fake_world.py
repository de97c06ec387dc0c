"""A cluster that exists only in memory: what there is in it, and how it moves with the clock.

End offsets and committed offsets move at rates that a test sets. `FakeCluster` is the way to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.model.group import GroupState, Member
from console.model.names import TopicPartition
from console.port.clock import Clock
from console.port.cluster import TO_THE_END, Wanted
from console.port.errors import ClusterError, Failed, NotFound, Rejected, Unreachable
from console.port.readings import (
    ConfigReading,
    LayoutReading,
    NodeReading,
    PartitionReading,
    RecordReading,
    RecordsReading,
    Standing,
    TopicReading,
)

RECORD_MS = 1000
"""Milliseconds between the time stamps of records that are made up."""

DEFAULT_CONFIGS = {
    "cleanup.policy": "delete",
    "retention.bytes": "-1",
    "retention.ms": "604800000",
    "segment.bytes": "1073741824",
}


@dataclass(slots=True)
class Flow:
    """An offset that moves: `value` at `since_s`, then `per_s` in a second."""

    value: int
    per_s: float = 0.0
    since_s: float = 0.0

    def at(self, now_s: float) -> int:
        return self.value + int(self.per_s * (now_s - self.since_s) + 1e-6)

    def turn(self, now_s: float, per_s: float) -> None:
        """Go on from here at another rate."""
        self.value, self.since_s, self.per_s = self.at(now_s), now_s, per_s


@dataclass(slots=True)
class FakePartition:
    """A partition; records that were not published are made up when they are read."""

    leader: int | None
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    end: Flow
    created_ms: int
    start: int = 0
    open_transaction_at: int | None = None
    markers: set[int] = field(default_factory=set)
    """Offsets that hold no record: commit markers of transactions."""
    aborted: set[int] = field(default_factory=set)
    """Offsets of records of aborted transactions."""
    damaged: range = range(0)
    """Offsets that no disk gives back."""
    records: dict[int, RecordReading] = field(default_factory=dict)


@dataclass(slots=True)
class FakeTopic:
    """A topic with its own configuration."""

    name: str
    topic_id: str
    partitions: list[FakePartition]
    configs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FakeGroup:
    """A group whose commits move."""

    name: str
    state: GroupState = GroupState.STABLE
    group_type: str = "classic"
    coordinator: int = 1
    members: tuple[Member, ...] = ()
    committed: dict[TopicPartition, Flow] = field(default_factory=dict)
    protocol_type: str = "consumer"
    """Empty for one that never had a member, whose positions were set from outside."""


class FakeWorld:
    """Nodes, topics and groups. A test changes it as it likes."""

    def __init__(self, clock: Clock, nodes: int = 1) -> None:
        self.clock = clock
        self.nodes = {
            number: NodeReading(number, f"kafka-{number}", 9092) for number in range(1, nodes + 1)
        }
        self.stopped: set[int] = set()
        self.silent: set[int] = set()
        """Brokers that do not answer though the cluster still lists them as leaders."""
        self.refusing: dict[TopicPartition, ClusterError] = {}
        """Partitions whose positions cannot be committed, and why."""
        self.topics: dict[str, FakeTopic] = {}
        self.groups: dict[str, FakeGroup] = {}
        self._made = 0

    def add_topic(
        self,
        name: str,
        partitions: int = 1,
        *,
        per_s: float = 0.0,
        end: int = 0,
        replication: int = 1,
        configs: Mapping[str, str] | None = None,
    ) -> FakeTopic:
        """A topic whose partitions each grow by `per_s` records a second from `end`."""
        self._made += 1
        topic = FakeTopic(name, f"fake-topic-id-{self._made:08d}", [], dict(configs or {}))
        self.topics[name] = topic
        self.grow(topic, partitions, replication, end, per_s)
        return topic

    def add_group(
        self,
        name: str,
        topic: str = "",
        *,
        committed: int | None = 0,
        per_s: float = 0.0,
        members: int = 1,
        state: GroupState = GroupState.STABLE,
        coordinator: int = 1,
    ) -> FakeGroup:
        """A group that has committed the same offset in every partition of a topic."""
        partitions = self.partitions_of(topic) if topic else []
        crew = tuple(
            Member(
                f"{name}-{number}-id",
                None,
                f"{name}-{number}",
                "10.0.0.1",
                tuple(partitions[number::members]),
            )
            for number in range(members)
        )
        group = FakeGroup(name, state, "classic", coordinator, crew)
        group.protocol_type = "consumer" if crew else ""
        if committed is not None:
            now_s = self.clock.monotonic_s()
            group.committed = {key: Flow(committed, per_s, now_s) for key in partitions}
        self.groups[name] = group
        return group

    def set_rate(self, topic: str, per_s: float) -> None:
        """Let the partitions of a topic grow at another rate."""
        for partition in self.topics[topic].partitions:
            partition.end.turn(self.clock.monotonic_s(), per_s)

    def set_speed(self, group: str, per_s: float) -> None:
        """Let a group read every partition at another rate."""
        for flow in self.groups[group].committed.values():
            flow.turn(self.clock.monotonic_s(), per_s)

    def stop_node(self, node_id: int) -> None:
        """Take a broker away. It leads nothing any more and leaves the replicas in sync."""
        self.stopped.add(node_id)
        for topic in self.topics.values():
            for partition in topic.partitions:
                partition.in_sync = tuple(n for n in partition.in_sync if n != node_id)
                if partition.leader == node_id:
                    partition.leader = partition.in_sync[0] if partition.in_sync else None

    def start_node(self, node_id: int) -> None:
        """Bring a broker back as a follower that is in sync at once."""
        self.stopped.discard(node_id)
        for topic in self.topics.values():
            for partition in topic.partitions:
                if node_id in partition.replicas:
                    partition.in_sync = (*partition.in_sync, node_id)
                    partition.leader = partition.leader or node_id

    def grow(self, topic: FakeTopic, more: int, replication: int, end: int, per_s: float) -> None:
        """Add partitions, led by the nodes in turn."""
        ids = sorted(self.nodes)
        now_s = self.clock.monotonic_s()
        for index in range(len(topic.partitions), len(topic.partitions) + more):
            replicas = tuple(ids[(index + n) % len(ids)] for n in range(replication))
            topic.partitions.append(
                FakePartition(
                    replicas[0], replicas, replicas, Flow(end, per_s, now_s), self.clock.wall_ms()
                )
            )

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        """The names of all partitions of a topic."""
        return [TopicPartition(topic, index) for index in range(len(self.topics[topic].partitions))]

    def topic(self, name: str) -> FakeTopic:
        """Raises NotFound."""
        if name not in self.topics:
            raise NotFound(f"there is no topic {name}")
        return self.topics[name]

    def partition(self, key: TopicPartition) -> FakePartition | ClusterError:
        """A partition that can be asked, or why it cannot."""
        topic = self.topics.get(key.topic)
        if topic is None or key.partition >= len(topic.partitions):
            return NotFound(f"there is no partition {key}")
        partition = topic.partitions[key.partition]
        if partition.leader is None:
            return Failed("LEADER_NOT_AVAILABLE", "The partition has no leader at present")
        if partition.leader in self.silent:
            return self.down(partition.leader)
        return partition

    def group(self, name: str) -> FakeGroup | ClusterError:
        """A group whose coordinator can be asked, or why it cannot."""
        group = self.groups.get(name)
        if group is None:
            return NotFound(f"there is no group {name}")
        is_away = group.coordinator in self.stopped | self.silent
        return self.down(group.coordinator) if is_away else group

    def down(self, node_id: int) -> ClusterError:
        """The error of a broker that is stopped."""
        return Unreachable(f"kafka-{node_id}:9092 refused the connection")

    def end(self, partition: FakePartition) -> int:
        """The high watermark."""
        return partition.end.at(self.clock.monotonic_s())

    def cut(self, partition: FakePartition, before: int) -> int:
        """Delete the records before an offset; the new start."""
        end = self.end(partition)
        wanted = end if before == TO_THE_END else min(before, end)
        partition.start = max(partition.start, wanted)
        return partition.start

    def record(self, partition: FakePartition, offset: int) -> RecordReading:
        """What was published at an offset, or something made up."""
        opened = partition.open_transaction_at
        standing = Standing.ABORTED if offset in partition.aborted else Standing.SETTLED
        if opened is not None and offset >= opened:
            standing = Standing.OPEN
        if offset in partition.records:
            return replace(partition.records[offset], standing=standing)
        at_ms = partition.created_ms + RECORD_MS * offset
        return RecordReading(offset, at_ms, None, f"record {offset}".encode(), (), standing)

    def time_of(self, partition: FakePartition, offset: int) -> int:
        """The time stamp of the first record at or behind an offset; -1 when there is none."""
        offset = max(offset, partition.start)
        while offset in partition.markers:
            offset += 1
        if offset >= self.end(partition):
            return -1
        return self.record(partition, offset).timestamp_ms

    def read(
        self, partition: FakePartition, offset: int, count: int, wanted: Wanted
    ) -> RecordsReading | ClusterError:
        """So many offsets on from one. Leaves out single records, where the engine does batches."""
        end = self.end(partition)
        if not partition.start <= offset <= end:
            return Rejected("OFFSET_OUT_OF_RANGE", "the offset is outside the log")
        if offset in partition.damaged:
            return Failed("KAFKA_STORAGE_ERROR", f"at offset {offset} the disk is damaged")
        stop = min(offset + count, end)
        if offset < partition.damaged.start < stop:
            stop = partition.damaged.start
        read = [
            self.record(partition, each)
            for each in range(offset, stop)
            if each not in partition.markers
        ]
        kept = tuple(record for record in read if is_wanted(record, wanted))
        return RecordsReading(
            kept,
            stop,
            partition.start,
            end,
            size_bytes=sum(len(record.value or b"") for record in read),
            passed_over=len(read) - len(kept),
            first_ms=read[0].timestamp_ms if read else None,
            last_ms=read[-1].timestamp_ms if read else None,
        )

    def layout(self) -> LayoutReading:
        """What the living brokers say."""
        alive = [node for node_id, node in self.nodes.items() if node_id not in self.stopped]
        return LayoutReading(
            cluster_id="fake-cluster",
            controller_id=min((node.node_id for node in alive), default=None),
            nodes=tuple(alive),
            topics=tuple(_topic_reading(topic) for topic in self.topics.values()),
        )

    def configs(
        self, name: str, keys: Sequence[str] | None
    ) -> tuple[ConfigReading, ...] | ClusterError:
        """The configuration of a topic, or why there is none."""
        topic = self.topics.get(name)
        if topic is None:
            return NotFound(f"there is no topic {name}")
        return tuple(
            ConfigReading(
                key,
                topic.configs.get(key, default),
                "topic" if key in topic.configs else "default",
                default=default if keys is None else None,
            )
            for key, default in DEFAULT_CONFIGS.items()
            if keys is None or key in keys
        )


def is_wanted(record: RecordReading, wanted: Wanted) -> bool:
    """Whether a record has what is wanted."""
    headers = [part for name, content in record.headers for part in (name.encode(), content)]
    content = b"\x00".join(part or b"" for part in (record.key, record.value, *headers))
    if wanted.ignores_case:
        content = content.lower()
    is_old = wanted.since_ms is not None and record.timestamp_ms < wanted.since_ms
    return not is_old and all(any(each in content for each in group) for group in wanted.literals)


def _topic_reading(topic: FakeTopic) -> TopicReading:
    return TopicReading(
        topic.name,
        topic.topic_id,
        topic.name.startswith("__"),
        tuple(
            PartitionReading(
                index=index,
                leader=partition.leader,
                leader_epoch=0,
                replicas=partition.replicas,
                in_sync=partition.in_sync,
                offline_replicas=tuple(n for n in partition.replicas if n not in partition.in_sync),
            )
            for index, partition in enumerate(topic.partitions)
        ),
    )
