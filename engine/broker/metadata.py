"""What the broker durably knows beside its topics' records: the states, and the log behind them.

`open_metadata` finds or makes the metadata log in a data directory and replays it; `settle` brings
the directory in step with it: whatever a crash left behind between a directory and its entry has no
topic and is removed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue
from engine.broker.commit import SyncRunner
from engine.broker.counters import Counters, leader_epoch_entry, producer_ids_entry
from engine.broker.metadata_log import METADATA_LOG_CONFIG, METADATA_TOPIC_ID, MetadataLog
from engine.broker.topic_names import CLUSTER_METADATA
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.log_directory import LogDirectory

METADATA_PARTITION = TopicPartition(CLUSTER_METADATA, 0)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The durable states and their log."""

    catalogue: Catalogue
    settings: BrokerSettings
    counters: Counters
    log: MetadataLog

    async def allocate_producer_ids(self, count: int) -> int:
        """Reserve so many producer ids on disk; the first of them. Raises StorageError."""
        async with self.log.turn:
            first = self.counters.next_producer_id
            await self.log.commit([producer_ids_entry(first + count)])
            return first

    async def begin_leader_epoch(self) -> None:
        """Begin a new leader epoch: the last process may have lost records that were read.

        Raises StorageError.
        """
        async with self.log.turn:
            await self.log.commit([leader_epoch_entry(self.counters.leader_epoch + 1)])


def open_metadata(
    directory: LogDirectory,
    config: EngineConfig,
    runner: SyncRunner,
    *,
    clock: Clock,
    events: EventLog,
) -> Metadata:
    """Replay the metadata log of a data directory. Blocks.

    Raises UnknownMetadata for entries of a newer version, StorageError and OSError.
    """
    log = directory.open_partition(METADATA_PARTITION, METADATA_TOPIC_ID, METADATA_LOG_CONFIG)
    catalogue, settings, counters = Catalogue(), BrokerSettings(config), Counters()
    metadata_log = MetadataLog(
        log, (catalogue, settings, counters), runner, clock=clock, events=events
    )
    metadata_log.load()
    return Metadata(catalogue, settings, counters, metadata_log)


def settle(
    directory: LogDirectory, catalogue: Catalogue, discarded: Callable[[TopicPartition], None]
) -> list[DirectoryDeletion]:
    """Take the directories out that belong to no topic. Blocks for one sync; raises OSError.

    `discarded` is told of each. What is returned frees the bytes.
    """
    orphans: list[TopicPartition] = []
    for topic_partition in directory.partitions():
        if topic_partition == METADATA_PARTITION:
            continue
        topic = catalogue.by_name(topic_partition.topic)
        if topic is None or topic_partition.partition >= len(topic.partitions):
            orphans.append(topic_partition)
            discarded(topic_partition)
    return directory.delete_partitions(orphans)
