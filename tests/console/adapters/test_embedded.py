"""The broker of the console itself, with children that a test lets live and die."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from console.adapters import supervision
from console.adapters.embedded import HELD_S, LOOK_S, EmbeddedCluster, Process
from console.adapters.supervision import DELAYS_S, RESTARTS_MAX
from console.model.cluster import ConnectionState
from console.port.errors import NotSupported, Unreachable
from engine.child import ChildFailed, ChildReady
from engine.client.kafka import KafkaClient
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, ConfigProblem
from engine.config.reload import ConfigNews, Wanted
from engine.failures import FailureKind, StartFailure
from engine.storage.directory_lock import Owner
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.running_engine import running_engine
from tests.support.waiting import until

NOWHERE = "127.0.0.1:1"
LISTEN = "127.0.0.1:9092"


class FakeChild:
    """A child that serves until it is let die."""

    def __init__(self, address: str = LISTEN, metrics: str = "") -> None:
        self.ready = ChildReady(address, metrics, 4711)
        self.was_stopped = False
        self.told: list[ConfigNews] = []
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def die(self, code: int) -> None:
        self._ended.set_result(code)

    async def ended(self) -> int:
        return await asyncio.shield(self._ended)

    def tell(self, news: ConfigNews) -> None:
        self.told.append(news)

    async def stop(self) -> int:
        self.was_stopped = True
        return 0


Outcome = FakeChild | ChildFailed | OSError


class FakeLaunches:
    """What comes of one launch after another; the last outcome is that of all later ones."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = list(outcomes)
        self.asked: list[str] = []
        self.delays_s: list[float] = []

    def launcher_for(self, listen: str) -> "FakeLaunches":
        self.asked.append(listen)
        return self

    async def launch(self, *, any_port: bool = False) -> Process:
        assert any_port, "a port that is taken is no reason not to serve"
        await asyncio.sleep(0)
        outcome = self._outcomes[0] if len(self._outcomes) == 1 else self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def pause(self, seconds: float) -> None:
        self.delays_s.append(seconds)
        await asyncio.sleep(0)


def cluster_of(
    *outcomes: Outcome, listen: str = LISTEN, owner: Callable[[], Owner | None] = lambda: None
) -> tuple[EmbeddedCluster, FakeLaunches]:
    """A hosted broker whose launches come out so; a client of it reaches only what there is."""
    launches, clock = FakeLaunches(outcomes), FakeClock()
    cluster = EmbeddedCluster(
        listen,
        launcher_for=launches.launcher_for,
        owner=owner,
        client_of=lambda address: KafkaClient.of(
            NOWHERE if address == LISTEN else address, clock=clock, entropy=SeededEntropy()
        ),
        clock=clock,
        machine_bytes=lambda: 0,
        pause=launches.pause,
    )
    return cluster, launches


def failed(kind: FailureKind, message: str, *, pid: int = 0, address: str = "") -> ChildFailed:
    return ChildFailed(StartFailure(kind, message, pid, address))


async def test_entering_does_not_wait_and_the_broker_serves_soon() -> None:
    cluster, _ = cluster_of(FakeChild())
    async with cluster:
        assert cluster.connection.state is ConnectionState.STARTING
        with pytest.raises(Unreachable, match="starting"):
            cluster.client()
        with pytest.raises(Unreachable, match="starting"):
            await cluster.reads.layout()
        assert await cluster.served() == LISTEN
        assert cluster.connection.state is ConnectionState.CONNECTING
        assert cluster.connection.is_hosted
        assert cluster.client()


async def test_leaving_stops_the_child() -> None:
    child = FakeChild()
    cluster, _ = cluster_of(child)
    async with cluster:
        await cluster.served()
    assert child.was_stopped


async def test_leaving_before_the_child_serves_ends_the_start() -> None:
    cluster, launches = cluster_of(FakeChild())
    async with cluster:
        pass
    assert not launches.delays_s


async def test_a_broker_that_died_is_started_again_at_the_same_address_and_that_is_said() -> None:
    first, second = FakeChild("127.0.0.1:4000"), FakeChild("127.0.0.1:4000")
    cluster, launches = cluster_of(first, second)
    turns: list[ConnectionState] = []
    cluster.on_turn(lambda: turns.append(cluster.connection.state))
    async with cluster:
        await cluster.served()
        first.die(-9)
        await until(lambda: launches.delays_s)
        connection = cluster.connection
        assert connection.state is ConnectionState.RESTARTING
        assert connection.detail == "the broker was ended by signal 9; starting it again (1 of 5)"
        assert connection.address == "127.0.0.1:4000"
        assert connection.retry_at_ms == connection.since_ms + round(DELAYS_S[0] * 1000)
        assert await cluster.served() == "127.0.0.1:4000"
        assert cluster.connection.retry_at_ms is None
    assert launches.asked == [LISTEN, "127.0.0.1:4000"]
    assert turns == [
        ConnectionState.CONNECTING,
        ConnectionState.RESTARTING,
        ConnectionState.CONNECTING,
    ]


async def test_a_death_like_one_long_before_is_told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "WINDOW_S", 0.0)
    children = [FakeChild() for _ in range(3)]
    cluster, launches = cluster_of(*children)
    turns: list[ConnectionState] = []
    cluster.on_turn(lambda: turns.append(cluster.connection.state))
    async with cluster:
        for number, child in enumerate(children[:2], start=1):
            await cluster.served()
            child.die(-9)
            await until(lambda: len(launches.delays_s) == number)  # noqa: B023
        await cluster.served()
    assert turns == [
        ConnectionState.CONNECTING,
        *[ConnectionState.RESTARTING, ConnectionState.CONNECTING] * 2,
    ]


async def test_a_broker_that_does_not_stay_up_is_given_up_and_the_reason_is_said() -> None:
    children = [FakeChild() for _ in range(RESTARTS_MAX + 1)]
    for child in children:
        child.die(1)
    cluster, launches = cluster_of(*children)
    async with cluster:
        await until(lambda: cluster.connection.state is ConnectionState.GAVE_UP)
        assert cluster.connection.detail == (
            "it was started 5 times: the broker stopped with exit code 1"
        )
        assert cluster.connection.retry_at_ms is None
        assert await cluster.served() is None
        with pytest.raises(Unreachable, match="exit code 1"):
            await cluster.reads.layout()
    assert launches.delays_s == list(DELAYS_S)


async def test_a_configuration_that_is_wrong_is_not_tried_again() -> None:
    cluster, launches = cluster_of(failed(FailureKind.MISCONFIGURED, "node.id: -1 is too small"))
    async with cluster:
        assert await cluster.served() is None
        assert cluster.connection.detail == "node.id: -1 is too small"
    assert not launches.delays_s


async def test_a_process_that_cannot_be_spawned_is_a_failed_start_and_no_crash() -> None:
    cluster, launches = cluster_of(OSError(11, "Resource temporarily unavailable"))
    async with cluster:
        assert await cluster.served() is None
        assert "Resource temporarily unavailable" in cluster.connection.detail
    assert len(launches.delays_s) == RESTARTS_MAX


async def test_a_taken_port_is_said_and_the_broker_keeps_the_one_that_it_got() -> None:
    first, second = FakeChild("127.0.0.1:5000"), FakeChild("127.0.0.1:5000")
    cluster, launches = cluster_of(first, second)
    notice = "127.0.0.1:9092 is taken by another program: serving on 127.0.0.1:5000"
    async with cluster:
        assert await cluster.served() == "127.0.0.1:5000"
        assert cluster.connection.notice == notice
        first.die(-9)
        await until(lambda: len(launches.asked) == 2)
        await cluster.served()
        assert cluster.connection.notice == notice
    assert launches.asked == [LISTEN, "127.0.0.1:5000"]


async def test_a_free_port_that_was_asked_for_is_no_news() -> None:
    cluster, _ = cluster_of(FakeChild("127.0.0.1:5000"), listen="127.0.0.1:0")
    async with cluster:
        await cluster.served()
        assert not cluster.connection.notice


async def test_who_holds_the_data_and_never_answers_is_named_and_given_up() -> None:
    in_use = failed(FailureKind.DIRECTORY_IN_USE, "in use", pid=99, address=NOWHERE)
    cluster, launches = cluster_of(in_use)
    async with cluster:
        while cluster.connection.state is not ConnectionState.GAVE_UP:
            with pytest.raises(Unreachable):
                await cluster.reads.layout()
            await asyncio.sleep(0)
        assert cluster.connection.detail == (
            f"it was started 5 times: process 99 holds the data and does not answer at {NOWHERE}"
        )
    assert launches.delays_s == list(DELAYS_S)


async def test_a_directory_in_use_by_somebody_without_address_is_tried_again() -> None:
    starting = failed(FailureKind.DIRECTORY_IN_USE, "data is in use by process 99", pid=99)
    long = 2 * RESTARTS_MAX
    cluster, launches = cluster_of(*[starting] * long, FakeChild())
    states: list[tuple[ConnectionState, str]] = []
    cluster.on_turn(lambda: states.append((cluster.connection.state, cluster.connection.detail)))
    async with cluster:
        assert await cluster.served() == LISTEN
    assert launches.delays_s == [HELD_S] * long
    assert set(states[:-1]) == {(ConnectionState.LOST, "data is in use by process 99")}


async def test_a_broker_that_holds_the_data_and_falls_silent_is_lost_until_it_has_stopped(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as serving:
        engine = await serving.enter_async_context(running_engine(tmp_path / "data"))
        address = str(engine.address)
        owners: list[Owner | None] = [Owner(99, address)]
        in_use = failed(FailureKind.DIRECTORY_IN_USE, "in use", pid=99, address=address)
        cluster, launches = cluster_of(in_use, FakeChild(), owner=lambda: owners[-1])
        async with cluster:
            await cluster.served()
            await cluster.reads.layout()
            await serving.aclose()
            with pytest.raises(Unreachable):
                await cluster.reads.layout()
            await until(lambda: len(launches.delays_s) == 3)
            assert set(launches.delays_s) == {LOOK_S}
            assert cluster.connection.state is ConnectionState.LOST

            cluster.start()
            owners.append(None)

            await until(lambda: cluster.connection.state is ConnectionState.STOPPED)
            assert (cluster.connection.address, cluster.connection.notice) == (address, "")
            assert launches.asked == [LISTEN]

            cluster.start()

            assert cluster.connection.state is ConnectionState.STARTING
            assert cluster.connection.address == LISTEN
            assert await cluster.served() == LISTEN
            assert launches.asked == [LISTEN, LISTEN]


async def test_without_a_metrics_listener_there_are_no_vitals() -> None:
    cluster, _ = cluster_of(FakeChild())
    async with cluster:
        await cluster.served()
        with pytest.raises(NotSupported):
            await cluster.reads.metrics()


async def test_what_becomes_of_the_configuration_is_passed_on_and_said() -> None:
    child = FakeChild()
    cluster, _ = cluster_of(child)
    wrong = ConfigError([ConfigProblem("config.toml", 3, "engine.num.partitions", "0 is wrong")])
    taken, waiting = Wanted(EngineConfig(), []), Wanted(EngineConfig(), ["listen", "durability"])
    async with cluster:
        cluster.take(taken)
        assert not child.told
        await cluster.served()
        cluster.take(wrong)
        assert "stays as it was: config.toml:3: engine.num.partitions" in cluster.connection.notice
        cluster.take(waiting)
        assert "needs a restart for listen, durability" in cluster.connection.notice
        cluster.take(taken)
        assert cluster.connection.notice == ""
    assert child.told == [wrong, waiting, taken]
