"""The newest answers to each question, with what is wrong where there is no answer.

Written by the sampler's rounds and read by the builders of snapshot sections. Not frozen, and never
handed to a panel.
"""

from collections.abc import Collection, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from console.model.figures import Figure, Known, Unknown
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.section import (
    LOADING,
    Ready,
    Refused,
    Section,
    Stale,
    after_failure,
    map_section,
)
from console.model.segments import TopicSegments
from console.port.capabilities import Capabilities
from console.port.errors import ClusterError
from console.port.errors import Refused as RefusedError
from console.port.readings import (
    ConfigReading,
    DirectoryReading,
    GroupListing,
    GroupReading,
    GroupsReading,
    LayoutReading,
    MetricSample,
    NodeReading,
    ProducerReading,
)
from console.sampling.round_trips import RoundTrips

K = TypeVar("K")
T = TypeVar("T")
U = TypeVar("U")


ProducersReading = Mapping[TopicPartition, tuple[ProducerReading, ...] | ClusterError]


class Stamp(NamedTuple):
    """The time stamp of the first record from `position` up to `end`; -1 when there is none."""

    position: int
    timestamp_ms: int
    end: int


STAMPS_MAX = 8
"""Stamps that are kept of a partition beside those of places where a group stands."""


@dataclass(slots=True)
class Collected:
    """One field for each question. Figures carry the wall time of their reading."""

    layout: Section[LayoutReading] = LOADING
    capabilities: Capabilities | None = None
    nodes_seen: dict[int, NodeReading] = field(default_factory=dict)
    groups: Section[GroupsReading] = LOADING
    descriptions: dict[str, GroupReading | ClusterError] = field(default_factory=dict)
    ends: dict[TopicPartition, Figure[int]] = field(default_factory=dict)
    stables: dict[TopicPartition, Figure[int]] = field(default_factory=dict)
    starts: dict[TopicPartition, Figure[int]] = field(default_factory=dict)
    figures_read: int = 0
    """Rises whenever `ends` or `starts` were read, or the rates that follow from them."""
    offsets: Section[int] = LOADING
    """How the newest round of offsets went; the value is the time of the round."""
    all_ends_ms: int = 0
    """The time of the newest round that read the end of every partition of the layout."""
    directories: Section[Mapping[int, tuple[DirectoryReading, ...] | ClusterError]] = LOADING
    configs: dict[str, tuple[ConfigReading, ...] | ClusterError] = field(default_factory=dict)
    full_configs: dict[str, tuple[ConfigReading, ...] | ClusterError] = field(default_factory=dict)
    """By open topic, every key of its configuration."""
    producers: dict[str, Section[ProducersReading]] = field(default_factory=dict)
    """By open topic, who writes to each of its partitions."""
    segments: dict[str, Section[TopicSegments]] = field(default_factory=dict)
    """By open topic, the segments of its partitions."""
    broker_configs: dict[int, Section[tuple[ConfigReading, ...]]] = field(default_factory=dict)
    """By open broker, every key of its configuration."""
    round_trips: RoundTrips = field(default_factory=RoundTrips)
    policies: Section[int] = LOADING
    """How the newest round of configurations went; the value is the time of the round."""
    oldest: dict[TopicPartition, Figure[int]] = field(default_factory=dict)
    oldest_read: int = 0
    """Rises whenever `oldest` was read."""
    record_times: dict[TopicPartition, dict[int, Stamp]] = field(default_factory=dict)
    metrics: Section[tuple[MetricSample, ...]] = LOADING

    def topics(self) -> LayoutReading | None:
        """The layout as it was read last."""
        return self.layout.value if isinstance(self.layout, Ready | Stale) else None

    def forget_closed(self, opened: Collection[str], broker: int | None = None) -> None:
        """Forget the whole configuration of other topics and brokers, and who writes to other
        topics, and their segments: that is read anew when they are opened."""
        keep_only(self.full_configs, opened)
        keep_only(self.producers, opened)
        keep_only(self.segments, opened)
        keep_only(self.broker_configs, () if broker is None else (broker,))

    def listings(self) -> tuple[GroupListing, ...]:
        """The groups as they were listed last."""
        reading = self.groups.value if isinstance(self.groups, Ready | Stale) else None
        return reading.groups if reading else ()


def keep_only(kept: MutableMapping[K, U], keys: Iterable[K]) -> None:
    """Forget what was kept for other keys."""
    for key in kept.keys() - set(keys):
        del kept[key]


def failed(section: Section[T], error: ClusterError, now_ms: int) -> Section[T]:
    """The section after a read of it raised."""
    if isinstance(error, RefusedError):
        return Refused(error.reason)
    return after_failure(section, error.reason, now_ms)


def figure(value: T | ClusterError | None, now_ms: int) -> Figure[T]:
    """A figure of one answer; None is an answer that did not come."""
    if value is None:
        return NOT_READ
    return Unknown(value.reason) if isinstance(value, ClusterError) else Known(value, now_ms)


def figures(
    answer: Mapping[TopicPartition, int | ClusterError],
    asked: Iterable[TopicPartition],
    now_ms: int,
) -> dict[TopicPartition, Figure[int]]:
    """The figures of one answer about many partitions; equal ones are the same object."""
    made: dict[int, Known[int]] = {}
    found: dict[TopicPartition, Figure[int]] = {}
    for key in asked:
        value = answer.get(key)
        if isinstance(value, int):
            known = made.get(value)
            if known is None:
                known = made[value] = Known(value, now_ms)
            found[key] = known
        else:
            found[key] = figure(value, now_ms)
    return found


def with_value(section: Section[T], value: U) -> Section[U]:
    """The same face with another value; the faces that have none stay as they are."""
    return map_section(section, lambda _: value)
