"""What there is to show of an engine's inside, or why there is nothing."""

from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale
from console.port.capabilities import Capabilities
from console.port.readings import MetricSample
from console.sampling.collected import Collected
from console.sampling.engine_readings import EngineReadings
from console.sampling.engine_section import NOT_OURS, NOT_TOLD, engine_section
from console.sampling.scrape import Scrape

OURS = Capabilities(tells_vitals=True)


def read() -> EngineReadings:
    readings = EngineReadings()
    readings.observe(1_000, Scrape([MetricSample("kconsole_connections", {}, 1.0)]))
    return readings


def test_until_it_is_known_what_the_cluster_offers_it_is_being_read() -> None:
    assert engine_section(Collected(), EngineReadings()) == LOADING
    away = Collected(layout=Loading("nobody answers"))
    assert engine_section(away, EngineReadings()) == Loading("nobody answers")
    assert engine_section(Collected(layout=Refused("no")), EngineReadings()) == Refused("no")


def test_another_cluster_has_no_inside_that_could_be_read() -> None:
    found = Collected(capabilities=Capabilities())
    assert engine_section(found, EngineReadings()) == Refused(NOT_OURS)


def test_a_broker_of_ours_without_metrics_is_told_apart_from_a_cluster_that_is_none() -> None:
    found = Collected(capabilities=Capabilities(is_engine=True))
    assert engine_section(found, EngineReadings()) == Refused(NOT_TOLD)


def test_metrics_that_never_came_say_why() -> None:
    found = Collected(capabilities=OURS, metrics=Loading("timed out"))
    assert engine_section(found, EngineReadings()) == Loading("timed out")
    assert engine_section(Collected(capabilities=OURS), EngineReadings()) == LOADING


def test_the_picture_has_the_age_of_its_metrics() -> None:
    readings = read()
    faces: tuple[Section[tuple[MetricSample, ...]], ...] = (
        Ready((), 1_000),
        Stale((), 1_000, "timed out", 2_000),
    )
    for metrics in faces:
        section = engine_section(Collected(capabilities=OURS, metrics=metrics), readings)
        assert type(section) is type(metrics)
        assert isinstance(section, Ready | Stale)
        assert section.value is readings.state
        assert section.at_ms == 1_000
