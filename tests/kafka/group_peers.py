"""Brokers that can be ended, started again, and whose wall clocks can be set: Kafka and ours."""

import asyncio
import signal
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from engine.kernel.system import SystemClock
from tests.peers.apache_kafka import ApacheKafka, jars
from tests.support.group_talk import Talk
from tests.support.running_engine import running_engine

CLOCK_SOURCE = Path(__file__).parents[1] / "peers" / "SystemTime.java"
SETTINGS = {
    "group.consumer.assignment.interval.ms": 0,
    "group.initial.rebalance.delay.ms": 1000,
    "offsets.retention.check.interval.ms": 100,
    "offsets.topic.num.partitions": 1,
}


class GroupPeer(Protocol):
    """A broker as scenes of groups see it."""

    def talk(self, group: str) -> Talk:
        """A conversation about a group, to be entered."""
        ...

    async def restart(self) -> None:
        """End the broker in good order and start it again."""
        ...

    def set_clock(self, ahead_s: int) -> None:
        """Set the wall clock; 0 is the right time."""
        ...


class KafkaPeer(ApacheKafka):
    """One node of Kafka with a clock of its own."""

    def __init__(self, directory: Path) -> None:
        settings = {key: str(value) for key, value in SETTINGS.items()}
        super().__init__(directory, settings=settings)
        self._clock = directory / "ahead-ms"

    def __enter__(self) -> Self:
        self.directory.mkdir()
        self._clock.write_bytes(bytes(8))
        compiling = ["javac", "-cp", f"{jars()}/*", "-d", str(self.directory), str(CLOCK_SOURCE)]
        subprocess.run(compiling, check=True)
        return super().__enter__()

    def options(self) -> list[str]:
        # What comes first on the class path stands before what is in the jars.
        return [f"-Dclock={self._clock}", "-cp", f"{self.directory}:{jars()}/*"]

    def talk(self, group: str) -> Talk:
        return Talk("127.0.0.1", self.ports[0], group)

    async def restart(self) -> None:
        await asyncio.to_thread(self.end, 1, signal.SIGTERM)
        self.launch()
        await asyncio.to_thread(self.wait)

    def set_clock(self, ahead_s: int) -> None:
        # In place: Kafka has the file mapped.
        with self._clock.open("r+b") as file:
            file.write((ahead_s * 1000).to_bytes(8, "big"))


class OwnPeer:
    """Our broker in this process, with a clock of its own. Use as a context manager."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._clock = _SetClock()
        self._running = AsyncExitStack()
        self._address = ("", 0)

    async def __aenter__(self) -> Self:
        settings = {key.replace(".", "_"): value for key, value in SETTINGS.items()}
        served = running_engine(self._data, clock=self._clock, **settings)
        engine = await self._running.enter_async_context(served)
        self._address = engine.address.host, engine.address.port
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.aclose()

    def talk(self, group: str) -> Talk:
        return Talk(*self._address, group)

    async def restart(self) -> None:
        await self._running.aclose()
        await self.__aenter__()

    def set_clock(self, ahead_s: int) -> None:
        self._clock.ahead_ms = ahead_s * 1000


class _SetClock(SystemClock):
    ahead_ms = 0

    def wall_ms(self) -> int:
        return super().wall_ms() + self.ahead_ms
