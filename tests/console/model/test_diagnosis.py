"""Each kind of finding: when it is made, about what, and in which order."""

from dataclasses import replace

import pytest

from console.model.cluster import Broker, ClusterState, Connection, ConnectionState, Usage
from console.model.diagnosis import FINDINGS_OF_A_KIND_MAX, Subject, diagnose
from console.model.figures import Known
from console.model.group import Group, GroupState
from console.model.health import EngineVitals, Finding
from console.model.lag import LossKind, LossOutlook
from console.model.partition import NOT_READ
from console.model.retention import GroupAtRisk, TopicRetention
from console.model.severity import Severity
from console.model.topic import Topic, TopicStatus
from console.model.verdict import Verdict

CONNECTED = Connection(ConnectionState.CONNECTED, "kafka:9092")
BROKER = Broker(1, "kafka", 9092, disk=Known(Usage(10, 100), 1))
TOPIC = Topic("orders", "id", False, 3, 3, TopicStatus.HEALTHY)
GROUP = Group("billing", GroupState.STABLE, "classic", verdict=Verdict.OK)
KEPT = TopicRetention("orders", NOT_READ, NOT_READ, NOT_READ, NOT_READ, 3)
FINE = Subject(
    CONNECTED, ClusterState("c", (BROKER,), 1), (TOPIC,), (GROUP,), (KEPT,), EngineVitals()
)
NOW_MS = 1_700_000_000_000


def found(subject: Subject) -> tuple[Finding, ...]:
    return diagnose(subject, {}, NOW_MS)


def with_broker(**fields: object) -> Subject:
    broker = replace(BROKER, **fields)  # type: ignore[arg-type]
    return replace(FINE, cluster=ClusterState("c", (broker,), 1))


def at_risk(outlook: LossOutlook, expired: int = 0) -> Subject:
    risk = GroupAtRisk("billing", outlook, expired)
    return replace(FINE, retention=(replace(KEPT, at_risk=(risk,)),))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert found(FINE) == ()
    assert found(Subject(CONNECTED)) == ()


@pytest.mark.parametrize(
    ("subject", "code", "severity", "about"),
    [
        (
            replace(FINE, connection=Connection(ConnectionState.LOST, "kafka:9092")),
            *("connection-lost", Severity.ERROR, "kafka:9092"),
        ),
        (
            replace(FINE, connection=Connection(ConnectionState.BARRED, "kafka:9092")),
            *("not-let-in", Severity.ERROR, "kafka:9092"),
        ),
        (
            replace(FINE, connection=Connection(ConnectionState.STOPPED, "kafka:9092")),
            *("broker-stopped", Severity.ERROR, "kafka:9092"),
        ),
        (
            replace(FINE, connection=replace(CONNECTED, exposure="the password of ann")),
            *("login-exposed", Severity.WARNING, CONNECTED.address),
        ),
        (
            replace(FINE, connection=Connection(ConnectionState.GAVE_UP, "kafka:9092")),
            *("engine-gave-up", Severity.ERROR, "kafka:9092"),
        ),
        (with_broker(is_online=False), "broker-down", Severity.ERROR, "broker 1"),
        (with_broker(silence="timed out"), "broker-silent", Severity.WARNING, "broker 1"),
        (
            replace(FINE, vitals=EngineVitals(problem="refused", flush_mean_ms=Known(999.0, 1))),
            *("engine-mute", Severity.WARNING, "engine"),
        ),
        (with_broker(problem="/b has failed"), "disk-failed", Severity.ERROR, "broker 1"),
        (with_broker(disk=Known(Usage(85, 100), 1)), "disk-full", Severity.WARNING, "broker 1"),
        (with_broker(disk=Known(Usage(95, 100), 1)), "disk-full", Severity.ERROR, "broker 1"),
        (
            replace(FINE, topics=(replace(TOPIC, offline_partitions=1),)),
            *("offline", Severity.ERROR, "orders"),
        ),
        (
            replace(FINE, topics=(replace(TOPIC, under_replicated_partitions=2),)),
            *("under-replicated", Severity.ERROR, "orders"),
        ),
        (
            replace(FINE, groups=(replace(GROUP, problem="down", verdict=Verdict.UNKNOWN),)),
            *("group-unread", Severity.WARNING, "billing"),
        ),
        (
            at_risk(LossOutlook(LossKind.NOW), expired=7),
            *("records-lost", Severity.ERROR, "billing on orders"),
        ),
        (
            at_risk(LossOutlook(LossKind.IN_TIME, seconds=3600.0)),
            *("records-at-risk", Severity.WARNING, "billing on orders"),
        ),
        (
            replace(FINE, vitals=EngineVitals(flush_mean_ms=Known(250.0, 1))),
            *("slow-disk", Severity.WARNING, "engine"),
        ),
        (
            replace(FINE, vitals=EngineVitals(reads_put_off_per_s=Known(0.5, 1))),
            *("no-descriptors", Severity.ERROR, "engine"),
        ),
        (
            replace(FINE, vitals=EngineVitals(clock_unconfirmed=Known(1, 1))),
            *("clock-unconfirmed", Severity.WARNING, "engine"),
        ),
        (
            replace(FINE, vitals=EngineVitals(segments_undated=Known(3, 1))),
            *("segments-undated", Severity.WARNING, "engine"),
        ),
        (
            replace(FINE, vitals=EngineVitals(damaged_ranges=Known(1, 1))),
            *("damaged", Severity.ERROR, "engine"),
        ),
        (
            replace(
                FINE,
                vitals=EngineVitals(disk_free_bytes=Known(9, 1), disk_reserve_bytes=Known(10, 1)),
            ),
            *("disk-reserve", Severity.ERROR, "engine"),
        ),
    ],
)
def test_each_kind_of_trouble_is_found_once(
    subject: Subject, code: str, severity: Severity, about: str
) -> None:
    (finding,) = found(subject)
    assert (finding.code, finding.severity, finding.subject) == (code, severity, about)
    assert finding.text.endswith(".")
    assert finding.advice.endswith(".")
    assert finding.since_ms == NOW_MS


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_that_is_bad_is_a_finding_of_its_severity(verdict: Verdict) -> None:
    findings = found(replace(FINE, groups=(replace(GROUP, verdict=verdict),)))
    is_bad = verdict.severity >= Severity.WARNING
    assert [each.severity for each in findings] == ([verdict.severity] if is_bad else [])


def test_a_loss_that_is_days_away_is_no_finding() -> None:
    assert not found(at_risk(LossOutlook(LossKind.IN_TIME, seconds=100_000.0)))


def test_a_broker_that_is_down_has_no_second_finding_for_its_disk() -> None:
    (finding,) = found(with_broker(is_online=False, problem="not listed"))
    assert finding.code == "broker-down"


def test_a_finding_keeps_the_moment_since_when_it_holds() -> None:
    (finding,) = diagnose(with_broker(is_online=False), {("broker-down", "broker 1"): 5}, NOW_MS)
    assert finding.since_ms == 5


def test_the_worst_comes_first_and_of_equals_the_oldest() -> None:
    brokers = (
        replace(BROKER, node_id=1, disk=Known(Usage(90, 100), 1)),
        replace(BROKER, node_id=2, is_online=False),
        replace(BROKER, node_id=3, is_online=False),
    )
    subject = replace(FINE, cluster=ClusterState("c", brokers, 1))
    since = {("broker-down", "broker 3"): 5}
    assert [(f.code, f.subject) for f in diagnose(subject, since, NOW_MS)] == [
        ("broker-down", "broker 3"),
        ("broker-down", "broker 2"),
        ("disk-full", "broker 1"),
    ]


def test_findings_of_a_kind_are_bounded_and_the_rest_is_counted() -> None:
    topics = tuple(
        replace(TOPIC, name=f"topic-{number:03d}", offline_partitions=1) for number in range(100)
    )
    findings = found(replace(FINE, topics=topics))
    assert len(findings) == FINDINGS_OF_A_KIND_MAX
    (more,) = (finding for finding in findings if finding.code == "more")
    assert more.text.startswith(f"{100 - FINDINGS_OF_A_KIND_MAX + 1} more")


def test_names_from_outside_are_cleaned() -> None:
    hostile = replace(TOPIC, name="\x1b[2Jorders", offline_partitions=1)
    (finding,) = found(replace(FINE, topics=(hostile,)))
    assert "\x1b" not in finding.text
