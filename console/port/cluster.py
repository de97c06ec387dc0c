"""The ways to a cluster that the console uses, each narrow enough for one kind of user.

The sampler uses `Layout`, `Offsets`, `Groups` and `Nodes` (together: `Reads`); forms and dialogs
use `Writes`; the message browser uses `Records`. No call blocks the event loop, every call ends in
bounded time, and calls may run at the same time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from console.model.cluster import Connection
from console.model.names import TopicPartition
from console.port.capabilities import Capabilities
from console.port.errors import ClusterError
from console.port.readings import (
    ConfigReading,
    DirectoryReading,
    GroupReading,
    GroupsReading,
    LayoutReading,
    MetricSample,
    ProducerReading,
    RecordsReading,
    SegmentReading,
    TimedOffset,
)


class Layout(Protocol):
    """What there is in the cluster."""

    async def layout(self) -> LayoutReading:
        """Nodes and all topics. Raises ClusterError."""
        ...

    async def capabilities(self) -> Capabilities:
        """What the cluster offers. Raises ClusterError."""
        ...

    async def topic_configs(
        self, topics: Collection[str], *, keys: Sequence[str] | None = None
    ) -> Mapping[str, tuple[ConfigReading, ...] | ClusterError]:
        """Configurations by topic; `keys` None is all of them, with their documentation."""
        ...


class Offsets(Protocol):
    """Positions in partitions and who writes there, asked of their leaders; one request for each
    leader."""

    async def end_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        """High watermarks."""
        ...

    async def stable_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        """Last stable offsets: the end for readers of committed transactions."""
        ...

    async def start_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        """Log start offsets."""
        ...

    async def offsets_at(
        self, partitions: Collection[TopicPartition], timestamp_ms: int
    ) -> Mapping[TopicPartition, TimedOffset | ClusterError]:
        """The first record at or after a time; offset -1 when there is none."""
        ...

    async def record_times(
        self, offsets: Mapping[TopicPartition, Collection[int]]
    ) -> Mapping[TopicPartition, Mapping[int, int] | ClusterError]:
        """By offset, the time stamp of the first record at or behind it; -1 when there is none.

        An offset of which nothing was learnt is left out.
        """
        ...

    async def producers(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[ProducerReading, ...] | ClusterError]:
        """The producers that each partition remembers; NotSupported where it does not tell."""
        ...


class Groups(Protocol):
    """Consumer groups, asked of their coordinators; one request for each coordinator."""

    async def list_groups(self) -> GroupsReading:
        """Every group of every coordinator that answers. Raises ClusterError when none does."""
        ...

    async def describe_groups(
        self, groups: Mapping[str, str]
    ) -> Mapping[str, GroupReading | ClusterError]:
        """State and members, by name. `groups` maps names to the types that listing gave."""
        ...

    async def committed(
        self, groups: Collection[str]
    ) -> Mapping[str, Mapping[TopicPartition, int | ClusterError] | ClusterError]:
        """Committed offsets by group. Partitions without one are left out."""
        ...


class Nodes(Protocol):
    """What single brokers tell."""

    async def directories(self) -> Mapping[int, tuple[DirectoryReading, ...] | ClusterError]:
        """Log directories by node, with the size of every replica. Raises ClusterError."""
        ...

    async def round_trips(self) -> Mapping[int, float | ClusterError]:
        """By node, how many seconds it took to answer a small request. Raises ClusterError."""
        ...

    async def broker_configs(
        self, node_id: int, *, keys: Sequence[str] | None = None
    ) -> tuple[ConfigReading, ...]:
        """The configuration of a broker, told by itself; `keys` None is all of it, with its
        documentation. Raises ClusterError."""
        ...

    async def segments(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[SegmentReading, ...]]:
        """The files of logs, oldest first, of those partitions whose files can be had.

        Raises NotSupported where there are none, ClusterError.
        """
        ...

    async def metrics(self) -> tuple[MetricSample, ...]:
        """The metrics of an engine of ours. Raises NotSupported where there is none."""
        ...


class Reads(Layout, Offsets, Groups, Nodes, Protocol):
    """All that the sampler asks."""


class Link(Protocol):
    """The connection itself."""

    @property
    def connection(self) -> Connection:
        """Its state at this moment."""
        ...


class Watched(Reads, Link, Protocol):
    """What a sampler needs."""


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to create; None leaves a count to the broker's configuration."""

    name: str
    partitions: int | None = None
    replication_factor: int | None = None
    configs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to publish; `partition` None is chosen by the key as Kafka's Java client does."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int | None = None
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """Where a record was stored."""

    partition: int
    offset: int


TO_THE_END: Final = -1
"""In the place of an offset before which records are deleted: the end of the moment."""


class Writes(Protocol):
    """Changes. Each raises ClusterError when it was not made as a whole."""

    async def create_topic(self, topic: NewTopic, *, validate_only: bool = False) -> int | None:
        """Create a topic, or only say whether it could be.

        Gives how many partitions it has, or would have; None where the cluster does not tell.
        """
        ...

    async def delete_topic(self, name: str) -> None:
        """Delete a topic with all its records."""
        ...

    async def add_partitions(self, topic: str, total: int, *, validate_only: bool = False) -> None:
        """Raise the number of partitions, or only say whether it could be."""
        ...

    async def set_topic_configs(
        self, topic: str, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        """Set keys of a topic; None returns a key to its default. Or only say whether it could."""
        ...

    async def set_broker_configs(
        self, node_id: int, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        """Set keys of one broker; None takes its own value away. Or only say whether it could."""
        ...

    async def publish(
        self, topic: str, records: Sequence[NewRecord]
    ) -> tuple[Published | ClusterError, ...]:
        """Store records on all in-sync replicas; one result for each, in order."""
        ...

    async def delete_records(
        self, before: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        """Delete the records before offsets, `TO_THE_END` for all; the new log start of each."""
        ...

    async def set_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        """Set committed offsets of a group without members."""
        ...

    async def delete_offsets(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        """Forget committed offsets of topics that no member reads."""
        ...

    async def delete_group(self, group: str) -> None:
        """Delete a group without members, with its offsets."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every record that a reader wants has: a hint, so that others need not be opened.

    Of each set in `literals` its key, value or headers hold one; with `ignores_case` the literals
    are in small letters and stand for both cases of ASCII. `since_ms` is its smallest time stamp.
    """

    since_ms: int | None = None
    literals: tuple[frozenset[bytes], ...] = ()
    ignores_case: bool = False


EVERY_RECORD = Wanted()


class Records(Protocol):
    """Reading records for the message browser. Where to start is found through `Offsets`."""

    async def read(
        self,
        positions: Mapping[TopicPartition, int],
        *,
        wait_ms: int = 0,
        wanted: Wanted = EVERY_RECORD,
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        """Some records from each offset on. Waits up to `wait_ms` when there is none anywhere.

        Records that are not `wanted` may be left out, as many at a time as suits the cluster.
        """
        ...

    def probable_partitions(self, key: bytes, partition_count: int) -> tuple[int, ...]:
        """Where the usual producers put a key in a topic of so many partitions, likeliest first.

        It may be anywhere else: partitions may have been added since, and producers choose freely.
        """
        ...


class Cluster(Reads, Link, Writes, Records, Protocol):
    """A cluster in full, as adapters offer it."""
