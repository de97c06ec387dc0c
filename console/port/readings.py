"""What a cluster answers to the questions of the port: plain frozen values, without judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from console.model.config_rule import ANYTHING, ConfigRule
from console.model.group import GroupState, Member
from console.model.names import TopicPartition
from console.port.errors import ClusterError

MACHINE_MEMORY = "machine_memory_bytes"
"""The sample of a metric that an adapter adds when it runs on the engine's machine."""


@dataclass(frozen=True, slots=True)
class NodeReading:
    """A broker by its advertised address."""

    node_id: int
    host: str
    port: int
    rack: str | None = None


class PartitionReading(NamedTuple):
    """A partition in the cluster's metadata; `leader` is None while there is none.

    A tuple, for there are tens of thousands: made and compared in a third of the time.
    """

    index: int  # type: ignore[assignment]  # nobody looks for places in this tuple
    leader: int | None
    leader_epoch: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    offline_replicas: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicReading:
    """A topic in the cluster's metadata; `topic_id` is empty where there is none."""

    name: str
    topic_id: str
    is_internal: bool
    partitions: tuple[PartitionReading, ...]
    _keys: tuple[TopicPartition, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def keys(self) -> tuple[TopicPartition, ...]:
        """The names of its partitions, in their order; made once, when first asked for."""
        if len(self._keys) != len(self.partitions):
            made = tuple([TopicPartition(self.name, each.index) for each in self.partitions])
            object.__setattr__(self, "_keys", made)
        return self._keys


@dataclass(frozen=True, slots=True)
class LayoutReading:
    """Nodes and topics. `nodes` are those that the cluster holds to be alive."""

    cluster_id: str
    controller_id: int | None
    nodes: tuple[NodeReading, ...]
    topics: tuple[TopicReading, ...]


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A group as its coordinator lists it. `group_type` is in lower case."""

    name: str
    state: GroupState
    group_type: str
    protocol_type: str
    coordinator: int


@dataclass(frozen=True, slots=True)
class GroupsReading:
    """All groups of the coordinators that answered, and why the others (by node) did not."""

    groups: tuple[GroupListing, ...]
    failures: Mapping[int, ClusterError]


@dataclass(frozen=True, slots=True)
class GroupReading:
    """State and members of one group. `protocol` is the assignor that the members agreed on."""

    name: str
    state: GroupState
    protocol: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class TimedOffset:
    """An offset with the time stamp of its record in milliseconds; -1 where there is none."""

    offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class ProducerReading:
    """A producer as a partition knows it; None where the partition does not know a number.

    `last_ms` is when it last wrote, `transaction_start` the first offset of its open transaction.
    """

    producer_id: int
    epoch: int
    last_sequence: int | None
    last_ms: int | None
    transaction_start: int | None


@dataclass(frozen=True, slots=True)
class DirectoryReading:
    """A broker's log directory. `total` and `usable` are None where the broker is too old.

    `problem` says why the broker cannot use it; empty while it can.
    """

    path: str
    total_bytes: int | None
    usable_bytes: int | None
    replica_bytes: Mapping[TopicPartition, int]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SegmentReading:
    """One file of a partition's log: the offset that it begins with, and its size.

    `first_ms` is the time of its first record; None where the file does not tell it.
    """

    base_offset: int
    size_bytes: int
    first_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ConfigReading:
    """One key. `source` is `topic`, `broker`, `cluster`, `file`, `default` or `unknown`.

    `rule` and `default`, the value without the topic's own, come with the documentation; `default`
    is None where the cluster does not tell it.
    """

    name: str
    value: str | None
    source: str
    is_read_only: bool = False
    is_sensitive: bool = False
    documentation: str = ""
    rule: ConfigRule = ANYTHING
    default: str | None = None


class Standing(Enum):
    """How a record stands to transactions, so far as the cluster told when it was read."""

    SETTLED = "settled"
    """In a transaction that was committed, or in none: every reader sees it."""
    ABORTED = "aborted"
    """In a transaction that was aborted: readers of committed records never see it."""
    OPEN = "open"
    """In a transaction, at or behind the last stable offset: they do not see it yet. Its own
    transaction may have ended, where another one that began before it has not."""
    HELD_BACK = "held back"
    """In no transaction, behind the last stable offset: they do not see it yet."""


@dataclass(frozen=True, slots=True)
class RecordReading:
    """One record as it is stored. Times in milliseconds."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    standing: Standing = Standing.SETTLED


@dataclass(frozen=True, slots=True)
class RecordsReading:
    """Records of one partition in order. `next_offset` is where to go on, also without records.

    `size_bytes` is what was read, `passed_over` how many records were left out as not wanted; the
    times are about those of the first and last record read, also when they were left out.
    """

    records: tuple[RecordReading, ...]
    next_offset: int
    log_start: int
    high_watermark: int
    size_bytes: int = 0
    passed_over: int = 0
    first_ms: int | None = None
    last_ms: int | None = None


@dataclass(frozen=True, slots=True)
class MetricSample:
    """One line of a Prometheus exposition."""

    name: str
    labels: Mapping[str, str]
    value: float
