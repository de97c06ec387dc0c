"""What is done on the screen is what other clients find in the cluster: every act of the table.

On our broker, on a real Apache Kafka of three nodes of which one is gone, and while one dies.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.peers.apache_kafka import ApacheKafka, free_ports
from tests.support.schema_registries import registry_server
from tests.support.served import ServedBroker
from tests.support.token_server import endpoint
from tests.terminal.acts.act import Act
from tests.terminal.acts.consoles import Consoles
from tests.terminal.acts.eyes import LibraryEyes, ToolEyes
from tests.terminal.acts.messages import HORSES_EDITOR
from tests.terminal.acts.surroundings import ASIDE, Surroundings
from tests.terminal.acts.table import ACTS
from tests.terminal.acts.world import World

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(600)]

GONE = 1
"""The node that is gone: it stands first among the addresses that the console is given."""


def param(act: Act, *, is_long: bool = False) -> ParameterSet:
    """An act as the parameter of a test."""
    marks = [pytest.mark.long] if is_long else []
    if act.reads_with:
        marks.append(pytest.mark.needs(act.reads_with))
    return pytest.param(act, id=act.name, marks=marks)


@contextmanager
def consoles_on(main: World, folder: Path) -> Iterator[Consoles]:
    """The console on a cluster, with everything around it."""
    folder.mkdir()
    with (
        ServedBroker(folder / "aside") as broker,
        endpoint({}) as hook,
        registry_server() as registry,
    ):
        aside = World(broker.address, 1, LibraryEyes({"bootstrap.servers": broker.address}))
        aside.create(ASIDE)
        around = Surroundings(folder, main, aside, hook, registry, HORSES_EDITOR)
        around.write()
        consoles = Consoles(around)
        try:
            yield consoles
        finally:
            consoles.close()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    folder = tmp_path_factory.mktemp("ours")
    metrics = f"127.0.0.1:{free_ports(1)[0]}"
    config = f'[engine]\nmetrics.listen = "{metrics}"\n'
    with ServedBroker(folder / "data", config=config) as broker:
        address = broker.address
        world = World(address, 1, LibraryEyes({"bootstrap.servers": address}), metrics)
        with consoles_on(world, folder / "console") as consoles:
            yield consoles


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    with ApacheKafka(tmp_path_factory.mktemp("kafka") / "cluster", nodes=3) as cluster:
        yield cluster


def world_of(kafka: ApacheKafka) -> World:
    """The three nodes, looked at with Kafka's own tools."""
    return World(kafka.bootstrap, 3, ToolEyes(kafka.bootstrap))


@pytest.fixture(scope="module")
def whole(kafka: ApacheKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    """All nodes live before an act."""
    with consoles_on(world_of(kafka), tmp_path_factory.mktemp("whole") / "console") as consoles:
        yield consoles


@pytest.fixture(scope="module")
def lessened(
    kafka: ApacheKafka, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Consoles]:
    """Everything was there before one node was killed, and before the console is opened."""
    world = world_of(kafka)
    for act in ACTS:
        if any(item.name.endswith(f"gone[{act.name}]") for item in request.session.items):
            act.prepare(world, act.name)
    kafka.end(GONE, signal.SIGKILL)
    folder = tmp_path_factory.mktemp("lessened") / "console"
    with consoles_on(world, folder) as consoles:
        consoles.wait_for(lambda: world.does_without(GONE))
        yield consoles


@pytest.mark.parametrize("act", [param(act, is_long=not act.is_quick) for act in ACTS])
def test_on_our_broker(act: Act, ours: Consoles) -> None:
    act.prepare(ours.around.main, act.name)
    assert not ours.play(act, act.name)


@pytest.mark.long
@pytest.mark.needs("apache-kafka")
@pytest.mark.parametrize("act", [param(act) for act in ACTS if act.victim])
def test_on_kafka_while_a_node_dies(act: Act, kafka: ApacheKafka, whole: Consoles) -> None:
    name, world = f"{act.name}-struck", whole.around.main
    act.prepare(world, name)
    assert act.victim is not None
    victim = act.victim(world, name)

    def strike() -> None:
        if victim in kafka.processes:
            kafka.end(victim, signal.SIGKILL)

    try:
        assert not whole.play(act, name, strike)
        assert victim not in kafka.processes, "no node has died"
    finally:
        if victim not in kafka.processes:
            kafka.launch(victim)
            kafka.wait()
    whole.wait_for(world.is_whole)


@pytest.mark.long
@pytest.mark.needs("apache-kafka")
@pytest.mark.parametrize("act", [param(act) for act in ACTS])
def test_on_kafka_with_a_node_gone(act: Act, lessened: Consoles) -> None:
    assert not lessened.play(act, act.name)
