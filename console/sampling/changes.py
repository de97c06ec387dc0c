"""Turns differences between two readings into events: what a person would want to be told.

Pure. Each function compares one kind of thing; the first reading of a kind is no news.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from console.model.cluster import ClusterState, Connection, ConnectionState
from console.model.events import EVENTS_MAX, Event, EventKind
from console.model.figures import Figure, Known
from console.model.group import Group
from console.model.retention import RetentionPolicy
from console.model.severity import Severity
from console.model.text import plain
from console.port.readings import LayoutReading, PartitionReading, TopicReading
from console.sampling.membership import membership_changes

EVENTS_OF_A_KIND_MAX = 12
"""Events that one comparison may add for one kind; more are summed up in one."""

DISK_LEVELS = (0.70, 0.85, 0.95)

NEVER: Mapping[str, int] = MappingProxyType({})
"""No group is known to rebalance."""


def with_news(log: tuple[Event, ...], news: Iterable[Event]) -> tuple[Event, ...]:
    """The log with newer events in front, bounded. The same object when there is no news."""
    fresh = list(news)
    return (*reversed(fresh), *log)[:EVENTS_MAX] if fresh else log


def connection_changes(before: Connection, after: Connection, now_ms: int) -> Iterator[Event]:
    """Lost, found, restarted."""
    is_news = after.state not in (ConnectionState.STARTING, ConnectionState.CONNECTING)
    if before.state is not after.state and is_news:
        detail = f": {after.detail}" if after.detail else ""
        text = f"{after.address} {after.state.value}{detail}"
        yield _event(now_ms, after.state.severity, EventKind.CONNECTION, after.address, text)
    if after.notice and after.notice != before.notice:
        yield _event(now_ms, Severity.INFO, EventKind.CONNECTION, after.address, after.notice)


def layout_changes(before: LayoutReading, after: LayoutReading, now_ms: int) -> list[Event]:
    """Brokers and topics that came, went or changed."""
    if before is after:
        return []
    events = list(_broker_changes(before, after, now_ms))
    events += _bounded(list(_topic_changes(before, after, now_ms)), EventKind.TOPIC)
    events += _bounded(list(_partition_changes(before, after, now_ms)), EventKind.PARTITION)
    return events


def group_changes(
    before: Sequence[Group],
    after: Sequence[Group],
    now_ms: int,
    since: Mapping[str, int] = NEVER,
) -> list[Event]:
    """Groups that came, went, rebalanced, won or lost members, or whose verdict changed.

    `since` says of those that rebalanced when that was first seen.
    """
    olds = {group.name: group for group in before}
    news = {group.name: group for group in after}
    events: list[Event] = []
    for name, group in news.items():
        old = olds.get(name)
        if old is None:
            text = f"group {plain(name)} appeared"
            events.append(_event(now_ms, Severity.INFO, EventKind.GROUP, name, text))
        elif old is not group:
            events += membership_changes(old, group, now_ms, since.get(name))
            events += _changes_of_verdict(old, group, now_ms)
    for name in olds.keys() - news.keys():
        text = f"group {plain(name)} is gone"
        events.append(_event(now_ms, Severity.INFO, EventKind.GROUP, name, text))
    return _bounded(events, EventKind.GROUP)


def policy_changes(
    before: Mapping[str, Figure[RetentionPolicy]],
    after: Mapping[str, Figure[RetentionPolicy]],
    now_ms: int,
) -> list[Event]:
    """Retention that was configured anew."""
    events: list[Event] = []
    for name, policy in after.items():
        old = before.get(name)
        if isinstance(old, Known) and isinstance(policy, Known) and old.value != policy.value:
            text = f"retention of {name}: {old.value.label} → {policy.value.label}"
            events.append(_event(now_ms, Severity.INFO, EventKind.CONFIG, name, text))
    return _bounded(events, EventKind.CONFIG)


def disk_changes(before: ClusterState, after: ClusterState, now_ms: int) -> Iterator[Event]:
    """Disks that passed a level upwards."""
    olds = {broker.node_id: broker for broker in before.brokers}
    for broker in after.brokers:
        old = olds.get(broker.node_id)
        if old is None or not isinstance(old.disk, Known) or not isinstance(broker.disk, Known):
            continue
        for level in reversed(DISK_LEVELS):
            if old.disk.value.ratio < level <= broker.disk.value.ratio:
                severity = Severity.ERROR if level == DISK_LEVELS[-1] else Severity.WARNING
                text = f"disk of broker {broker.node_id} above {level:.0%}"
                yield _event(now_ms, severity, EventKind.BROKER, str(broker.node_id), text)
                break


def _broker_changes(before: LayoutReading, after: LayoutReading, now_ms: int) -> Iterator[Event]:
    olds = {node.node_id for node in before.nodes}
    news = {node.node_id for node in after.nodes}
    for node_id in sorted(olds - news):
        text = f"broker {node_id} is gone"
        yield _event(now_ms, Severity.ERROR, EventKind.BROKER, str(node_id), text)
    for node_id in sorted(news - olds):
        text = f"broker {node_id} joined"
        yield _event(now_ms, Severity.OK, EventKind.BROKER, str(node_id), text)


def _topic_changes(before: LayoutReading, after: LayoutReading, now_ms: int) -> Iterator[Event]:
    olds = {topic.name: topic for topic in before.topics}
    news = {topic.name: topic for topic in after.topics}
    for name, topic in news.items():
        old = olds.get(name)
        count = len(topic.partitions)
        if old is None:
            copies = max((len(each.replicas) for each in topic.partitions), default=0)
            text = f"topic {name} created ({count}×{copies})"
            yield _event(now_ms, Severity.OK, EventKind.TOPIC, name, text)
        elif old.topic_id != topic.topic_id:
            text = f"topic {name} was deleted and created again"
            yield _event(now_ms, Severity.WARNING, EventKind.TOPIC, name, text)
        elif count > len(old.partitions):
            text = f"topic {name} has {count} partitions, {count - len(old.partitions)} more"
            yield _event(now_ms, Severity.INFO, EventKind.TOPIC, name, text)
    for name in sorted(olds.keys() - news.keys()):
        text = f"topic {name} deleted"
        yield _event(now_ms, Severity.INFO, EventKind.TOPIC, name, text)


def _partition_changes(before: LayoutReading, after: LayoutReading, now_ms: int) -> Iterator[Event]:
    olds = {topic.name: topic for topic in before.topics}
    for topic in after.topics:
        old = olds.get(topic.name)
        if old is None or old.topic_id != topic.topic_id or old.partitions == topic.partitions:
            continue
        for was, now in zip(old.partitions, topic.partitions, strict=False):
            yield from _changes_of_partition(topic, was, now, now_ms)


def _changes_of_partition(
    topic: TopicReading, was: PartitionReading, now: PartitionReading, now_ms: int
) -> Iterator[Event]:
    name = f"{topic.name}-{now.index}"
    kind = EventKind.PARTITION
    if was.leader != now.leader:
        if now.leader is None:
            yield _event(now_ms, Severity.ERROR, kind, name, f"{name} has no leader")
        else:
            text = f"leader of {name} → {now.leader}"
            yield _event(now_ms, Severity.INFO, kind, name, text)
    if set(was.in_sync) != set(now.in_sync):
        ids = ",".join(str(node_id) for node_id in sorted(now.in_sync))
        if len(now.in_sync) < len(was.in_sync):
            text = f"ISR shrink {name} [{ids}]"
            yield _event(now_ms, Severity.ERROR, kind, name, text)
        else:
            text = f"ISR of {name} back to [{ids}]"
            yield _event(now_ms, Severity.OK, kind, name, text)


def _changes_of_verdict(old: Group, group: Group, now_ms: int) -> Iterator[Event]:
    name = plain(group.name)
    was, now = old.verdict.severity, group.verdict.severity
    if now is Severity.UNKNOWN or now == was:
        return
    if now >= Severity.WARNING and now > was:
        lag = f"{group.lag_total.amount:,}"
        text = f"group {name} {group.verdict.value}, lag {lag}"
        yield _event(now_ms, now, EventKind.LAG, group.name, text)
    elif was >= Severity.WARNING and now is Severity.OK:
        text = f"group {name} keeps up again"
        yield _event(now_ms, Severity.OK, EventKind.LAG, group.name, text)


def _bounded(events: list[Event], kind: EventKind) -> list[Event]:
    if len(events) <= EVENTS_OF_A_KIND_MAX:
        return events
    shown = events[: EVENTS_OF_A_KIND_MAX - 1]
    rest = events[EVENTS_OF_A_KIND_MAX - 1 :]
    worst = max(event.severity for event in rest)
    text = f"{len(rest):,} more changes of this kind: {kind.value}"
    return [*shown, _event(rest[0].at_ms, worst, kind, "", text)]


def _event(at_ms: int, severity: Severity, kind: EventKind, subject: str, text: str) -> Event:
    return Event(at_ms, severity, kind, subject, text)
