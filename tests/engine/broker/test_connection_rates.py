"""How fast connections may come, with the windows of Kafka's quotas."""

from engine.broker.client_quotas import ClientQuotas
from engine.broker.connection_rates import ConnectionRates
from engine.config.broker_keys import with_values
from engine.config.engine_config import EngineConfig
from engine.metrics import catalogue
from engine.metrics.registry import Registry
from tests.support.clock import FakeClock
from tests.support.quotas import WINDOWS, set_quota


class Bench:
    """Rates on a clock that stands, with settings that a test may change."""

    def __init__(self, **settings: int) -> None:
        self.clock = FakeClock()
        self.quotas = ClientQuotas()
        self.registry = Registry()
        self.config = EngineConfig()
        self.rates = ConnectionRates(
            self.quotas, WINDOWS, lambda: self.config, clock=self.clock, registry=self.registry
        )

    def set(self, name: str, value: int) -> None:
        self.config = with_values(self.config, {name: value})

    def come(self, count: int, listener: str = "PLAINTEXT") -> list[int]:
        return [self.rates.came(listener) for _ in range(count)]


def test_connections_beyond_the_rate_of_the_broker_wait_for_one_window_at_most() -> None:
    bench = Bench()
    bench.set("max.connection.creation.rate", 2)
    assert bench.come(20) == [0] * 20
    assert bench.come(4) == [500, 1000, 1000, 1000]
    assert bench.come(1, "OTHER") == [1000]
    assert bench.registry.samples(catalogue.THROTTLES) == [(("connection_creation_rate",), 5.0)]
    bench.clock.advance(12)
    assert bench.come(1) == [0]


def test_what_came_before_counts_when_a_rate_is_set() -> None:
    bench = Bench()
    assert bench.come(30) == [0] * 30
    bench.set("max.connection.creation.rate", 2)
    assert bench.come(1) == [1000]


def test_a_listener_can_have_a_rate_of_its_own() -> None:
    bench = Bench()
    bench.set("listener.name.inside.max.connection.creation.rate", 1)
    assert bench.come(11, "INSIDE") == [0] * 10 + [1000]
    assert bench.come(11, "PLAINTEXT") == [0] * 11


def test_a_rate_of_nothing_lets_one_in_per_window() -> None:
    bench = Bench()
    bench.set("max.connection.creation.rate", 0)
    assert bench.come(2) == [1000, 1000]


def test_connections_that_an_address_opens_too_fast_are_refused_and_do_not_count() -> None:
    bench = Bench()
    set_quota(bench.quotas, {"ip": "127.0.0.1"}, connection_creation_rate=2.0)
    bench.set("max.connection.creation.rate", 2)

    def open_one(host: str) -> tuple[int, int]:
        return bench.rates.came("PLAINTEXT"), bench.rates.refused_ms("PLAINTEXT", host)

    assert [open_one("127.0.0.1") for _ in range(20)] == [(0, 0)] * 20
    assert [open_one("127.0.0.1") for _ in range(5)] == [(500, 500)] * 5
    assert open_one("127.0.0.2") == (500, 0)
    bench.clock.advance(12)
    assert open_one("127.0.0.1") == (0, 0)
