"""The parts that serve and keep topics and configurations, built together."""

from dataclasses import dataclass

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue
from engine.broker.cluster import Cluster
from engine.broker.config_admin import ConfigAdmin
from engine.broker.leadership import Leadership
from engine.broker.maintenance import Maintenance
from engine.broker.metadata import Metadata
from engine.broker.partitions import Partitions, TopicSettings
from engine.broker.space import SpaceMeter
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_store import DirectoryStore
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy
from engine.kernel.event_log import EventLog
from engine.storage.log_directory import LogDirectory


@dataclass(frozen=True, slots=True)
class TopicParts:
    """What the handlers of topics and configurations are built from."""

    catalogue: Catalogue
    settings: BrokerSettings
    cluster: Cluster
    leadership: Leadership
    admin: TopicAdmin
    config_admin: ConfigAdmin
    space: SpaceMeter
    maintenance: Maintenance


def build_topic_parts(
    *,
    config: EngineConfig,
    directory: LogDirectory,
    metadata: Metadata,
    partitions: Partitions,
    topic_settings: TopicSettings,
    cluster: Cluster,
    clock: Clock,
    entropy: Entropy,
    events: EventLog,
) -> TopicParts:
    """Build them on an open data directory. `maintenance` is not started."""
    maintenance = Maintenance(
        directory,
        metadata.catalogue,
        partitions,
        metadata.log,
        config=config,
        clock=clock,
        events=events,
    )
    store = DirectoryStore(
        directory, partitions, topic_settings, maintenance.discard, events=events
    )
    admin = TopicAdmin(
        catalogue=metadata.catalogue,
        settings=metadata.settings,
        metadata=metadata.log,
        store=store,
        cluster=cluster,
        entropy=entropy,
    )
    return TopicParts(
        catalogue=metadata.catalogue,
        settings=metadata.settings,
        cluster=cluster,
        leadership=Leadership(cluster.node_id, partitions),
        admin=admin,
        config_admin=ConfigAdmin(admin, metadata.settings, cluster.node_id),
        space=SpaceMeter(directory),
        maintenance=maintenance,
    )
