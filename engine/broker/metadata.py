"""What the broker durably knows beside its topics' records: the states, and the log behind them.

`open_metadata` finds or makes the metadata log in a data directory and replays it; `settle` brings
the directory in step with it: what a crash left between a directory and its entry has no topic and
is taken out.
"""

from dataclasses import dataclass
from typing import NamedTuple

from engine.broker.broker_settings import ALL_BROKERS, BrokerSettings, settings_entry
from engine.broker.catalogue import Catalogue
from engine.broker.client_quotas import ClientQuotas
from engine.broker.commit import SyncRunner
from engine.broker.config_changes import MIN_IN_SYNC
from engine.broker.counters import Counters, leader_epoch_entry, producer_ids_entry
from engine.broker.metadata_log import METADATA_LOG_CONFIG, METADATA_TOPIC_ID, MetadataLog
from engine.broker.named_configs import NamedConfigs, client_metrics, group_configs
from engine.broker.topic_names import CLUSTER_METADATA
from engine.kernel.clock import Clock
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.errors import StorageFull
from engine.storage.log_directory import LogDirectory
from engine.storage.spare_room import SpareRoom

METADATA_PARTITION = TopicPartition(CLUSTER_METADATA, 0)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The durable states and their log."""

    catalogue: Catalogue
    settings: BrokerSettings
    group_configs: NamedConfigs
    client_metrics: NamedConfigs
    counters: Counters
    quotas: ClientQuotas
    log: MetadataLog

    async def allocate_producer_ids(self, count: int) -> int:
        """Reserve so many producer ids on disk; the first of them. Raises StorageError."""
        async with self.log.turn:
            first = self.counters.next_producer_id
            await self.log.commit([producer_ids_entry(first + count)])
            return first

    async def set_in_sync(self) -> None:
        """Set `min.insync.replicas` for all brokers, once, to what the file says.

        Kafka does so when a cluster gets eligible leader replicas (KIP-966), so that the same
        number holds wherever a leader is elected. Raises StorageError.
        """
        async with self.log.turn:
            present = self.settings.of(ALL_BROKERS)
            if MIN_IN_SYNC not in present:
                value = str(self.settings.configs.value(MIN_IN_SYNC))
                await self.log.commit(
                    [settings_entry(ALL_BROKERS, {**present, MIN_IN_SYNC: value})]
                )

    async def begin_leader_epoch(self, spare_room: SpareRoom, events: EventLog) -> None:
        """Begin a new leader epoch: the last process may have lost records that were read.

        As much of the spare room is given up as this takes. Raises StorageError, OSError.
        """
        entries = [leader_epoch_entry(self.counters.leader_epoch + 1)]
        async with self.log.turn:
            has_begun = False
            while not has_begun:
                try:
                    await self.log.commit(entries)
                    has_begun = True
                except StorageFull:
                    size_bytes = spare_room.give_up_some()
                    if not size_bytes:
                        raise
                    events.warning(
                        "spare_room_given_up",
                        size_bytes=size_bytes,
                        left_bytes=spare_room.left_bytes(),
                    )


def open_metadata(
    directory: LogDirectory,
    settings: BrokerSettings,
    runner: SyncRunner,
    *,
    clock: Clock,
    events: EventLog,
) -> Metadata:
    """Replay the metadata log of a data directory; `settings` have the file's values. Blocks.

    Raises UnknownMetadata for entries of a newer version, StorageError and OSError.
    """
    log = directory.open_partition(METADATA_PARTITION, METADATA_TOPIC_ID, METADATA_LOG_CONFIG)
    catalogue, counters = Catalogue(), Counters()
    groups, subscriptions, quotas = group_configs(), client_metrics(), ClientQuotas()
    states = (catalogue, settings, groups, subscriptions, counters, quotas)
    metadata_log = MetadataLog(
        log, states, runner, space=directory.space, clock=clock, events=events
    )
    metadata_log.load()
    return Metadata(catalogue, settings, groups, subscriptions, counters, quotas, metadata_log)


class Settled(NamedTuple):
    """What `settle` did with the directories that belong to no topic."""

    deletions: list[DirectoryDeletion]
    """Free the bytes of those that were empty or whose topic was deleted."""
    strays: list[str]
    """Where those lie now that hold records of a topic nothing is known of."""


def settle(directory: LogDirectory, catalogue: Catalogue) -> Settled:
    """Take the directories out that belong to no topic. Blocks; raises OSError.

    Records are removed only if the topic is known to have been deleted. Otherwise the metadata may
    be what was lost: its directories are set aside, for people to look at.
    """
    doomed: list[TopicPartition] = []
    strays: list[TopicPartition] = []
    for topic_partition in directory.partitions():
        topic = catalogue.by_name(topic_partition.topic)
        is_known = topic is not None and topic_partition.partition < len(topic.partitions)
        if is_known or topic_partition == METADATA_PARTITION:
            continue
        topic_id = directory.topic_id(topic_partition)
        was_deleted = topic_id is not None and catalogue.was_deleted(topic_id)
        if was_deleted or not directory.size_bytes(topic_partition):
            doomed.append(topic_partition)
        else:
            strays.append(topic_partition)
    settled = Settled(directory.delete_partitions(doomed), directory.set_aside(strays))
    catalogue.settled()
    return settled
