"""The broker of the console itself: an engine in a child process, watched and started again.

States, as the connection of the snapshot tells them:

| state      | what happens                                                                  |
|------------|-------------------------------------------------------------------------------|
| STARTING   | the child process is on its way                                               |
| CONNECTING | it serves; the first answer is awaited                                        |
| CONNECTED  | it answers                                                                    |
| RESTARTING | it died; it is started again after a pause, with the same address             |
| GAVE_UP    | it does not stay up, or cannot be started: a person has to act                |
| LOST       | another process holds the data, and its broker does not answer, or not yet    |
| STOPPED    | the broker of another process has ended: the next one is awaited              |

Whose broker serves, and what changes that:

| from \\ event       | it ends             | another process holds the data | `start`       |
|---------------------|---------------------|--------------------------------|---------------|
| ours                | ours, started again | attached to that one           | -             |
| attached to another | none, awaited       | attached to that one           | -             |
| none, awaited       | -                   | attached to that one           | ours, started |

What another process served is not taken over unasked: whoever stopped it may start it again, and
would find data and port in use. A console is attached to what has answered it; a process that holds
the data and never did counts as a broker of ours that died. When the address is taken, any free
port is used, and a notice says so.

The client is loaded when the first thing is asked through it, so that the child is on its way, and
the first frame drawn, before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from console.adapters.engine_metrics import MetricsSource
from console.adapters.link import Link
from console.adapters.supervision import RESTARTS_MAX, Restarts
from console.model.cluster import Connection, ConnectionState
from console.model.text import plain
from console.port.clock import Clock
from console.port.errors import ClusterError, Unreachable
from engine.child import ChildFailed, ChildReady
from engine.config.load import ConfigError
from engine.config.reload import ConfigNews
from engine.failures import FailureKind
from engine.storage.directory_lock import Owner

if TYPE_CHECKING:
    from console.adapters.kafka_reads import KafkaReads
    from console.adapters.kafka_records import KafkaRecords
    from console.adapters.kafka_writes import KafkaWrites
    from engine.client.kafka import KafkaClient


LOOK_S = 0.5
"""How often it is looked who holds the data, while a broker that is not ours does not answer."""

HELD_S = 2.0
"""How long a process that holds the data and has not told where it serves, because it starts or
stops, is left alone before the next try to start a broker of ours."""

_STOPPED = "the broker has stopped; attaching again once it is back; :start-broker starts one here"


class Process(Protocol):
    """A child that serves (`engine.child.Child`)."""

    @property
    def ready(self) -> ChildReady: ...
    async def ended(self) -> int: ...
    def tell(self, news: ConfigNews) -> None: ...
    async def stop(self) -> int: ...


class Launcher(Protocol):
    """Starts children (`engine.child.ChildLauncher`)."""

    async def launch(self, *, any_port: bool = False) -> Process: ...


class EmbeddedCluster:
    """The hosted broker, to be entered: it is started at once and stopped at the end.

    `launcher_for` gives a launcher whose child listens on an address; `owner` says which process
    serves the data, and blocks for a small file; `client_of` gives a client of an address. Entering
    does not wait until the broker serves. `machine_bytes` is the memory of this machine; `pause`
    waits between restarts.
    """

    def __init__(
        self,
        listen: str,
        *,
        launcher_for: Callable[[str], Launcher],
        owner: Callable[[], Owner | None],
        client_of: Callable[[str], "KafkaClient"],
        clock: Clock,
        machine_bytes: Callable[[], int],
        engine_version: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._listen = listen
        self._launcher_for = launcher_for
        self._owner = owner
        self._client_of = client_of
        self._clock = clock
        self._pause = pause
        self._on_turn: Callable[[], None] = _nothing
        self._turned = asyncio.Event()
        self._client: KafkaClient | None = None
        self._link: Link | None = None
        self._process: Process | None = None
        self._config_trouble = ""
        self._restarts = Restarts()
        self._is_ours_wanted = False
        self._metrics_address = ""
        self._metrics = MetricsSource(lambda: self._metrics_address, machine_bytes)
        self._engine_version = engine_version
        self._supervision: asyncio.Task[None] | None = None
        self._tasks = asyncio.TaskGroup()
        self._state = Connection(
            ConnectionState.STARTING,
            listen,
            is_hosted=True,
            detail="the broker is starting",
            since_ms=clock.wall_ms(),
        )

    @cached_property
    def reads(self) -> "KafkaReads":
        """The way to ask it."""
        from console.adapters.kafka_reads import KafkaReads

        return KafkaReads(
            self.client,
            connection=lambda: self.connection,
            heard=self._heard,
            missed=self._missed,
            metrics=self._metrics,
            engine_version=self._engine_version,
        )

    @cached_property
    def writes(self) -> "KafkaWrites":
        """The way to change it."""
        from console.adapters.kafka_writes import KafkaWrites

        return KafkaWrites(self.client, self._heard)

    @cached_property
    def records(self) -> "KafkaRecords":
        """The way to read its records."""
        from console.adapters.kafka_records import KafkaRecords

        return KafkaRecords(self.client)

    @property
    def connection(self) -> Connection:
        """The state of this moment."""
        return self._link.connection if self._link is not None else self._state

    def client(self) -> "KafkaClient":
        """The client of the broker that serves now. Raises Unreachable while none does."""
        if self._client is None:
            raise Unreachable(self._state.detail)
        return self._client

    def on_turn(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever a broker begins or ceases to serve: it is time to ask."""
        self._on_turn = call

    def take(self, news: ConfigNews) -> None:
        """Have our broker take over what has become of the configuration file.

        What it cannot take over is said until the file is such that it can.
        """
        if self._process is None or self._link is None:
            return
        self._process.tell(news)
        trouble = _trouble_of(news)
        if trouble or self._link.connection.notice == self._config_trouble:
            self._link.notice(trouble)
        self._config_trouble = trouble

    def start(self) -> None:
        """Start a broker of ours where that of another process has stopped, and only there."""
        if self.connection.state is ConnectionState.STOPPED:
            self._is_ours_wanted = True
            self._turn(ConnectionState.STARTING, "the broker is starting")

    async def served(self) -> str | None:
        """The address of the broker, as soon as one serves; None when none will."""
        while self._link is None:
            if self._state.state is ConnectionState.GAVE_UP:
                return None
            self._turned.clear()
            await self._turned.wait()
        return self._link.connection.address

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._supervision = self._tasks.create_task(self._supervise(), name="broker supervision")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._supervision is not None, "it is entered before it is left"
        self._supervision.cancel()
        await self._tasks.__aexit__(exc_type, exc, traceback)

    async def _supervise(self) -> None:
        """Keep a broker serving until cancelled."""
        while True:
            try:
                process = await self._launcher_for(self._listen).launch(any_port=True)
            except OSError as error:
                reason = f"the broker cannot be started: {plain(error.strerror or str(error))}"
            except ChildFailed as error:
                failure = error.failure
                if failure.kind is FailureKind.MISCONFIGURED:
                    self._turn(ConnectionState.GAVE_UP, plain(failure.message))
                    return
                reason = plain(failure.message)
                if failure.kind is FailureKind.DIRECTORY_IN_USE and not failure.address:
                    self._turn(ConnectionState.LOST, reason)
                    await self._pause(HELD_S)
                    continue
                if failure.kind is FailureKind.DIRECTORY_IN_USE:
                    other = Owner(failure.pid, failure.address, failure.metrics)
                    if await self._attach(other):
                        await self._await_others(other)
                        continue
                    reason = _silence_of(other)
            else:
                reason = await self._serve(process)
            delay_s = self._restarts.next_delay_s(self._clock.monotonic_s())
            if delay_s is None:
                self._turn(
                    ConnectionState.GAVE_UP, f"it was started {RESTARTS_MAX} times: {reason}"
                )
                return
            again = f"{reason}; starting it again ({self._restarts.made} of {RESTARTS_MAX})"
            self._turn(ConnectionState.RESTARTING, again, retry_s=delay_s)
            await self._pause(delay_s)

    async def _serve(self, process: Process) -> str:
        """Let a child serve until it ends; how it ended. Stops it when cancelled."""
        ready = process.ready
        notice = self._state.notice
        if _port_of(self._listen) not in ("0", _port_of(ready.address)):
            notice = f"{self._listen} is taken by another program: serving on {ready.address}"
        self._listen = ready.address
        self._metrics_address = ready.metrics
        self._process = process
        self._connect(ready.address, notice)
        try:
            code = await process.ended()
        except asyncio.CancelledError:
            self._disconnect()
            await process.stop()
            raise
        self._disconnect()
        return f"the broker was ended by signal {-code}" if code < 0 else _exit_reason(code)

    async def _await_others(self, other: Owner) -> None:
        """Attach to whoever holds the data next, until one of ours is wanted."""
        self._is_ours_wanted = False
        while True:
            owner = await asyncio.to_thread(self._owner)
            if self._is_ours_wanted:
                return
            if owner is None:
                self._remain(ConnectionState.STOPPED, _STOPPED, other.address)
            elif await self._attach(owner):
                other = owner
                continue
            else:
                self._remain(ConnectionState.LOST, _silence_of(owner), owner.address)
            await self._pause(LOOK_S)

    async def _attach(self, other: Owner) -> bool:
        """Use the broker of another process while that holds the data; whether it ever answered.

        One that never did is left as soon as it did not.
        """
        address = other.address
        notice = f"the data is served by process {other.pid} already: attached to it at {address}"
        self._metrics_address = other.metrics
        link = self._connect(address, notice)
        try:
            await link.lost.wait()
            while link.was_answered and await asyncio.to_thread(self._owner) == other:
                await self._pause(LOOK_S)
                await link.lost.wait()
        finally:
            self._disconnect()
            self._state = replace(link.connection, notice="")
        return link.was_answered

    def _connect(self, address: str, notice: str) -> Link:
        link = Link(address, self._clock, is_hosted=True)
        if notice:
            link.notice(notice)
        self._link, self._client = link, self._client_of(address)
        self._tell_turn()
        return link

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._link is not None:
            self._state = replace(self._state, notice=self._link.connection.notice)
        self._client = self._link = self._process = None
        self._metrics_address = ""

    def _turn(
        self,
        state: ConnectionState,
        detail: str,
        *,
        address: str = "",
        retry_s: float | None = None,
    ) -> None:
        now_ms = self._clock.wall_ms()
        self._state = replace(
            self._state,
            state=state,
            address=address or self._listen,
            detail=detail,
            since_ms=now_ms,
            retry_at_ms=None if retry_s is None else now_ms + round(retry_s * 1000),
        )
        self._tell_turn()

    def _remain(self, state: ConnectionState, detail: str, address: str) -> None:
        """Turn to a state that is found again at every look, if it is not the one already."""
        now = self._state
        if (state, detail, address) != (now.state, now.detail, now.address):
            self._turn(state, detail, address=address)

    def _tell_turn(self) -> None:
        self._turned.set()
        self._on_turn()

    def _heard(self) -> None:
        if self._link is not None:
            self._link.answered()

    def _missed(self, error: ClusterError) -> None:
        if self._link is not None:
            self._link.failed(error)


def _nothing() -> None:
    return


def _trouble_of(news: ConfigNews) -> str:
    """What keeps a configuration file that was changed from being in force, or nothing."""
    if isinstance(news, ConfigError):
        return plain(f"the configuration stays as it was: {news.problems[0]}")
    if news.waiting:
        return f"the configuration needs a restart for {', '.join(news.waiting)}"
    return ""


def _silence_of(other: Owner) -> str:
    return f"process {other.pid} holds the data and does not answer at {other.address}"


def _port_of(address: str) -> str:
    return address.rpartition(":")[2]


def _exit_reason(code: int) -> str:
    return "the broker stopped" if code == 0 else f"the broker stopped with exit code {code}"
