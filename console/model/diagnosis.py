"""Finds what is wrong in a snapshot, and says what to do about it.

Pure: the same snapshot gives the same findings. Since when each holds is known by who keeps them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.model import units
from console.model.cluster import ClusterState, Connection, ConnectionState
from console.model.figures import Known
from console.model.group import Group
from console.model.health import EngineVitals, Finding
from console.model.lag import LossKind
from console.model.retention import LOSS_WARNING_S, TopicRetention
from console.model.severity import Severity
from console.model.text import plain
from console.model.topic import Topic
from console.model.verdict import Verdict

DISK_WARNING = 0.85
DISK_ERROR = 0.95
FLUSH_WARNING_MS = 200.0
"""A group commit that takes longer on average makes every acknowledged write slow."""

FINDINGS_OF_A_KIND_MAX = 20
"""Findings of one kind that are listed; the last one says how many more there are."""

_VERDICTS = {
    Verdict.WARN: (
        "falls behind",
        "Add members up to the number of partitions, or find what slows them down.",
    ),
    Verdict.STOP: (
        "has stopped: it has no members and commits nothing",
        "Start its consumers again.",
    ),
    Verdict.STALL: (
        "is stalled: it has members, yet commits nothing",
        "Look at the consumers: they may hang on one record, or process without committing.",
    ),
    Verdict.REWIND: (
        "has gone back to earlier offsets",
        "If nobody reset its offsets on purpose, look for a restored backup or a second user.",
    ),
    Verdict.AHEAD: (
        "has committed offsets beyond the end of the log",
        "The topic was created again or cut short: reset the offsets of the group.",
    ),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at. Parts that are not known are left empty: nothing is found in them."""

    connection: Connection
    cluster: ClusterState | None = None
    topics: Sequence[Topic] = ()
    groups: Sequence[Group] = ()
    retention: Sequence[TopicRetention] = ()
    vitals: EngineVitals | None = None


def diagnose(
    subject: Subject, since: Mapping[tuple[str, str], int], now_ms: int
) -> tuple[Finding, ...]:
    """What is wrong, worst first, then oldest first.

    `since` says when a finding was first made, by code and subject.
    """
    found: list[Finding] = []
    for kind in (
        _of_connection(subject.connection),
        _of_brokers(subject.cluster),
        _of_topics(subject.topics),
        _of_groups(subject.groups),
        _of_retention(subject.retention),
        _of_engine(subject.vitals),
    ):
        found.extend(_bounded(list(kind)))
    dated = [_dated(finding, since, now_ms) for finding in found]
    return tuple(sorted(dated, key=_order))


def _of_connection(connection: Connection) -> Iterator[Finding]:
    state = connection.state
    if state is ConnectionState.GAVE_UP:
        yield _finding(
            "engine-gave-up",
            Severity.ERROR,
            connection.address,
            f"The broker that this console hosts does not stay up: {connection.detail}.",
            "See its log; remove the cause, then restart the console.",
        )
    elif state is ConnectionState.STOPPED:
        yield _finding(
            "broker-stopped",
            Severity.ERROR,
            connection.address,
            "The broker that this console was attached to has stopped.",
            "Start it again: the console connects by itself; or let :start-broker start one here.",
        )
    elif state is ConnectionState.BARRED:
        yield _finding(
            "not-let-in",
            Severity.ERROR,
            connection.address,
            f"The cluster cannot be entered: {connection.detail}.",
            "Mend what it names, or the configuration, which is taken over once it is saved.",
        )
    elif state is ConnectionState.LOST:
        yield _finding(
            "connection-lost",
            Severity.ERROR,
            connection.address,
            f"The cluster cannot be reached: {connection.detail}.",
            "Check the address and the network; the console keeps trying.",
        )
    if connection.exposure:
        yield _finding(
            "login-exposed",
            Severity.WARNING,
            connection.address,
            f"Whoever listens to the network learns {connection.exposure}: TLS is off.",
            "Set tls.enabled or tls.ca of the cluster, and use a port of it that has TLS.",
        )


def _of_brokers(cluster: ClusterState | None) -> Iterator[Finding]:
    for broker in cluster.brokers if cluster else ():
        name = f"broker {broker.node_id}"
        address = plain(broker.address)
        if not broker.is_online:
            yield _finding(
                "broker-down",
                Severity.ERROR,
                name,
                f"Broker {broker.node_id} ({address}) is not part of the cluster any more.",
                "Start it again, or see its log for why it stopped.",
            )
        elif broker.silence:
            yield _finding(
                "broker-silent",
                Severity.WARNING,
                name,
                f"Broker {broker.node_id} ({address}) does not answer this console: "
                f"{broker.silence}.",
                "See whether it hangs, and whether the address that it advertises can be reached "
                "from here; what only it can tell is unknown until then.",
            )
        elif broker.problem:
            yield _finding(
                "disk-failed",
                Severity.ERROR,
                name,
                f"On broker {broker.node_id} ({address}) {broker.problem}.",
                "See its log and the disk; its partitions there are out of service.",
            )
        if isinstance(broker.disk, Known) and broker.disk.value.ratio >= DISK_WARNING:
            is_error = broker.disk.value.ratio >= DISK_ERROR
            yield _finding(
                "disk-full",
                Severity.ERROR if is_error else Severity.WARNING,
                name,
                f"The disk of broker {broker.node_id} is {broker.disk.value.ratio:.0%} full.",
                "Shorten the retention of large topics, or add disk space.",
            )


def _of_topics(topics: Iterable[Topic]) -> Iterator[Finding]:
    for topic in topics:
        if topic.offline_partitions:
            yield _finding(
                "offline",
                Severity.ERROR,
                topic.name,
                f"{plain(topic.name)} has {_partitions(topic.offline_partitions)} that no broker "
                "leads: nothing can be read from there or written to there.",
                "Bring back a broker that holds a copy in sync.",
            )
        elif topic.under_replicated_partitions:
            yield _finding(
                "under-replicated",
                Severity.ERROR,
                topic.name,
                f"{plain(topic.name)} has {_partitions(topic.under_replicated_partitions)} with "
                "fewer copies in sync than there should be.",
                "See whether all brokers are up and keep up; copies catch up by themselves.",
            )


def _of_groups(groups: Iterable[Group]) -> Iterator[Finding]:
    for group in groups:
        name = plain(group.name)
        if group.verdict in _VERDICTS:
            text, advice = _VERDICTS[group.verdict]
            yield _finding(
                "lag", group.verdict.severity, group.name, f"Group {name} {text}.", advice
            )
        if group.problem:
            yield _finding(
                "group-unread",
                Severity.WARNING,
                group.name,
                f"The offsets of group {name} cannot be read: {group.problem}.",
                "Its figures are unknown until its coordinator answers.",
            )


def _of_retention(topics: Iterable[TopicRetention]) -> Iterator[Finding]:
    for topic in topics:
        for risk in topic.at_risk:
            subject = f"{risk.group} on {topic.topic}"
            name = f"Group {plain(risk.group)}"
            if risk.expired_unread:
                yield _finding(
                    "records-lost",
                    Severity.ERROR,
                    subject,
                    f"{name} has lost {risk.expired_unread:,} records of {plain(topic.topic)} "
                    "that expired unread.",
                    "Keep records longer, or make the group faster.",
                )
            elif (
                risk.outlook.kind is LossKind.IN_TIME
                and risk.outlook.seconds is not None
                and risk.outlook.seconds < LOSS_WARNING_S
            ):
                yield _finding(
                    "records-at-risk",
                    Severity.WARNING,
                    subject,
                    f"{name} will lose records of {plain(topic.topic)} within a day.",
                    "Raise retention.ms of the topic before its oldest unread records expire.",
                )


def _of_engine(vitals: EngineVitals | None) -> Iterator[Finding]:
    if vitals is None:
        return
    damaged = vitals.damaged_ranges
    if isinstance(damaged, Known) and damaged.value:
        ranges = "1 range" if damaged.value == 1 else f"{damaged.value:,} ranges"
        yield _finding(
            "damaged",
            Severity.ERROR,
            "engine",
            f"On disk {ranges} of offsets were found damaged: reads of them are refused.",
            "The broker's log names partition and offsets (damaged_range_found). Restore the files "
            "from a backup, let retention delete them, or stop the broker and run kconsole repair.",
        )
    if vitals.problem:
        yield _finding(
            "engine-mute",
            Severity.WARNING,
            "engine",
            f"The metrics of the engine cannot be read: {vitals.problem}.",
            "Its vital signs are old until they can; clients may be served all the same.",
        )
        return
    put_off = vitals.reads_put_off_per_s
    if isinstance(put_off, Known) and put_off.value:
        yield _finding(
            "no-descriptors",
            Severity.ERROR,
            "engine",
            "Consumers have to wait: the engine has no file descriptor left to read with.",
            "Let it have more (LimitNOFILE, ulimit -n), and start it again.",
        )
    yield from _of_clock(vitals)
    free, reserve = vitals.disk_free_bytes, vitals.disk_reserve_bytes
    if isinstance(free, Known) and isinstance(reserve, Known) and free.value < reserve.value:
        yield _finding(
            "disk-reserve",
            Severity.ERROR,
            "engine",
            f"Produce is refused: less than the reserve of {units.size(reserve.value)} is free.",
            "Free some space, or shorten retention; produce goes on by itself.",
        )
    flush = vitals.flush_mean_ms
    if isinstance(flush, Known) and flush.value >= FLUSH_WARNING_MS:
        yield _finding(
            "slow-disk",
            Severity.WARNING,
            "engine",
            f"Writing to disk takes {flush.value:.0f} ms on average.",
            "See what else writes to this disk; every acknowledged write waits for it.",
        )


def _of_clock(vitals: EngineVitals) -> Iterator[Finding]:
    unconfirmed, undated = vitals.clock_unconfirmed, vitals.segments_undated
    if isinstance(unconfirmed, Known) and unconfirmed.value:
        yield _finding(
            "clock-unconfirmed",
            Severity.WARNING,
            "engine",
            "Nothing is deleted by age: the clock is more than a month ahead of the last run.",
            "If the date is right, confirm it with the command that the log names; else set it.",
        )
    if isinstance(undated, Known) and undated.value:
        segments = "1 segment is" if undated.value == 1 else f"{undated.value:,} segments are"
        yield _finding(
            "segments-undated",
            Severity.WARNING,
            "engine",
            f"{segments} kept because nothing tells the age: the clock was wrong.",
            "They go once a later segment is too old; delete their records if they must go before.",
        )


def _bounded(findings: list[Finding]) -> list[Finding]:
    """No more than a screenful: the rest is counted."""
    if len(findings) <= FINDINGS_OF_A_KIND_MAX:
        return findings
    findings.sort(key=_order)
    shown = findings[: FINDINGS_OF_A_KIND_MAX - 1]
    rest = findings[FINDINGS_OF_A_KIND_MAX - 1 :]
    more = _finding(
        "more",
        max(finding.severity for finding in rest),
        rest[0].code,
        f"{len(rest):,} more findings of this kind.",
        "Open the list of topics or groups, sorted by status.",
    )
    return [*shown, more]


def _finding(code: str, severity: Severity, subject: str, text: str, advice: str) -> Finding:
    return Finding(code, severity, subject, text, advice, since_ms=0)


def _dated(finding: Finding, since: Mapping[tuple[str, str], int], now_ms: int) -> Finding:
    since_ms = since.get((finding.code, finding.subject), now_ms)
    return Finding(
        finding.code, finding.severity, finding.subject, finding.text, finding.advice, since_ms
    )


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return -finding.severity, finding.since_ms, finding.code, finding.subject


def _partitions(count: int) -> str:
    return "1 partition" if count == 1 else f"{count:,} partitions"
