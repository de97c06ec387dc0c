"""The vital signs of our engine, from two readings of its metrics."""

import pytest

from console.model.figures import Known, Unknown
from console.model.health import EngineVitals
from console.port.readings import MetricSample
from console.sampling.scrape import Scrape
from console.sampling.vitals import MACHINE_MEMORY, Vitals


def sample(name: str, value: float, **labels: str) -> MetricSample:
    return MetricSample(name, labels, value)


def histogram(name: str, seconds: list[float], **labels: str) -> list[MetricSample]:
    """What an engine exposes of so many measurements."""
    bounds = (0.001, 0.01, 0.1)
    rows = [
        sample(f"{name}_bucket", sum(each <= bound for each in seconds), **labels, le=str(bound))
        for bound in bounds
    ]
    return [
        *rows,
        sample(f"{name}_bucket", len(seconds), **labels, le="+Inf"),
        sample(f"{name}_sum", sum(seconds), **labels),
        sample(f"{name}_count", len(seconds), **labels),
    ]


def after(*scrapes: list[MetricSample], every_ms: int = 1000) -> EngineVitals:
    vitals = Vitals()
    for number, samples in enumerate(scrapes, 1):
        vitals.observe(number * every_ms, Scrape(samples))
    assert vitals.latest is not None
    return vitals.latest


def test_nothing_is_known_before_the_first_scrape() -> None:
    assert Vitals().latest is None


def test_a_metric_that_is_missing_leaves_its_figure_unknown_and_not_zero() -> None:
    found = after([], [])
    for name in ("cpu_ratio", "memory_bytes", "connections", "requests_per_s", "flush_mean_ms"):
        assert isinstance(getattr(found, name), Unknown), name
    assert found.apis == ()


def test_counters_become_rates_with_the_second_scrape() -> None:
    first = [sample("process_cpu_seconds_total", 10), sample("kconsole_received_bytes_total", 0)]
    second = [
        sample("process_cpu_seconds_total", 10.5),
        sample("kconsole_received_bytes_total", 3000),
    ]
    assert isinstance(after(first).cpu_ratio, Unknown)
    found = after(first, second)
    assert found.cpu_ratio == Known(0.5, 2000)
    assert found.bytes_in_per_s == Known(3000.0, 2000)
    assert found.cpu_history.values == (0.5,)


def test_gauges_are_told_at_once_and_summed_over_their_labels() -> None:
    found = after(
        [
            sample("process_resident_memory_bytes", 5e7),
            sample("kconsole_connections", 2, software="a", version="1"),
            sample("kconsole_connections", 3, software="b", version="1"),
            sample("process_start_time_seconds", 1_700_000_000.5),
        ]
    )
    assert found.memory_bytes == Known(50_000_000, 1000)
    assert found.connections == Known(5, 1000)
    assert found.started_ms == Known(1_700_000_000_500, 1000)


def test_requests_are_told_by_kind_busiest_first() -> None:
    def scrape(fetches: int, beats: int) -> list[MetricSample]:
        return [
            *histogram("kconsole_request_seconds", [0.004] * fetches, api="Fetch"),
            *histogram("kconsole_request_seconds", [0.0005] * beats, api="Heartbeat"),
        ]

    found = after(scrape(10, 0), scrape(30, 200), every_ms=2000)
    assert [row.api for row in found.apis] == ["Heartbeat", "Fetch"]
    beats, fetches = found.apis
    assert (beats.requests_per_s, fetches.requests_per_s) == (100, 10)
    assert fetches.mean_ms == pytest.approx(4)
    assert fetches.p99_ms == pytest.approx(10, rel=0.02)


def test_a_percentile_beyond_the_last_bound_is_not_told() -> None:
    scrapes = [histogram("kconsole_request_seconds", [5.0] * count, api="X") for count in (1, 9)]
    (row,) = after(*scrapes).apis
    assert row.p99_ms is None
    assert row.mean_ms == pytest.approx(5000)


def test_flushes_are_those_since_the_last_scrape_and_unknown_when_there_was_none() -> None:
    def scrape(seconds: list[float]) -> list[MetricSample]:
        return histogram("kconsole_sync_seconds", seconds)

    slow = after(scrape([0.001] * 5), scrape([0.001] * 5 + [0.05]))
    assert slow.flush_mean_ms == Known(pytest.approx(50), 2000)
    idle = after(scrape([0.05]), scrape([0.05]))
    assert isinstance(idle.flush_mean_ms, Unknown)
    assert "nothing was flushed" in idle.flush_mean_ms.reason


def test_an_engine_that_was_started_again_begins_its_rates_anew() -> None:
    def scrape(count: int) -> list[MetricSample]:
        return [
            sample("kconsole_requests_total", count),
            *histogram("kconsole_request_seconds", [0.001] * count, api="Fetch"),
        ]

    restarted = after(scrape(100), scrape(200), scrape(3))
    assert isinstance(restarted.requests_per_s, Unknown)
    assert restarted.apis == ()


def test_the_size_of_the_machine_comes_along() -> None:
    vitals = Vitals()
    vitals.observe(1000, Scrape([sample(MACHINE_MEMORY, float(1 << 34))]))
    assert vitals.machine_bytes == 1 << 34


def test_histories_begin_anew_when_they_are_forgotten() -> None:
    vitals = Vitals()
    for at_ms, amount in ((5000, 1.0), (6000, 2.0)):
        vitals.observe(at_ms, Scrape([sample("process_cpu_seconds_total", amount)]))
    vitals.forget()
    for at_ms, amount in ((1000, 3.0), (2000, 3.5)):
        vitals.observe(at_ms, Scrape([sample("process_cpu_seconds_total", amount)]))
    assert vitals.latest is not None
    assert vitals.latest.cpu_ratio == Known(0.5, 2000)
    assert vitals.latest.cpu_history.times_ms == (2000,)


def test_damage_wrong_times_and_room_on_the_disk_are_told() -> None:
    found = after(
        [
            sample("kconsole_damaged_ranges", 2),
            sample("kconsole_clock_unconfirmed", 1),
            sample("kconsole_segments_undated", 4),
            sample("kconsole_disk_free_bytes", 5e9),
            sample("kconsole_disk_reserve_bytes", 3e7),
        ]
    )
    assert found.damaged_ranges == Known(2, 1000)
    assert found.clock_unconfirmed == Known(1, 1000)
    assert found.segments_undated == Known(4, 1000)
    assert found.disk_free_bytes == Known(5_000_000_000, 1000)
    assert found.disk_reserve_bytes == Known(30_000_000, 1000)


def test_reads_that_wait_for_a_descriptor_are_told_while_there_are_any() -> None:
    vitals = Vitals()
    rates = []
    for at_ms, count in ((1000, 0), (2000, 4), (3000, 4)):
        vitals.observe(at_ms, Scrape([sample("kconsole_reads_put_off_total", count)]))
        assert vitals.latest is not None
        rates.append(vitals.latest.reads_put_off_per_s)
    assert rates[1] == Known(4.0, 2000)


def test_vital_signs_that_cannot_be_read_any_more_stay_and_say_why() -> None:
    vitals = Vitals()
    vitals.miss("127.0.0.1:9404 did not answer")
    assert vitals.latest is None
    vitals.observe(1000, Scrape([MetricSample("kconsole_connections", {}, 7.0)]))
    vitals.miss("127.0.0.1:9404 did not answer")
    assert vitals.latest is not None
    assert (vitals.latest.read_ms, vitals.latest.problem) == (1000, "127.0.0.1:9404 did not answer")
    assert vitals.latest.connections == Known(7, 1000)
    vitals.observe(2000, Scrape([]))
    assert vitals.latest.problem == ""
