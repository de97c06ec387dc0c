"""Partitions on real logs in a temporary directory, and a disk whose syncs a test ends by hand."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.broker.commit import Durability, GroupCommit
from engine.broker.partition import Partition
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import BrokerId, TopicId, TopicPartition
from engine.metrics.registry import Registry
from engine.storage.filesystem import FileSystem
from engine.storage.log_config import LogConfig
from engine.storage.log_directory import LogDirectory
from engine.storage.open_files import OPEN_FILES_MAX
from engine.storage.partition_log import Origin
from engine.storage.posix import PosixFileSystem
from engine.storage.sync_ticket import SyncTicket
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.running_engine import batch

TOPIC_ID = TopicId(b"\x05" * 16)
Done = Callable[[Sequence[OSError | None]], None]


class HandSyncs:
    """A `SyncRunner` whose rounds end when a test says so, well or badly."""

    def __init__(self) -> None:
        self.rounds: list[tuple[Sequence[SyncTicket], Done]] = []

    def run(self, tickets: Sequence[SyncTicket], done: Done) -> None:
        self.rounds.append((tickets, done))

    def finish(self, error: OSError | None = None, *, index: int = 0) -> None:
        """End a round, the oldest unless told otherwise; its syncs succeed or fail alike."""
        tickets, done = self.rounds.pop(index)
        if error is None:
            for ticket in tickets:
                ticket.run()
        done([error] * len(tickets))

    def finish_all(self) -> None:
        """End rounds until there are none."""
        while self.rounds:
            self.finish()


class Told:
    """A `CommitWaiter` that remembers what it was told."""

    def __init__(self) -> None:
        self.committed_tokens: list[object] = []
        self.failures: list[tuple[object, EngineError]] = []

    def committed(self, token: object) -> None:
        self.committed_tokens.append(token)

    def failed(self, token: object, error: EngineError) -> None:
        self.failures.append((token, error))


class Disk:
    """A data directory with some partitions of one topic, and their group commit."""

    def __init__(
        self,
        path: Path,
        durability: Durability = Durability.FSYNC,
        filesystem: FileSystem | None = None,
        files_max: int = OPEN_FILES_MAX,
    ) -> None:
        if filesystem is None:
            filesystem = PosixFileSystem()
            path.mkdir(exist_ok=True)
        self.clock = clock = FakeClock()
        self.syncs = HandSyncs()
        self.registry = Registry()
        self.directory = LogDirectory.open(
            str(path), filesystem, clock, SeededEntropy(), pid=1, open_files_max=files_max
        )
        log = EventLog(logging.getLogger("tests.disk"), clock)
        self.commit = GroupCommit(
            durability,
            self.syncs,
            clock=clock,
            registry=self.registry,
            log=log,
            files_max=files_max,
        )

    def partition(self, index: int = 0) -> Partition:
        """A partition, made if the directory does not hold it."""
        name = TopicPartition("orders", index)
        if not self.directory.holds(name):
            self.directory.create_partitions([name], TOPIC_ID)
        log = self.directory.open_partition(name, TOPIC_ID, LogConfig())
        return Partition(
            log, leader_id=BrokerId(1), leader_epoch=0, is_internal=False, min_insync_replicas=1
        )


def stage(partition: Partition, *values: bytes) -> tuple[int, int]:
    """Append one batch; its exclusive end offset and its size."""
    records = batch(*values)
    result = partition.log.append(memoryview(records), leader_epoch=0, origin=Origin.CLIENT)
    return result.last_offset + 1, len(records)
