"""The parts that serve topics and configurations, on a real directory, without a server.

A crash is played by opening a copy of the directory as it is.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.broker.broker_settings import BrokerSettings
from engine.broker.cluster import Cluster, Node
from engine.broker.commit import Durability, GroupCommit
from engine.broker.config_admin import ConfigAdmin
from engine.broker.context import ConnectionFacts, RequestContext
from engine.broker.disk_reserve import DiskReserve
from engine.broker.leadership import Leadership
from engine.broker.loggers import Loggers
from engine.broker.maintenance import Maintenance
from engine.broker.metadata import open_metadata, settle
from engine.broker.opening_threads import Failure, GiveUp
from engine.broker.openings import OpeningRunner
from engine.broker.partitions import Partitions
from engine.broker.space import SpaceMeter
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_settings import TopicConfigurations
from engine.broker.topic_store import DirectoryStore
from engine.config.address import Address
from engine.config.engine_config import EngineConfig
from engine.kernel.clock_guard import ClockGuard
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import BrokerId
from engine.metrics.registry import Registry
from engine.protocol.api_keys import ApiKey
from engine.protocol.headers import RequestHeader
from engine.records.builder import NewRecord, build_batch
from engine.storage.filesystem import FileSystem
from engine.storage.log_directory import LogDirectory
from engine.storage.log_opening import LogOpening
from engine.storage.posix import PosixFileSystem
from engine.storage.sync_ticket import SyncTicket
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.quotas import throttling

LOGGER = logging.getLogger("tests.topic_broker")


class InlineSyncs:
    """A `SyncRunner` without a thread; `error` is what the next syncs fail with.

    While it hangs, whoever comes waits for `go_on`.
    """

    def __init__(self) -> None:
        self.error: OSError | None = None
        self.runs = 0
        self.is_hanging = False
        self._waiting: list[Callable[[], None]] = []

    def run(
        self, tickets: Sequence[SyncTicket], done: Callable[[Sequence[OSError | None]], None]
    ) -> None:
        if self.is_hanging:
            self._waiting.append(lambda: self.run(tickets, done))
            return
        self.runs += 1
        outcomes: list[OSError | None] = []
        for ticket in tickets:
            error = self.error
            if error is None:
                try:
                    ticket.run()
                except OSError as failure:
                    error = failure
            outcomes.append(error)
        asyncio.get_running_loop().call_soon(done, outcomes)

    def go_on(self) -> None:
        """Hang no more, and run what has waited."""
        self.is_hanging = False
        waiting, self._waiting = self._waiting, []
        for run in waiting:
            run()


class InlineOpenings:
    """An `OpeningRunner` without a thread: a log is open at once."""

    def run(self, opening: LogOpening, done: Callable[[Failure], None]) -> GiveUp:
        failure: Failure = None
        try:
            opening.run()
        except (EngineError, OSError) as error:
            failure = error
        done(failure)
        return list

    def close(self) -> None:
        """Nothing runs."""


def _real_disk(path: Path) -> FileSystem:
    path.mkdir(exist_ok=True)
    return PosixFileSystem()


class TopicBroker:
    """An open data directory and what keeps its topics.

    `started_ahead_s` is how far the wall clock is ahead of the time of the last process.
    """

    def __init__(
        self,
        path: Path,
        *,
        filesystem: FileSystem | None = None,
        clock: FakeClock | None = None,
        openings: OpeningRunner | None = None,
        started_ahead_s: float = 0.0,
        entropy: SeededEntropy | None = None,
        **settings: Any,
    ) -> None:
        self.config = EngineConfig(data=str(path), **settings)
        self.clock = clock or FakeClock()
        self.clock.step_wall(started_ahead_s)
        self.syncs = InlineSyncs()
        self.filesystem = filesystem or _real_disk(path)
        self.events = events = EventLog(LOGGER, self.clock)
        entropy = entropy or SeededEntropy(hash(str(path)))
        self.directory = LogDirectory.open(str(path), self.filesystem, self.clock, entropy, pid=1)
        self.metadata = open_metadata(
            self.directory, BrokerSettings(self.config), self.syncs, clock=self.clock, events=events
        )
        self.settled = settle(self.directory, self.metadata.catalogue)
        topic_settings = TopicConfigurations(self.metadata.settings, self.metadata.catalogue)
        self.registry = Registry()
        self.commit = GroupCommit(
            Durability.FSYNC, self.syncs, clock=self.clock, registry=self.registry, log=events
        )
        self.partitions = Partitions(
            self.metadata.catalogue,
            self.directory,
            topic_settings,
            self.commit,
            openings or InlineOpenings(),
            node_id=BrokerId(1),
            leader_epoch=self.metadata.counters.leader_epoch,
            clock=self.clock,
            log=events,
        )
        self.guard = ClockGuard(self.clock, self.clock.wall - round(started_ahead_s * 1000))
        cluster = Cluster("cluster", BrokerId(1))
        cluster.nodes = (Node(BrokerId(1), {"PLAINTEXT": Address("broker.example", 9092)}, "rack"),)
        self.cluster = cluster
        self.reserve = DiskReserve(
            self.directory.space,
            lambda: self.metadata.settings.current.disk_reserve_bytes,
            clock=self.clock,
            events=events,
            registry=self.registry,
        )
        self.maintenance = self._new_maintenance(events)
        self.admin = TopicAdmin(
            catalogue=self.metadata.catalogue,
            settings=self.metadata.settings,
            metadata=self.metadata.log,
            store=DirectoryStore(
                self.directory,
                self.partitions,
                topic_settings,
                self.maintenance.discard,
                events=events,
            ),
            cluster=cluster,
            entropy=entropy,
        )
        self.loggers = Loggers(LOGGER)
        self.config_admin = ConfigAdmin(self.admin, self.metadata, self.loggers, BrokerId(1))
        self.leadership = Leadership(BrokerId(1), self.partitions)
        self.space = SpaceMeter(self.directory)
        self.throttling = throttling(self.metadata.quotas, self.clock)

    def _new_maintenance(self, events: EventLog) -> Maintenance:
        return Maintenance(
            self.directory,
            self.metadata.catalogue,
            self.partitions,
            self.metadata.log,
            settings=self.metadata.settings,
            clock=self.clock,
            guard=self.guard,
            reserve=self.reserve,
            events=events,
            registry=self.registry,
        )

    @property
    def path(self) -> Path:
        return Path(self.config.data)

    def names(self) -> list[str]:
        """The names of all topics."""
        return [topic.name for topic in self.metadata.catalogue.topics()]

    def crash_copy(self, name: str) -> Path:
        """A copy of the directory as a killed process would leave it."""
        target = self.path.parent / name
        shutil.copytree(self.path, target)
        return target

    async def close(self) -> None:
        """Stop maintenance and end in order."""
        await self.maintenance.stop()
        self.directory.close()


@asynccontextmanager
async def topic_broker(path: Path, **settings: Any) -> AsyncIterator[TopicBroker]:
    """A `TopicBroker` that is closed at the end; settings are fields of `EngineConfig`."""
    broker = TopicBroker(path, **settings)
    try:
        yield broker
    finally:
        await broker.close()


def context(api_key: ApiKey, version: int) -> RequestContext:
    """The facts of a request in this version."""
    header = RequestHeader(api_key, version, 1, "test")
    return RequestContext(header, ConnectionFacts("TEST", "127.0.0.1", 5))


async def append(
    broker: TopicBroker,
    name: str,
    value: bytes = b"v",
    *,
    count: int = 1,
    timestamp_ms: int | None = None,
    key: bytes | None = None,
) -> None:
    """Commit one batch of so many records to partition 0 of a topic."""
    partition = broker.partitions.find(name, 0)
    assert partition is not None
    at_ms = broker.clock.wall if timestamp_ms is None else timestamp_ms
    batch = build_batch([NewRecord(at_ms, key, value)] * count)
    partition.log.append(batch, leader_epoch=partition.leader_epoch)
    await broker.commit.wait(partition, partition.log.log_end_offset, len(batch))
