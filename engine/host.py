"""The engine as a whole: begins with its parts in order and ends them in the reverse order.

    async with Engine(config) as engine:
        print(engine.address)

A start that fails half-way ends what it began. A stop answers what was taken: requests under way
are finished as far as the disk allows, logs are put on disk, and the marker of a clean end is left.
"""

import asyncio
import logging
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

from engine.broker.api_table import API_TABLE
from engine.broker.assembly import Assembly
from engine.broker.broker_settings import BrokerSettings
from engine.broker.client_software import ClientSoftware
from engine.broker.cluster import Node
from engine.broker.commit import Durability, GroupCommit
from engine.broker.connection_rates import ConnectionRates
from engine.broker.directory_closing import SECONDS_MAX, DirectoryClosing
from engine.broker.dispatch import Dispatcher
from engine.broker.io import FileCalls
from engine.broker.loggers import Loggers
from engine.broker.maintenance import Maintenance
from engine.broker.metadata import Metadata, open_metadata, settle
from engine.broker.parts import BrokerParts
from engine.broker.reloading import take_over
from engine.broker.sync_threads import SyncThreads
from engine.config.address import Address, parse_address
from engine.config.engine_config import EngineConfig
from engine.config.listeners import FIRST_LISTENER
from engine.config.reload import ConfigNews
from engine.kernel.clock import ThreadClock
from engine.kernel.descriptors import budget_of, descriptors_allowed
from engine.kernel.entropy import Entropy
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.kernel.system import SystemClock, SystemEntropy
from engine.kernel.tasks import Tasks
from engine.metrics import catalogue
from engine.metrics.process import watch_process
from engine.metrics.registry import Registry
from engine.server.admission import Admission, limits_of
from engine.server.connection_parts import ConnectionParts
from engine.server.frames import SCRATCH_BYTES, FrameBuffers
from engine.server.front import Front, Wanted
from engine.server.health import serve_health
from engine.server.unsent import Unsent
from engine.storage.filesystem import FileSystem
from engine.storage.log_directory import LogDirectory
from engine.storage.posix import PosixFileSystem

LOGGER_NAME: Final = "kconsole.engine"

STOP_SECONDS_MAX: Final = 10.0
"""How long requests that are under way at the stop may take to be answered."""


class Engine:
    """One broker. Start it on the loop that is to run it; it serves until `stop`."""

    def __init__(
        self,
        config: EngineConfig,
        *,
        clock: ThreadClock | None = None,
        entropy: Entropy | None = None,
        filesystem: FileSystem | None = None,
        began_s: float | None = None,
        saving_seconds_max: float = SECONDS_MAX,
    ) -> None:
        """`began_s` is when the program that this is the work of began, by the clock's monotonic
        time; without it a start is counted from itself. `saving_seconds_max` is how long a stop may
        save logs."""
        self.config = config
        self._began_s = began_s
        self._filesystem = filesystem or PosixFileSystem()
        self._clock = clock or SystemClock()
        self._entropy = entropy or SystemEntropy()
        self._loggers = Loggers(logging.getLogger(LOGGER_NAME))
        self._events = EventLog(logging.getLogger(LOGGER_NAME), self._clock)
        self._registry = Registry()
        self._assembly = Assembly(
            config=config,
            clock=self._clock,
            entropy=self._entropy,
            loggers=self._loggers,
            events=self._events,
            registry=self._registry,
        )
        self._ending = AsyncExitStack()
        self._descriptors = budget_of(descriptors_allowed())
        self._is_ready = False
        self._closing = DirectoryClosing(self._events, saving_seconds_max)
        self._settings = BrokerSettings(config)
        self.start_seconds = 0.0
        """What the start took, once started."""
        self.address = Address("", 0)
        """Where clients are served, once started: the port that was bound."""
        self.addresses: Mapping[str, Address] = {}
        """Where clients are served, by listener."""
        self.metrics_address: Address | None = None
        """Where metrics are served; None without."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Take over the data directory, recover it and serve.

        Raises DirectoryInUse, AddressInUse, other EngineErrors and OSError; then nothing runs.
        """
        began_s = self._clock.monotonic_s() if self._began_s is None else self._began_s
        try:
            await self._start()
        except BaseException:
            await self._ending.aclose()
            raise
        self._is_ready = True
        self._closing.note_served()
        self.start_seconds = round(self._clock.monotonic_s() - began_s, 2)
        self._events.info(
            "engine_started",
            address=str(self.address),
            data=self.config.data,
            seconds=self.start_seconds,
        )

    async def stop(self) -> None:
        """Finish what was taken, put everything on disk and end. Harmless when not running."""
        if self._is_ready:
            self._is_ready = False
            self._events.info("engine_stopping")
        await self._ending.aclose()

    def hurry(self) -> None:
        """Let a stop leave to the next start what it has not saved yet."""
        self._closing.hurry()

    def take(self, news: ConfigNews) -> None:
        """Take over what has become of the configuration, as far as can be while running."""
        take_over(self._settings, news, self._events)

    async def _start(self) -> None:
        ending = self._ending
        loop = asyncio.get_running_loop()
        watch_process(self._registry, started_ms=self._clock.wall_ms())
        ending.callback(self._loggers.restore)
        # First: who has the directory has its addresses too, and only the directory tells who.
        directory = self._open_directory()
        ending.push_async_callback(self._closing.close, directory)
        await self._serve_metrics()
        directory.on_progress = self._tell_progress
        for path in directory.unreadable_files:
            self._events.error("checkpoint_unreadable", path=path)
        syncs = SyncThreads(loop)
        ending.callback(syncs.close)
        clock, events = self._clock, self._events.of("metadata")
        # Its log may be long, and its end to be checked: whoever asks for our health is answered.
        metadata = await asyncio.to_thread(
            open_metadata, directory, self._settings, syncs, clock=clock, events=events
        )
        await metadata.set_in_sync()
        if not directory.was_clean:
            self._events.warning("unclean_end_found", data=self.config.data)
            await metadata.begin_leader_epoch(directory.spare_room, events)
        commit = GroupCommit(
            Durability(self.config.durability),
            syncs,
            clock=self._clock,
            registry=self._registry,
            log=self._events.of("broker"),
            files_max=self._descriptors.files,
        )
        parts = self._assembly.parts(directory, metadata, commit)
        self._settle(directory, metadata, parts.maintenance)
        ending.callback(parts.partitions.close)
        ending.push_async_callback(commit.drained)
        parts.maintenance.start()
        ending.push_async_callback(parts.maintenance.stop)
        parts.groups.start()
        ending.push_async_callback(parts.groups.stop)
        await self._listen(parts, loop)
        directory.tell_address(str(self.address), str(self.metrics_address or ""))

    def _open_directory(self) -> LogDirectory:
        path = self.config.data_dir
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LogDirectory.open(
            str(path.resolve()),
            self._filesystem,
            self._clock,
            self._entropy,
            pid=os.getpid(),
            node_id=self.config.node_id,
            open_files_max=self._descriptors.files,
        )

    def _tell_progress(self, partition: TopicPartition, checked_bytes: int, of_bytes: int) -> None:
        self._events.info(
            "log_recovering",
            partition=str(partition),
            checked_bytes=checked_bytes,
            of_bytes=of_bytes,
        )

    def _settle(
        self, directory: LogDirectory, metadata: Metadata, maintenance: Maintenance
    ) -> None:
        """Take the directories out that a crash left without a topic."""
        settled = settle(directory, metadata.catalogue)
        for path in settled.strays:
            self._events.error("partition_set_aside", path=path)
        maintenance.discard(settled.deletions, 0)

    async def _listen(self, parts: BrokerParts, loop: asyncio.AbstractEventLoop) -> None:
        config, registry = self.config, self._registry
        files = FileCalls(loop)
        self._ending.callback(files.close)
        tasks = Tasks(lambda name, error: self._events.error("task_failed", error, task=name))
        self._ending.push_async_callback(tasks.close)
        buffers = FrameBuffers(config.queued_max_request_bytes)
        registry.watch(
            catalogue.REQUEST_BUFFER_BYTES, lambda: [((), float(buffers.promised_bytes))]
        )
        registry.watch(
            catalogue.REQUEST_BUFFER_KEPT_BYTES, lambda: [((), float(buffers.kept_bytes))]
        )
        parts_of_connections = ConnectionParts(
            dispatcher=Dispatcher(API_TABLE, parts, registry),
            commit=parts.commit,
            scratch=memoryview(bytearray(SCRATCH_BYTES)),
            buffers=buffers,
            files=files,
            tasks=tasks,
            clock=self._clock,
            registry=registry,
            log=self._events.of("server"),
            request_bytes_max=config.socket_request_max_bytes,
            throttling=parts.throttling,
            software=ClientSoftware(registry),
            unsent=Unsent(self._descriptors.files),
        )
        admission = Admission(
            registry, lambda: limits_of(parts.current, self._descriptors.connections)
        )
        front = Front(
            parts_of_connections,
            admission,
            ConnectionRates(
                parts.metadata.quotas,
                parts.throttling.windows,
                lambda: parts.current,
                clock=self._clock,
                registry=registry,
            ),
            idle_ms_max=lambda: parts.current.connections_max_idle_ms,
            backlog=config.socket_listen_backlog_size,
        )
        bound = await front.open(
            [Wanted(each.name, each.address, each.key) for each in config.all_listeners]
        )
        self._ending.push_async_callback(self._close_front, front, parts, tasks)
        self.addresses = bound
        self.address = bound[FIRST_LISTENER]
        told = {each.name: each.told(bound[each.name].port) for each in config.all_listeners}
        parts.cluster.nodes = [Node(parts.node_id, told, config.broker_rack)]

    async def _close_front(self, front: Front, parts: BrokerParts, requests: Tasks) -> None:
        """Take no more, let what was appended be committed and answered, then hang up."""
        front.stop_accepting()
        await parts.groups.stop()
        await parts.commit.drained()
        await requests.ended(STOP_SECONDS_MAX)
        front.close_connections()

    async def _serve_metrics(self) -> None:
        if not self.config.metrics_listen:
            return
        address = parse_address(self.config.metrics_listen)
        server = await serve_health(address, self._registry, lambda: self._is_ready)
        self._ending.callback(server.close)
        self.metrics_address = Address(server.host, server.port)
