"""Everything that panels render, as of one moment. Frozen: a newer snapshot replaces it whole.

A panel takes the slice that it needs and redraws only when that slice differs from the last one;
unchanged slices are the same objects from snapshot to snapshot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.model.cluster import ClusterState, Connection, Totals
from console.model.engine import EngineState
from console.model.events import Event
from console.model.group import Group
from console.model.health import Health
from console.model.retention import TopicRetention
from console.model.section import LOADING, Section, content
from console.model.topic import ConfigEntry, Topic, TopicDetail


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`sequence` rises by one with each snapshot of a sampler. `at_ms` is wall time.

    `engine` is refused by clusters that are no broker of ours, or whose metrics cannot be read.

    `topic_details` has an entry for every topic whose detail is asked for, `broker_configs` one for
    the broker whose configuration is.
    """

    sequence: int
    at_ms: int
    cluster_name: str
    connection: Connection
    interval_s: float = 1.0
    is_paused: bool = False
    cluster: Section[ClusterState] = LOADING
    totals: Section[Totals] = LOADING
    topics: Section[tuple[Topic, ...]] = LOADING
    groups: Section[tuple[Group, ...]] = LOADING
    retention: Section[tuple[TopicRetention, ...]] = LOADING
    health: Section[Health] = LOADING
    engine: Section[EngineState] = LOADING
    topic_details: Mapping[str, TopicDetail] = field(default_factory=dict)
    broker_configs: Mapping[int, Section[tuple[ConfigEntry, ...]]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def lacks(self) -> frozenset[str]:
        """What the cluster has no operation for; empty while that is unknown."""
        cluster = content(self.cluster)
        return frozenset() if cluster is None else cluster.lacks
