"""Builds the parts of a broker over a data directory that is open and metadata that are replayed.

Nothing begins to run here: `engine.host` starts what has to be started, and ends it. Source of what
each part is given: `engine.broker.parts` and the parts themselves.
"""

import asyncio
from dataclasses import dataclass

from engine.broker.api_table import SERVED_APIS
from engine.broker.cluster import Cluster
from engine.broker.commit import GroupCommit
from engine.broker.config_admin import ConfigAdmin
from engine.broker.deletion_clock import deletion_clock
from engine.broker.disk_reserve import DiskReserve
from engine.broker.fetch_sessions import FetchSessions
from engine.broker.fetch_waiters import FetchWaiters
from engine.broker.group_settings import GroupSettingsInForce
from engine.broker.group_shell import GroupShell
from engine.broker.leadership import Leadership
from engine.broker.loggers import Loggers
from engine.broker.maintenance import Maintenance
from engine.broker.metadata import Metadata
from engine.broker.opening_threads import OpeningThreads
from engine.broker.partition_metrics import watch_partitions
from engine.broker.partitions import Partitions
from engine.broker.parts import BrokerParts
from engine.broker.producer_ids import ProducerIds
from engine.broker.space import SpaceMeter
from engine.broker.throttling import throttling_of
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_settings import TopicConfigurations
from engine.broker.topic_store import DirectoryStore
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import ThreadClock
from engine.kernel.clock_guard import ClockGuard
from engine.kernel.entropy import Entropy
from engine.kernel.event_log import EventLog
from engine.kernel.ids import BrokerId, parse_topic_id
from engine.metrics.registry import Registry
from engine.storage.log_directory import LogDirectory


@dataclass(frozen=True, slots=True)
class Assembly:
    """What every part may be given: the ports of the process, and where it tells of itself."""

    config: EngineConfig
    clock: ThreadClock
    entropy: Entropy
    loggers: Loggers
    events: EventLog
    registry: Registry

    def parts(
        self, directory: LogDirectory, metadata: Metadata, commit: GroupCommit
    ) -> BrokerParts:
        """Build everything, on the loop that is to run it."""
        config, clock, events = self.config, self.clock, self.events.of("broker")
        node_id = BrokerId(config.node_id)
        cluster = Cluster(directory.identity.cluster_id, node_id)
        topic_settings = TopicConfigurations(metadata.settings, metadata.catalogue)
        partitions = Partitions(
            metadata.catalogue,
            directory,
            topic_settings,
            commit,
            OpeningThreads(asyncio.get_running_loop(), clock),
            node_id=node_id,
            leader_epoch=metadata.counters.leader_epoch,
            clock=clock,
            log=events,
        )
        watch_partitions(partitions, self.registry)
        guard = deletion_clock(directory, clock, self.events)
        reserve = self._reserve(directory, metadata)
        maintenance = self._maintenance(directory, metadata, partitions, guard, reserve)
        topic_admin = TopicAdmin(
            catalogue=metadata.catalogue,
            settings=metadata.settings,
            metadata=metadata.log,
            store=DirectoryStore(
                directory, partitions, topic_settings, maintenance.discard, events=events
            ),
            cluster=cluster,
            entropy=self.entropy,
        )
        sessions = FetchSessions(config.max_incremental_fetch_session_cache_slots, self.entropy)
        return BrokerParts(
            config=config,
            clock=clock,
            entropy=self.entropy,
            node_id=node_id,
            cluster=cluster,
            metadata=metadata,
            partitions=partitions,
            leadership=Leadership(node_id, partitions),
            commit=commit,
            fetch_waiters=FetchWaiters(self.registry),
            fetch_sessions=sessions,
            producer_ids=ProducerIds(metadata),
            groups=self._groups(metadata, partitions, topic_admin, commit, guard),
            topic_admin=topic_admin,
            config_admin=ConfigAdmin(topic_admin, metadata, self.loggers, node_id),
            loggers=self.loggers,
            maintenance=maintenance,
            space=SpaceMeter(directory),
            reserve=reserve,
            throttling=throttling_of(config, metadata.quotas, clock, self.registry),
            directory_id=parse_topic_id(directory.identity.directory_id),
            served_apis=SERVED_APIS,
        )

    def _groups(
        self,
        metadata: Metadata,
        partitions: Partitions,
        topic_admin: TopicAdmin,
        commit: GroupCommit,
        guard: ClockGuard,
    ) -> GroupShell:
        return GroupShell(
            GroupSettingsInForce(metadata.settings, metadata.group_configs),
            catalogue=metadata.catalogue,
            partitions=partitions,
            topics=topic_admin,
            commit=commit,
            clock=self.clock,
            guard=guard,
            entropy=self.entropy,
            log=self.events.of("groups"),
        )

    def _maintenance(
        self,
        directory: LogDirectory,
        metadata: Metadata,
        partitions: Partitions,
        guard: ClockGuard,
        reserve: DiskReserve,
    ) -> Maintenance:
        return Maintenance(
            directory,
            metadata.catalogue,
            partitions,
            metadata.log,
            settings=metadata.settings,
            clock=self.clock,
            guard=guard,
            reserve=reserve,
            events=self.events.of("maintenance"),
            registry=self.registry,
        )

    def _reserve(self, directory: LogDirectory, metadata: Metadata) -> DiskReserve:
        return DiskReserve(
            directory.space,
            lambda: metadata.settings.current.disk_reserve_bytes,
            clock=self.clock,
            events=self.events.of("maintenance"),
            registry=self.registry,
        )
