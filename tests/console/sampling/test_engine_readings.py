"""The inside of an engine from readings of its metrics: rates, distributions, callers."""

from collections.abc import Iterable

import pytest

from console.adapters.engine_metrics import parse
from console.model.distribution import Distribution
from console.model.engine import Caller, ClientSoftware, EngineState, RequestKind
from console.model.figures import Known, Unknown, value_or
from console.sampling.engine_readings import SPREAD_WINDOW_MS, EngineReadings
from console.sampling.scrape import Scrape
from engine.metrics import catalogue
from engine.metrics.exposition import expose
from engine.metrics.registry import Registry

FETCH = ("Fetch", "17")
C = ("librdkafka", "2.12.1")


class Engine:
    """What an engine counts, and readings of it, one a second unless told otherwise."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.readings = EngineReadings()
        self.at_ms = 1_000
        self.started_s = 5.0
        self.connections: dict[tuple[str, ...], float] = {}
        watch = self.registry.watch
        watch(catalogue.START_TIME, lambda: [((), self.started_s)])
        watch(catalogue.CONNECTIONS, lambda: list(self.connections.items()))

    def request(
        self,
        api: str = "Fetch",
        version: str = "17",
        *,
        times: int = 1,
        seconds: float = 0.004,
        software: tuple[str, str] = C,
        error: str = "",
    ) -> None:
        """So many requests of one kind."""
        registry = self.registry
        registry.counter(catalogue.REQUESTS, api, version).add(times)
        registry.counter(catalogue.CLIENT_REQUESTS, api, version, *software).add(times)
        for _ in range(times):
            registry.histogram(catalogue.REQUEST_SECONDS, api, version).observe(seconds)
            registry.histogram(catalogue.REQUEST_LOCAL_SECONDS, api, version).observe(0.0002)
            registry.histogram(catalogue.REQUEST_BYTES, api, version).observe(100)
            registry.histogram(catalogue.REPLY_BYTES, api, version).observe(5_000)
        if error:
            registry.counter(catalogue.REQUEST_ERRORS, api, version, error).add(times)

    def flush(self, *seconds: float) -> None:
        for each in seconds:
            self.registry.histogram(catalogue.SYNC_SECONDS).observe(each)
            self.registry.histogram(catalogue.SYNC_PARTITIONS).observe(2)

    def read(self, *, after_ms: int = 1_000) -> EngineState:
        """The picture after one more reading."""
        self.at_ms += after_ms
        self.readings.observe(self.at_ms, Scrape(parse(expose(self.registry))))
        state = self.readings.state
        assert state is not None
        return state


def kind(state: EngineState, name: str = "Fetch 17") -> RequestKind:
    found = state.request(name)
    assert found is not None
    return found


def counts(spread: Distribution | None) -> int:
    assert spread is not None
    return spread.count


def test_nothing_is_known_before_the_first_reading() -> None:
    assert EngineReadings().state is None


def test_one_reading_tells_counts_and_neither_rates_nor_distributions() -> None:
    engine = Engine()
    engine.request(times=3)
    found = kind(engine.read())
    assert (found.requests, found.bytes_in, found.bytes_out) == (3, 300, 15_000)
    assert isinstance(found.requests_per_s, Unknown)
    assert isinstance(found.bytes_in_per_s, Unknown)
    assert (found.latency, found.local, found.request_sizes) == (None, None, None)
    assert found.ever is not None
    assert found.ever.count == 3


def test_two_readings_tell_what_came_between_them() -> None:
    engine = Engine()
    engine.request(times=100)
    engine.read()
    engine.request(times=4, seconds=0.09)
    found = kind(engine.read(after_ms=2_000))
    assert found.requests_per_s == Known(2.0, engine.at_ms)
    assert found.bytes_in_per_s == Known(200.0, engine.at_ms)
    assert found.bytes_out_per_s == Known(10_000.0, engine.at_ms)
    assert counts(found.latency) == counts(found.local) == counts(found.reply_sizes) == 4
    assert found.latency is not None
    assert found.latency.mean == pytest.approx(0.09)


def test_what_is_asked_for_the_first_time_began_at_nothing() -> None:
    engine = Engine()
    engine.read()
    engine.request("Metadata", "12", times=5)
    found = kind(engine.read(), "Metadata 12")
    assert found.requests_per_s == Known(5.0, engine.at_ms)
    assert counts(found.latency) == 5


def test_rates_are_of_the_last_seconds_and_distributions_of_the_last_minute() -> None:
    engine = Engine()
    engine.read()
    for _ in range(90):
        engine.request(times=10)
        state = engine.read()
    for _ in range(20):
        state = engine.read()
    found = kind(state)
    assert found.requests_per_s == Known(0.0, engine.at_ms)
    assert counts(found.latency) == (SPREAD_WINDOW_MS // 1000 - 20) * 10


def test_an_engine_that_was_started_again_begins_anew() -> None:
    engine = Engine()
    engine.request(times=50)
    engine.read()
    anew = Engine()
    anew.readings, anew.started_s, anew.at_ms = engine.readings, 9.0, engine.at_ms
    anew.request(times=60)
    found = kind(anew.read())
    assert found.requests == 60
    assert isinstance(found.requests_per_s, Unknown)
    assert found.latency is None
    anew.request()
    assert kind(anew.read()).requests_per_s == Known(1.0, anew.at_ms)


def test_a_reading_that_is_not_later_is_ignored() -> None:
    engine = Engine()
    engine.request()
    engine.read()
    engine.request(times=9)
    assert kind(engine.read(after_ms=0)).requests == 1
    assert kind(engine.read(after_ms=-500)).requests == 1


def test_errors_are_told_by_name_most_frequent_first_and_as_a_rate_while_they_come() -> None:
    engine = Engine()
    engine.request(times=2, error="FENCED_LEADER_EPOCH")
    engine.read()
    engine.request(times=5, error="OFFSET_OUT_OF_RANGE")
    found = kind(engine.read())
    assert found.errors == (("OFFSET_OUT_OF_RANGE", 5), ("FENCED_LEADER_EPOCH", 2))
    assert found.error_count == 7
    assert found.errors_per_s == Known(5.0, engine.at_ms)
    for _ in range(6):
        found = kind(engine.read())
    assert (found.error_count, found.errors_per_s) == (7, Known(0.0, engine.at_ms))


def test_callers_are_busiest_first() -> None:
    engine = Engine()
    engine.request(times=100, software=("old", "1"))
    engine.read()
    engine.request(times=3)
    found = kind(engine.read())
    assert found.callers == (
        Caller(*C, 3, Known(3.0, engine.at_ms)),
        Caller("old", "1", 100, Known(0.0, engine.at_ms)),
    )


def test_clients_are_those_with_connections_with_what_is_known_of_their_requests() -> None:
    engine = Engine()
    engine.connections = {C: 2.0, ("other", "other"): 1.0, ("gone", "1"): 0.0}
    engine.request("Metadata", "12")
    engine.read()
    engine.request(times=4)
    state = engine.read()
    first, second = state.clients
    assert first == ClientSoftware(*C, 2, 5, Known(4.0, engine.at_ms))
    assert (second.name, second.requests) == ("other", None)
    assert isinstance(second.requests_per_s, Unknown)
    assert state.connections == Known(3, engine.at_ms)


def test_flushes_are_told_as_of_the_last_minute_and_over_time() -> None:
    engine = Engine()
    engine.flush(9.0)
    engine.read()
    engine.flush(0.002, 0.002, 0.002, 0.02)
    engine.read()
    flushing = engine.read().flushing
    assert counts(flushing.last) == 4
    assert value_or(flushing.per_s, 0) == 2.0
    assert value_or(flushing.partitions, 0) == 2.0
    # Without a flush there is no time, which is not a time of 0.
    assert len(flushing.p50_history) == len(flushing.p99_history) == 1
    assert flushing.most_history.values == (0.025,)


def test_what_waits_is_told_with_its_history() -> None:
    engine = Engine()
    waiting: Iterable[tuple[tuple[str, ...], float]] = [(FETCH, 3.0)]
    engine.registry.watch(catalogue.REQUESTS_IN_FLIGHT, lambda: waiting)
    for metric, value in (
        (catalogue.FETCH_WAITERS, 2.0),
        (catalogue.COMMIT_WAITERS, 1.0),
        (catalogue.REQUEST_BUFFER_BYTES, 4_000.0),
        (catalogue.UNSENT_BYTES, 500.0),
    ):
        engine.registry.watch(metric, lambda value=value: [((), value)])  # type: ignore[misc]
    engine.request()
    state = engine.read()
    found = state.waiting
    figures = (found.in_flight, found.for_records, found.for_disk)
    assert [value_or(each, -1) for each in figures] == [3, 2, 1]
    assert value_or(found.incoming_bytes, -1) == 4_000
    assert value_or(found.unsent_bytes, -1) == 500
    assert found.memory_history.values == (4_500.0,)
    assert kind(state).in_flight == 3


def test_what_a_broker_does_not_tell_is_unknown_and_not_zero() -> None:
    state = Engine().read()
    assert isinstance(state.waiting.for_disk, Unknown)
    assert isinstance(state.waiting.unsent_bytes, Unknown)
    assert isinstance(state.requests_per_s, Unknown)
    assert state.waiting.memory_history.values == ()


def test_the_picture_is_the_same_object_until_the_next_reading() -> None:
    engine = Engine()
    engine.request()
    state = engine.read()
    assert engine.readings.state is state
    assert engine.read() is not state


def test_histories_begin_anew_when_they_are_forgotten() -> None:
    engine = Engine()
    engine.request()
    engine.read()
    engine.readings.forget()
    assert engine.readings.state is None
    assert isinstance(kind(engine.read()).requests_per_s, Unknown)
