"""Snapshots to draw screens from: a busy cluster at one fixed moment, and each way it can look.

Everything is computed from constants, so that frames compare equal from run to run. The parts
(`brokers`, `topics`, `groups` ...) are functions too, for tests that need only one of them.
"""

from dataclasses import replace

from console.model.cluster import (
    ClusterState,
    Connection,
    ConnectionState,
    Totals,
    Usage,
)
from console.model.events import Event, EventKind
from console.model.figures import Known, Total, Unknown
from console.model.health import ApiLatency, EngineVitals, Finding, Health
from console.model.section import Ready, Refused, Section, Stale
from console.model.series import Series
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.topic import TopicDetail
from tests.support.sample_brokers import broker_configs, brokers, cluster
from tests.support.sample_groups import groups
from tests.support.sample_series import GIB, NOW_MS, wave
from tests.support.sample_topics import partial_detail, retentions, topic_detail, topics


def totals() -> Totals:
    """The cards at the top."""
    return Totals(
        topic_count=len(topics()),
        partition_count=1284,
        group_count=len(groups()),
        messages_per_s=Known(48_200.0, NOW_MS),
        bytes_per_s=Known(61.4e6, NOW_MS),
        lag=Total(272_400),
        is_lag_read=True,
        under_replicated=1,
        offline=0,
        groups_active=Known(42, NOW_MS),
        size_bytes=Known(12_400 * GIB, NOW_MS),
        messages_history=wave(46_000, 9_000),
        bytes_history=wave(58e6, 9e6, turns=0.8),
        lag_history=wave(250_000, 40_000, turns=0.4),
        under_replicated_history=Series(wave(0, 0).times_ms, (0.0,) * 60 + (1.0,) * 30),
        groups_history=wave(42, 2, turns=2.5),
    )


def events() -> tuple[Event, ...]:
    """News, newest first."""
    of_billing = "group billing"
    rows = (
        (2, Severity.WARNING, EventKind.LAG, "billing", "lag billing → orders.placed 182K"),
        (
            20,
            Severity.ERROR,
            EventKind.PARTITION,
            "orders.fulfilled-17",
            "ISR shrink orders.fulfilled-17 [1,3]",
        ),
        (33, Severity.OK, EventKind.TOPIC, "dlq.refunds", "topic dlq.refunds created (6×3)"),
        (51, Severity.INFO, EventKind.GROUP, "fraud", "group fraud rebalanced, 6 members"),
        (149, Severity.INFO, EventKind.CONFIG, "audit.events", "retention audit.events 7d → 30d"),
        (164, Severity.OK, EventKind.BROKER, "3", "broker 3 rejoined ISR"),
        (318, Severity.WARNING, EventKind.BROKER, "3", "disk kafka-3 above 90 %"),
        (399, Severity.OK, EventKind.GROUP, "billing", f"{of_billing} is stable after 3s"),
        (402, Severity.INFO, EventKind.GROUP, "billing", f"{of_billing} rebalances"),
        (402, Severity.INFO, EventKind.GROUP, "billing", f"{of_billing}: billing-5 joined"),
    )
    return tuple(
        Event(NOW_MS - 1000 * ago_s, severity, kind, subject, text)
        for ago_s, severity, kind, subject, text in rows
    )


def findings() -> tuple[Finding, ...]:
    """What is wrong, worst first."""
    return (
        Finding(
            "under-replicated",
            Severity.ERROR,
            "orders.fulfilled",
            "1 partition of orders.fulfilled has fewer copies in sync than it should.",
            "See whether broker 2 is up and keeps up; the copy catches up by itself.",
            NOW_MS - 20_000,
        ),
        Finding(
            "disk-full",
            Severity.ERROR,
            "broker 3",
            "The disk of broker 3 is 91% full.",
            "Shorten the retention of large topics or add disk space.",
            NOW_MS - 318_000,
        ),
        Finding(
            "lag",
            Severity.WARNING,
            "billing",
            "Group billing falls behind on orders.placed.",
            "Add members up to the number of partitions, or find what slows them down.",
            NOW_MS - 2_000,
        ),
    )


def vitals() -> EngineVitals:
    """The vital signs of an engine of ours."""
    return EngineVitals(
        cpu_ratio=Known(0.37, NOW_MS),
        memory_bytes=Known(96 << 20, NOW_MS),
        connections=Known(14, NOW_MS),
        requests_per_s=Known(812.0, NOW_MS),
        bytes_in_per_s=Known(61.4e6, NOW_MS),
        bytes_out_per_s=Known(118.2e6, NOW_MS),
        flush_mean_ms=Known(3.1, NOW_MS),
        flush_p99_ms=Known(11.8, NOW_MS),
        started_ms=Known(NOW_MS - 86_400_000, NOW_MS),
        apis=(
            ApiLatency("Produce", 402.0, 3.9, 12.4),
            ApiLatency("Fetch", 318.0, 41.0, 500.0),
            ApiLatency("OffsetCommit", 22.0, 3.3, 11.0),
            ApiLatency("Heartbeat", 14.0, 0.2, 0.9),
            ApiLatency("Metadata", 3.0, 0.8, 2.0),
        ),
        cpu_history=wave(0.35, 0.1),
        requests_history=wave(800, 90),
        flush_history=wave(3.2, 0.9, turns=3),
    )


def busy() -> Snapshot:
    """The rich one: three brokers, thirty topics, three groups, something wrong."""
    return Snapshot(
        sequence=412,
        at_ms=NOW_MS,
        cluster_name="prod-eu-west",
        connection=Connection(
            ConnectionState.CONNECTED, "kafka-1.eu:9092", since_ms=NOW_MS - 3_600_000
        ),
        cluster=Ready(cluster(), NOW_MS),
        totals=Ready(totals(), NOW_MS),
        topics=Ready(topics(), NOW_MS),
        groups=Ready(groups(), NOW_MS),
        retention=Ready(retentions(), NOW_MS),
        health=Ready(Health(findings()), NOW_MS),
        topic_details={name: topic_detail(name) for name in ("orders.placed", "orders.fulfilled")},
        broker_configs={1: Ready(broker_configs(), NOW_MS)},
        events=events(),
    )


def hosted() -> Snapshot:
    """The broker that the console hosts: one node with vital signs, all well."""
    node = replace(
        brokers()[0],
        host="127.0.0.1",
        rack=None,
        leaders=96,
        replicas=96,
        cpu_ratio=Known(0.37, NOW_MS),
        memory=Known(Usage(96 << 20, 16 * GIB), NOW_MS),
    )
    state = ClusterState("aGVsbG8gd29ybGQhISEhIQ", (node,), 1, "0.1.0", "kconsole engine")
    return replace(
        busy(),
        cluster_name="this machine",
        connection=Connection(
            ConnectionState.CONNECTED,
            "127.0.0.1:9092",
            is_hosted=True,
            since_ms=NOW_MS - 86_400_000,
        ),
        cluster=Ready(state, NOW_MS),
        health=Ready(Health((), vitals()), NOW_MS),
    )


def loading() -> Snapshot:
    """Just started: connected to nothing, nothing read."""
    return Snapshot(
        sequence=0,
        at_ms=NOW_MS,
        cluster_name="prod-eu-west",
        connection=Connection(
            ConnectionState.CONNECTING, "kafka-1.eu:9092", detail="connecting", since_ms=NOW_MS
        ),
    )


def empty() -> Snapshot:
    """A new cluster: brokers, and nothing on them; topics that are open are there no more."""
    return replace(
        hosted(),
        totals=Ready(Totals(is_lag_read=True, groups_active=Known(0, NOW_MS)), NOW_MS),
        topics=Ready((), NOW_MS),
        groups=Ready((), NOW_MS),
        retention=Ready((), NOW_MS),
        topic_details={name: gone(name) for name in busy().topic_details},
        events=(),
    )


def gone(name: str) -> TopicDetail:
    """An open topic that is there no more."""
    face = Refused(f"there is no topic {name}, or no right to see it")
    return TopicDetail(name, face, face, face, face, face)


def partial() -> Snapshot:
    """Some figures could not be read: sizes and rates of some topics, members of a group, the
    offsets of another, how full the brokers are, when the oldest records go. Broker 2 is silent."""
    silent = Unknown("broker 2 did not answer in time")
    rows = tuple(
        replace(row, messages_per_s=silent, size_bytes=silent, message_count=silent, lag=silent)
        if position % 3 == 1
        else row
        for position, row in enumerate(topics())
    )
    first, second, third, *rest = groups()
    hollow = replace(
        second,
        members=Unknown("no right to describe this group"),
        partitions=(),
        is_enriched=False,
        lag_total=Total(0, 12),
    )
    old = replace(third, problem=silent.reason)
    counted = replace(totals(), lag=Total(272_400, 12), bytes_per_s=silent)
    kept = tuple(
        replace(row, oldest_ms=silent, oldest_goes_ms=silent, size_bytes=silent)
        if position % 3 == 1
        else row
        for position, row in enumerate(retentions())
    )
    mute = [replace(broker, cpu_ratio=silent, memory=silent) for broker in brokers()]
    mute[1] = replace(
        mute[1],
        silence=silent.reason,
        messages_per_s=silent,
        bytes_per_s=silent,
        round_trip=silent,
    )
    return replace(
        busy(),
        cluster=Ready(replace(cluster(), brokers=tuple(mute)), NOW_MS),
        topics=Ready(rows, NOW_MS),
        groups=Ready((first, hollow, old, *rest), NOW_MS),
        retention=Ready(kept, NOW_MS),
        totals=Ready(counted, NOW_MS),
        topic_details={
            name: partial_detail(name) for name in ("orders.placed", "orders.fulfilled")
        },
    )


def stale() -> Snapshot:
    """The connection was lost 45 seconds ago; the last good values stay."""
    whole = busy()
    since_ms = NOW_MS - 45_000
    reason = "kafka-1.eu:9092 refused the connection"

    def aged(section: Section[object]) -> Section[object]:
        assert isinstance(section, Ready)
        return Stale(section.value, since_ms - 1000, reason, since_ms)

    changes: dict[str, object] = {
        name: aged(getattr(whole, name))
        for name in ("cluster", "totals", "topics", "groups", "retention", "health")
    }
    details = {
        name: replace(
            detail,
            partitions=aged(detail.partitions),
            configs=aged(detail.configs),
            producers=aged(detail.producers),
            segments=aged(detail.segments),
        )
        for name, detail in whole.topic_details.items()
    }
    changes["broker_configs"] = {1: aged(whole.broker_configs[1])}
    lost = Connection(
        ConnectionState.LOST,
        "kafka-1.eu:9092",
        detail=reason,
        since_ms=since_ms,
        retry_at_ms=NOW_MS + 8_000,
    )
    return replace(whole, connection=lost, topic_details=details, **changes)  # type: ignore[arg-type]


def refused() -> Snapshot:
    """The cluster answers, but lets this user see neither groups nor topic configurations."""
    return replace(
        busy(),
        groups=Refused("user reader lacks Describe on groups"),
        retention=Refused("user reader lacks DescribeConfigs on topics"),
    )


def shut_out() -> Snapshot:
    """The cluster answers, and lets this user see nothing."""
    detail = TopicDetail(
        "orders.placed",
        partitions=Refused("user reader lacks Describe on topics"),
        configs=Refused("user reader lacks DescribeConfigs on topics"),
        retention=Refused("user reader lacks DescribeConfigs on topics"),
        producers=Refused("user reader lacks Read on topics"),
        segments=Refused("user reader lacks DescribeConfigs on topics"),
    )
    return replace(
        busy(),
        cluster=Refused("user reader lacks Describe on the cluster"),
        totals=Refused("user reader lacks Describe on topics"),
        topics=Refused("user reader lacks Describe on topics"),
        groups=Refused("user reader lacks Describe on groups"),
        retention=Refused("user reader lacks DescribeConfigs on topics"),
        broker_configs={1: Refused("user reader lacks DescribeConfigs on the cluster")},
        health=Refused("user reader lacks Describe on the cluster"),
        topic_details={"orders.placed": detail},
        events=(),
    )


def one_broker_down() -> Snapshot:
    """Broker 2 is gone; what it led is unknown or offline, everything else goes on."""
    unknown = Unknown("broker 2 is down")
    gone = tuple(
        replace(
            broker,
            is_online=False,
            problem="refused the connection",
            leaders=0,
            disk=unknown,
            cpu_ratio=unknown,
            memory=unknown,
            log_bytes=unknown,
            messages_per_s=unknown,
            bytes_per_s=unknown,
            round_trip=unknown,
        )
        if broker.node_id == 2
        else broker
        for broker in brokers()
    )
    down = Finding(
        "broker-down",
        Severity.ERROR,
        "broker 2",
        "Broker 2 (kafka-2.eu:9092) refuses connections.",
        "Start it again, or see its log for why it stopped.",
        NOW_MS - 12_000,
    )
    news = Event(NOW_MS - 12_000, Severity.ERROR, EventKind.BROKER, "2", "broker 2 is gone")
    return replace(
        partial(),
        cluster=Ready(replace(cluster(), brokers=gone), NOW_MS),
        health=Ready(Health((down, *findings())), NOW_MS),
        events=(news, *events()),
    )


VARIANTS = {
    "busy": busy,
    "hosted": hosted,
    "loading": loading,
    "empty": empty,
    "partial": partial,
    "stale": stale,
    "refused": refused,
    "shut_out": shut_out,
    "one_broker_down": one_broker_down,
}
"""Every variant by name, for parametrized tests."""
