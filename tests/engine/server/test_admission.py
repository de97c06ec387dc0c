"""Who may connect, by the limits of the moment."""

from typing import cast

from engine.broker.context import ConnectionFacts
from engine.config.broker_keys import with_values
from engine.config.engine_config import EngineConfig
from engine.metrics import catalogue
from engine.metrics.registry import Registry
from engine.server.admission import Admission, ConnectionLimits, limits_of
from engine.server.connection import Connection


class Caller:
    """As much of a connection as admission looks at."""

    def __init__(self, host: str, listener: str) -> None:
        self.facts = ConnectionFacts(listener, host, 1)


def caller(host: str = "10.0.0.1", listener: str = "PLAINTEXT") -> Connection:
    return cast(Connection, Caller(host, listener))


def admission(limits: list[ConnectionLimits]) -> Admission:
    """Admission by the last of the limits, which a test may add to."""
    return Admission(Registry(), lambda: limits[-1])


def test_a_limit_that_falls_refuses_who_comes_and_leaves_who_is_there() -> None:
    limits = [ConnectionLimits(2, 2)]
    door = admission(limits)
    assert [door.admit(caller()) for _ in range(3)] == ["", "", "max.connections"]
    limits.append(ConnectionLimits(1, 2))
    assert door.admit(caller()) == "max.connections"
    assert len(door) == 2
    limits.append(ConnectionLimits(3, 3))
    assert door.admit(caller()) == ""


def test_limits_are_those_of_the_configuration_and_of_the_process() -> None:
    config = EngineConfig(
        max_connections=100,
        max_connections_per_ip=7,
        max_connections_per_ip_overrides="10.0.0.2:9, [::1]:3",
    )
    limits = limits_of(config, 1_000)
    assert (limits.in_all, limits.of("10.0.0.1")) == (100, 7)
    assert (limits.of("10.0.0.2"), limits.of("::1")) == (9, 3)
    assert limits_of(config, 50).in_all == 50


def test_an_address_can_have_a_limit_of_its_own() -> None:
    door = admission([ConnectionLimits(10, 1, {"10.0.0.2": 2})])
    assert [door.admit(caller("10.0.0.2")) for _ in range(3)] == ["", "", "max.connections.per.ip"]
    assert [door.admit(caller()) for _ in range(2)] == ["", "max.connections.per.ip"]


def test_a_listener_can_have_a_limit_of_its_own() -> None:
    name = "listener.name.inside.max.connections"
    config = with_values(EngineConfig(listeners=("INSIDE://127.0.0.1:1",)), {name: 1})
    door = admission([limits_of(config, 3)])
    first = caller(listener="INSIDE")
    assert door.admit(first) == ""
    assert door.admit(caller(listener="INSIDE")) == name
    assert door.admit(caller()) == ""
    door.release(first)
    assert door.admit(caller(listener="INSIDE")) == ""


def test_connections_are_counted_by_a_hundred_kinds_of_software_and_the_rest_together() -> None:
    registry = Registry()
    door = Admission(registry, lambda: ConnectionLimits(1_000, 1_000))
    for number in range(150):
        for _ in range(2 if number == 149 else 1):
            connection = caller()
            connection.facts.software_name = f"client-{number}"
            door.admit(connection)
    samples = dict(registry.samples(catalogue.CONNECTIONS))
    assert len(samples) == 101
    assert samples["client-149", "unknown"] == 2
    assert samples["other", "other"] == 50
    assert sum(samples.values()) == 151
