"""A listener with handlers of a test's own: the server without a broker behind it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

from engine.broker.api_row import ApiRow
from engine.broker.client_quotas import ClientQuotas
from engine.broker.client_software import ClientSoftware
from engine.broker.commit import Durability, GroupCommit, SyncRunner
from engine.broker.connection_rates import ConnectionRates
from engine.broker.dispatch import Dispatcher
from engine.broker.io import FileCalls
from engine.broker.parts import BrokerParts
from engine.broker.quota_rates import QuotaWindows
from engine.config.address import Address
from engine.config.engine_config import EngineConfig
from engine.config.kinds import INT_MAX
from engine.kernel.event_log import EventLog
from engine.kernel.tasks import Tasks
from engine.metrics.registry import Registry
from engine.server.admission import Admission, ConnectionLimits
from engine.server.connection_parts import ConnectionParts
from engine.server.frames import SCRATCH_BYTES, FrameBuffers
from engine.server.front import Front, Wanted
from engine.server.output import FileReads
from engine.server.unsent import Unsent
from tests.support.clock import FakeClock
from tests.support.quotas import WINDOWS, throttling
from tests.support.wire_client import WireClient

LOGGER = logging.getLogger("tests.served_handlers")
IDLE_MS_MAX = 600_000


class NoDisk:
    """There are no partitions, so there is nothing to sync."""

    def run(self, tickets: Sequence[object], done: Callable[[Sequence[None]], None]) -> None:
        raise AssertionError("nothing is ever written here")


class ServedHandlers:
    """The running listener and what a test wants to look at."""

    def __init__(
        self,
        front: Front,
        connections: Admission,
        address: Address,
        clock: FakeClock,
        registry: Registry,
        tasks: Tasks,
        buffers: FrameBuffers,
        unsent: Unsent,
    ) -> None:
        self.front = front
        self.connections = connections
        self.address = address
        self.clock = clock
        self.registry = registry
        self.tasks = tasks
        self.buffers = buffers
        self.unsent = unsent

    def connect(self) -> WireClient:
        return WireClient(*self.address)


@asynccontextmanager
async def served(
    *rows: ApiRow,
    request_bytes_max: int = 100 * 1024 * 1024,
    buffer_bytes_max: int = 1 << 28,
    files_max: int = 1000,
    connections_max: int = 1000,
    connections_per_host_max: int = 1000,
    quotas: ClientQuotas | None = None,
    windows: QuotaWindows = WINDOWS,
    connections_per_s_max: int = INT_MAX,
    reads: FileReads | None = None,
    clock: FakeClock | None = None,
) -> AsyncIterator[ServedHandlers]:
    """Serve the rows, whose `build` gets no parts, on a free loopback port."""
    loop = asyncio.get_running_loop()
    clock, registry = clock or FakeClock(), Registry()
    log = EventLog(LOGGER, clock)
    failures: list[tuple[str, BaseException]] = []
    tasks = Tasks(lambda name, error: failures.append((name, error)))
    files = FileCalls(loop)
    commit = GroupCommit(
        Durability.FSYNC, cast(SyncRunner, NoDisk()), clock=clock, registry=registry, log=log
    )
    quotas = ClientQuotas() if quotas is None else quotas
    measures = throttling(quotas, clock, registry)
    config = EngineConfig(max_connection_creation_rate=connections_per_s_max)
    rates = ConnectionRates(quotas, windows, lambda: config, clock=clock, registry=registry)
    limits = ConnectionLimits(connections_max, connections_per_host_max)
    admission = Admission(registry, lambda: limits)
    buffers, unsent = FrameBuffers(buffer_bytes_max), Unsent(files_max)
    front = Front(
        ConnectionParts(
            dispatcher=Dispatcher(rows, cast(BrokerParts, None), registry),
            commit=commit,
            scratch=memoryview(bytearray(SCRATCH_BYTES)),
            buffers=buffers,
            files=reads or files,
            tasks=tasks,
            clock=clock,
            registry=registry,
            log=log,
            request_bytes_max=request_bytes_max,
            throttling=measures,
            software=ClientSoftware(registry),
            unsent=unsent,
        ),
        admission,
        rates,
        idle_ms_max=lambda: IDLE_MS_MAX,
        backlog=100,
    )
    bound = await front.open([Wanted("TEST", Address("127.0.0.1", 0), "listen")])
    try:
        yield ServedHandlers(
            front, admission, bound["TEST"], clock, registry, tasks, buffers, unsent
        )
    finally:
        front.stop_accepting()
        front.close_connections()
        await tasks.close()
        files.close()
    assert not failures
