"""A topic as a row of the topic list shows it, and the detail that one topic's screen adds."""

from dataclasses import dataclass
from enum import Enum

from console.model.config_rule import ANYTHING, ConfigRule
from console.model.figures import NOTHING, Figure, Total
from console.model.partition import NOT_READ, Partition
from console.model.retention import RetentionPolicy, TopicRetention
from console.model.section import LOADING, Section
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

    `default` is what holds without the topic's own value; None where the cluster does not tell it.
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

    @property
    def is_own(self) -> bool:
        """Whether it was set on the topic itself."""
        return self.source == "topic"


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """What the screen of one topic shows beside its row; each part arrives by itself."""

    name: str
    partitions: Section[tuple[Partition, ...]] = LOADING
    configs: Section[tuple[ConfigEntry, ...]] = LOADING
    retention: Section[TopicRetention] = LOADING
    lag_group: str | None = None
    """The group whose lag the partitions show; None when no group reads the topic."""


def status_of(*, offline: int, under_replicated: int, is_lagging: bool) -> TopicStatus:
    """The worst that is known of a topic. `is_lagging`: some group does not keep up with it."""
    if offline:
        return TopicStatus.OFFLINE
    if under_replicated:
        return TopicStatus.UNDER_REPLICATED
    return TopicStatus.LAGGING if is_lagging else TopicStatus.HEALTHY
