"""A topic as a row of the topic list shows it, and the detail that one topic's screen adds."""

from dataclasses import dataclass
from enum import Enum

from console.model.config_rule import ANYTHING, ConfigRule
from console.model.figures import NOTHING, Figure, Total
from console.model.partition import NOT_READ, Partition
from console.model.retention import RetentionPolicy, TopicRetention
from console.model.section import LOADING, Section
from console.model.segments import TopicSegments
from console.model.series import EMPTY_SERIES, Series
from console.model.severity import Severity


class TopicStatus(Enum):
    """What the list says of a topic; the worst that applies."""

    HEALTHY = "healthy"
    LAGGING = "lagging"
    UNDER_REPLICATED = "under-replicated"
    OFFLINE = "offline"

    @property
    def severity(self) -> Severity:
        return _SEVERITIES[self]

    @property
    def short(self) -> str:
        """At most nine characters, for a narrow column."""
        return "under-rep" if self is TopicStatus.UNDER_REPLICATED else self.value


_SEVERITIES = {
    TopicStatus.HEALTHY: Severity.OK,
    TopicStatus.LAGGING: Severity.WARNING,
    TopicStatus.UNDER_REPLICATED: Severity.ERROR,
    TopicStatus.OFFLINE: Severity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One row. `lag` is that of the group furthest behind, `lag_total` the sum over all groups.

    `bytes_per_s` is estimated from the mean size of a retained record. `size_bytes` is one copy.
    `trend` holds records a second. `unread_partitions` are not in the rates: they cannot be read.
    """

    name: str
    topic_id: str
    is_internal: bool
    partition_count: int
    replication_factor: int
    status: TopicStatus
    offline_partitions: int = 0
    under_replicated_partitions: int = 0
    messages_per_s: Figure[float] = NOT_READ
    bytes_per_s: Figure[float] = NOT_READ
    size_bytes: Figure[int] = NOT_READ
    message_count: Figure[int] = NOT_READ
    lag: Figure[int] = NOT_READ
    lag_total: Total = NOTHING
    groups: tuple[str, ...] = ()
    retention: Figure[RetentionPolicy] = NOT_READ
    trend: Series = EMPTY_SERIES
    unread_partitions: int = 0


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One configuration of a topic or broker. `value` is None when the cluster hides it.

    `owner` is the source of a value that was set on this very topic or broker; `default` is what
    holds without it, None where the cluster does not tell that.
    """

    name: str
    value: str | None
    source: str
    is_default: bool
    is_sensitive: bool
    is_read_only: bool
    documentation: str = ""
    rule: ConfigRule = ANYTHING
    default: str | None = None
    owner: str = "topic"

    @property
    def is_own(self) -> bool:
        """Whether it was set on the topic or broker itself."""
        return self.source == self.owner


@dataclass(frozen=True, slots=True)
class Producer:
    """Who writes to a partition; None where the partition does not know a number.

    `last_ms` is when it last wrote, `transaction_start` the first offset of its open transaction.
    """

    partition: int
    producer_id: int
    epoch: int
    last_sequence: int | None
    last_ms: int | None
    transaction_start: int | None = None


@dataclass(frozen=True, slots=True)
class Producers:
    """Who writes to a topic. `untold` partitions did not tell, the first of them for `reason`."""

    rows: tuple[Producer, ...]
    untold: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """What the screen of one topic shows beside its row; each part arrives by itself."""

    name: str
    partitions: Section[tuple[Partition, ...]] = LOADING
    configs: Section[tuple[ConfigEntry, ...]] = LOADING
    retention: Section[TopicRetention] = LOADING
    producers: Section[Producers] = LOADING
    segments: Section[TopicSegments] = LOADING
    lag_group: str | None = None
    """The group whose lag the partitions show; None when no group reads the topic."""


def status_of(*, offline: int, under_replicated: int, is_lagging: bool) -> TopicStatus:
    """The worst that is known of a topic. `is_lagging`: some group does not keep up with it."""
    if offline:
        return TopicStatus.OFFLINE
    if under_replicated:
        return TopicStatus.UNDER_REPLICATED
    return TopicStatus.LAGGING if is_lagging else TopicStatus.HEALTHY
