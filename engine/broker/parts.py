"""The parts that handlers are built from, by `assembly`.

Only `assembly`, `api_table` and `engine.host` see them together.

A handler never receives this object: its row passes the narrow parts that it needs.
"""

from dataclasses import dataclass

from engine.broker.cluster import Cluster
from engine.broker.commit import GroupCommit
from engine.broker.config_admin import ConfigAdmin
from engine.broker.disk_reserve import DiskReserve
from engine.broker.fetch_sessions import FetchSessions
from engine.broker.fetch_waiters import FetchWaiters
from engine.broker.group_shell import GroupShell
from engine.broker.leadership import Leadership
from engine.broker.loggers import Loggers
from engine.broker.maintenance import Maintenance
from engine.broker.metadata import Metadata
from engine.broker.partitions import Partitions
from engine.broker.producer_ids import ProducerIds
from engine.broker.space import SpaceMeter
from engine.broker.throttling import Throttling
from engine.broker.topic_admin import TopicAdmin
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy
from engine.kernel.ids import BrokerId
from engine.protocol.api_keys import ApiKey


@dataclass(frozen=True, slots=True)
class BrokerParts:
    """Everything that the rows of the API table may pass on. One field per part."""

    config: EngineConfig
    clock: Clock
    entropy: Entropy
    node_id: BrokerId
    cluster: Cluster
    metadata: Metadata
    partitions: Partitions
    leadership: Leadership
    commit: GroupCommit
    fetch_waiters: FetchWaiters
    fetch_sessions: FetchSessions
    producer_ids: ProducerIds
    groups: GroupShell
    topic_admin: TopicAdmin
    config_admin: ConfigAdmin
    loggers: Loggers
    maintenance: Maintenance
    space: SpaceMeter
    reserve: DiskReserve
    throttling: Throttling
    directory_id: bytes
    """The id of the data directory, as a UUID."""
    served_apis: tuple[ApiKey, ...]

    @property
    def current(self) -> EngineConfig:
        """The values in force, of this moment; `config` has those of the start."""
        return self.metadata.settings.current
