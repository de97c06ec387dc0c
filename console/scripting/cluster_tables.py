"""The tables of the cluster as a whole: totals, brokers, what is wrong, what happened."""

from collections.abc import Iterator

from console.model.cluster import Broker, Totals
from console.model.events import Event
from console.model.figures import Figure, map_figure
from console.model.health import Finding
from console.model.section import content, map_section
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.verdict import Verdict
from console.port.capabilities import ENGINE
from console.sampling.needs import View
from console.scripting.fields import moment, number, size, text
from console.scripting.parts import mapped
from console.scripting.table import Follow, Named, OfSnapshot, Table


def _disk_percent(broker: Broker) -> Figure[int]:
    return map_figure(broker.disk, lambda usage: round(100 * usage.ratio))


def _group_count(totals: Totals) -> Figure[int]:
    return map_figure(totals.groups_active, lambda _: totals.group_count)


TOTALS: Table[Totals] = Table(
    "totals",
    "The whole cluster in one row: topics, partitions, rates, lag, replication.",
    Named("NAME", most=0),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.totals, lambda totals: (totals,)),
        frozenset({View.OVERVIEW}),
        Follow.ALL,
    ),
    (
        number("topics", lambda totals: totals.topic_count),
        number("partitions", lambda totals: totals.partition_count),
        number("groups", _group_count),
        number("groups_active", lambda totals: totals.groups_active),
        number("messages_per_s", lambda totals: totals.messages_per_s),
        number("bytes_per_s", lambda totals: totals.bytes_per_s),
        size("size", lambda totals: totals.size_bytes),
        number("lag", lambda totals: totals.lag.amount if totals.is_lag_read else None),
        number("unknown", lambda totals: totals.lag.unknown if totals.is_lag_read else None),
        number("under_replicated", lambda totals: totals.under_replicated),
        number("offline", lambda totals: totals.offline),
    ),
    more="`unknown` counts the partitions whose lag is not known and not in the sum; "
    "`under_replicated` and `offline` count partitions, `groups_active` groups with members.",
    over_time=("messages_per_s", "bytes_per_s"),
)
BROKERS: Table[Broker] = Table(
    "brokers",
    "Brokers: address, role, leaders, disk, what is wrong with them.",
    Named(
        "ID",
        there=lambda snapshot: map_section(
            snapshot.cluster,
            lambda cluster: frozenset(str(broker.node_id) for broker in cluster.brokers),
        ),
    ),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.cluster, lambda cluster: cluster.brokers),
        frozenset({View.BROKERS, View.TRAFFIC}),
    ),
    (
        number("id", lambda broker: broker.node_id),
        text("address", lambda broker: broker.address),
        text("rack", lambda broker: broker.rack),
        text("state", lambda broker: broker.state),
        text("role", lambda broker: "controller" if broker.is_controller else "broker"),
        number("leaders", lambda broker: broker.leaders),
        number("replicas", lambda broker: broker.replicas),
        number("messages_per_s", lambda broker: broker.messages_per_s),
        number("bytes_per_s", lambda broker: broker.bytes_per_s),
        size("log_size", lambda broker: broker.log_bytes),
        size("disk_used", lambda broker: map_figure(broker.disk, lambda usage: usage.used)),
        size("disk_total", lambda broker: map_figure(broker.disk, lambda usage: usage.total)),
        number("disk_percent", _disk_percent),
        text("problem", lambda broker: broker.problem or broker.silence or None),
    ),
    lambda broker: str(broker.node_id),
    more="`messages_per_s` and `bytes_per_s` are what is written to the partitions that it leads.",
    over_time=("messages_per_s", "bytes_per_s"),
)


def _tells_vitals(snapshot: Snapshot) -> bool:
    """Whether rates of an engine are known, once its metrics are read twice."""
    return content(snapshot.cluster) is not None and "tells_vitals" not in snapshot.lacks


def _untold(snapshot: Snapshot) -> Iterator[str]:
    """What may be wrong without a finding that says so."""
    cluster = content(snapshot.cluster)
    if cluster is not None and cluster.mode == ENGINE and not _tells_vitals(snapshot):
        yield (
            "damage on disk and slow writes are not known: this broker tells no metrics "
            "(metrics.listen under [engine] of its configuration)"
        )
    groups = [
        plain(group.name)
        for group in content(snapshot.groups) or ()
        if group.verdict is Verdict.UNKNOWN and not group.problem
    ]
    more = f" and {len(groups) - 1:,} more" if len(groups) > 1 else ""
    if groups:
        asked = f"whether groups keep up ({groups[0]}{more})"
        yield f"unknown from one reading: {asked}; --watch 1 compares several"


HEALTH: Table[Finding] = Table(
    "health",
    "What is wrong at this moment, and what to do about it.",
    Named("SUBJECT"),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.health, lambda health: health.findings),
        frozenset({View.HEALTH}),
        Follow.ALL,
        untold=_untold,
        looks_again=_tells_vitals,
    ),
    (
        text("severity", lambda finding: finding.severity.name.lower()),
        text("code", lambda finding: finding.code),
        text("subject", lambda finding: finding.subject),
        text("what", lambda finding: finding.text),
        text("advice", lambda finding: finding.advice),
        moment("since", lambda finding: finding.since_ms),
    ),
    lambda finding: finding.subject,
    more="`since` is when this command saw it first. What one reading cannot tell, such as whether "
    "groups keep up, is said on standard error; with --watch it is told.",
    empty="nothing is wrong, as far as it can be read",
)
EVENTS: Table[Event] = Table(
    "events",
    "What changes while one watches: brokers, topics, partitions, members and rebalances.",
    Named("SUBJECT"),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.cluster, lambda _: snapshot.events),
        frozenset({View.OVERVIEW, View.GROUPS, View.BROKERS}),
    ),
    (
        moment("at", lambda event: event.at_ms),
        text("severity", lambda event: event.severity.name.lower()),
        text("kind", lambda event: event.kind.value),
        text("subject", lambda event: event.subject),
        text("what", lambda event: event.text),
    ),
    lambda event: event.subject,
    grows=True,
    needs_watch=True,
)
