"""The tables that `kconsole get` prints, made of the snapshots that the screens show.

Sums of lag say beside them how many partitions they lack. Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from console.model.cluster import Broker
from console.model.figures import Figure, Known, map_figure, value_or
from console.model.group import Group, Member, PartitionLag
from console.model.health import Finding
from console.model.lag import LossKind
from console.model.partition import Partition
from console.model.retention import RetentionPolicy, TopicRetention
from console.model.section import Loading, Ready, Section, map_section
from console.model.snapshot import Snapshot
from console.model.topic import ConfigEntry, Topic, TopicDetail
from console.sampling.needs import Needs, View
from console.scripting.fields import Field, RowT, moment, names, number, seconds, size, text

PartT = TypeVar("PartT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class OfGroup(Generic[PartT]):
    """A row that belongs to a group."""

    group: str
    part: PartT


@dataclass(frozen=True, slots=True)
class OfTopic(Generic[PartT]):
    """A row that belongs to a topic."""

    topic: str
    part: PartT


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """One table. `needs` and `rows` take the names that were asked for; none means all."""

    name: str
    about: str
    of: str
    """What the names on the command line are names of."""
    needs: Callable[[frozenset[str]], Needs]
    rows: Callable[[Snapshot, frozenset[str]], Section[list[RowT]]]
    fields: tuple[Field[RowT], ...]
    key: Callable[[RowT], str]
    """The name that a row is asked for by."""
    follows_groups: bool = False
    needs_names: bool = False


def _age_s(row: Group | PartitionLag) -> float | None:
    age = value_or(row.age, None)
    return None if age is None else age.seconds


def _loss_s(group: Group) -> float | None:
    return 0.0 if group.loss.kind is LossKind.NOW else group.loss.seconds


def _label(policy: Figure[RetentionPolicy]) -> str | None:
    return policy.value.label if isinstance(policy, Known) else None


def _disk_percent(broker: Broker) -> Figure[int]:
    return map_figure(broker.disk, lambda usage: round(100 * usage.ratio))


def _mapped(
    section: Section[ValueT], pick: Callable[[ValueT], Iterable[RowT]]
) -> Section[list[RowT]]:
    """The rows of a section that has been read; other faces as they are."""
    return map_section(section, lambda value: list(pick(value)))


def _of_details(
    snapshot: Snapshot,
    wanted: frozenset[str],
    part: Callable[[TopicDetail], Section[tuple[PartT, ...]]],
) -> Section[list[OfTopic[PartT]]]:
    """One part of the details of some topics, joined; the first that is not there is the answer."""
    if not isinstance(snapshot.topics, Ready):
        return _mapped(snapshot.topics, lambda _: ())
    there = wanted & {topic.name for topic in snapshot.topics.value}
    rows: list[OfTopic[PartT]] = []
    for name in sorted(there):
        detail = snapshot.topic_details.get(name)
        section = Loading() if detail is None else part(detail)
        if not isinstance(section, Ready):
            return _mapped(section, lambda _: ())
        rows += [OfTopic(name, each) for each in section.value]
    return Ready(rows, snapshot.at_ms)


def _of_parts(
    snapshot: Snapshot, parts: Callable[[Group], Iterable[PartT]]
) -> Section[list[OfGroup[PartT]]]:
    """The parts of every group, each with its group."""
    return _mapped(
        snapshot.groups,
        lambda groups: [OfGroup(group.name, each) for group in groups for each in parts(group)],
    )


def _members(group: Group) -> tuple[Member, ...]:
    return value_or(group.members, ())


def _view(view: View) -> Callable[[frozenset[str]], Needs]:
    return lambda _: Needs(views=frozenset({view}))


def _groups_named(wanted: frozenset[str]) -> Needs:
    return Needs(views=frozenset({View.GROUPS}), groups=wanted)


def _topics_named(wanted: frozenset[str]) -> Needs:
    return Needs(views=frozenset({View.TOPICS}), topics=wanted)


TOPICS: Table[Topic] = Table(
    "topics",
    "Topics: partitions, size, rates, lag, retention, state.",
    "TOPIC",
    _view(View.TOPICS),
    lambda snapshot, _: _mapped(snapshot.topics, list),
    (
        text("topic", lambda topic: topic.name),
        number("partitions", lambda topic: topic.partition_count),
        number("replication", lambda topic: topic.replication_factor),
        number("messages", lambda topic: topic.message_count),
        number("messages_per_s", lambda topic: topic.messages_per_s),
        size("size", lambda topic: topic.size_bytes),
        number("lag", lambda topic: topic.lag),
        text("retention", lambda topic: _label(topic.retention)),
        names("groups", lambda topic: topic.groups),
        text("status", lambda topic: topic.status.value),
        text("id", lambda topic: topic.topic_id),
    ),
    lambda topic: topic.name,
)
PARTITIONS: Table[OfTopic[Partition]] = Table(
    "partitions",
    "Partitions of topics: leader, replicas, offsets, size.",
    "TOPIC",
    _topics_named,
    lambda snapshot, wanted: _of_details(snapshot, wanted, lambda detail: detail.partitions),
    (
        text("topic", lambda row: row.topic),
        number("partition", lambda row: row.part.index),
        number("leader", lambda row: row.part.leader),
        names("replicas", lambda row: row.part.replicas),
        names("isr", lambda row: row.part.in_sync),
        number("log_start", lambda row: row.part.log_start),
        number("high_watermark", lambda row: row.part.high_watermark),
        number("last_stable", lambda row: row.part.last_stable),
        size("size", lambda row: row.part.size_bytes),
    ),
    lambda row: row.topic,
    needs_names=True,
)
CONFIGS: Table[OfTopic[ConfigEntry]] = Table(
    "configs",
    "Configuration of topics: every key, its value, who set it.",
    "TOPIC",
    _topics_named,
    lambda snapshot, wanted: _of_details(snapshot, wanted, lambda detail: detail.configs),
    (
        text("topic", lambda row: row.topic),
        text("key", lambda row: row.part.name),
        text("value", lambda row: row.part.value),
        text("set_by", lambda row: row.part.source),
    ),
    lambda row: row.topic,
    needs_names=True,
)
GROUPS: Table[Group] = Table(
    "groups",
    "Consumer groups: state, members, lag, verdict, time to catch up and to data loss.",
    "GROUP",
    _groups_named,
    lambda snapshot, _: _mapped(snapshot.groups, list),
    (
        text("group", lambda group: group.name),
        text("state", lambda group: group.state.value),
        text("type", lambda group: group.group_type),
        number("members", lambda group: map_figure(group.members, len)),
        number("lag", lambda group: group.lag_total.amount if group.is_enriched else None),
        number("unknown", lambda group: group.lag_total.unknown if group.is_enriched else None),
        text("verdict", lambda group: group.verdict.value),
        seconds("age_s", _age_s),
        text("outlook", lambda group: group.outlook.kind.value),
        seconds("eta_s", lambda group: group.outlook.eta_s),
        seconds("loss_s", _loss_s),
        number("expired_unread", lambda group: group.expired_unread),
        names("topics", lambda group: group.topics),
    ),
    lambda group: group.name,
    follows_groups=True,
)
LAG: Table[OfGroup[PartitionLag]] = Table(
    "lag",
    "Lag of consumer groups by partition: committed, end, lag, verdict, member.",
    "GROUP",
    _groups_named,
    lambda snapshot, _: _of_parts(snapshot, lambda group: group.partitions),
    (
        text("group", lambda row: row.group),
        text("topic", lambda row: row.part.topic),
        number("partition", lambda row: row.part.partition),
        number("committed", lambda row: row.part.committed),
        number("log_start", lambda row: row.part.log_start),
        number("end", lambda row: row.part.end),
        number("lag", lambda row: row.part.records),
        number("expired_unread", lambda row: row.part.lag.expired_unread),
        number("ahead", lambda row: row.part.lag.ahead),
        number("held_back", lambda row: row.part.lag.held_back),
        text("verdict", lambda row: row.part.verdict.value),
        seconds("age_s", lambda row: _age_s(row.part)),
        text("client", lambda row: row.part.client_id),
    ),
    lambda row: row.group,
    follows_groups=True,
)
MEMBERS: Table[OfGroup[Member]] = Table(
    "members",
    "Members of consumer groups with what is assigned to them.",
    "GROUP",
    _groups_named,
    lambda snapshot, _: _of_parts(snapshot, _members),
    (
        text("group", lambda row: row.group),
        text("client", lambda row: row.part.client_id),
        text("host", lambda row: row.part.host),
        text("member", lambda row: row.part.member_id),
        text("instance", lambda row: row.part.instance_id),
        names("assigned", lambda row: row.part.assignments),
    ),
    lambda row: row.group,
    follows_groups=True,
)
RETENTION: Table[TopicRetention] = Table(
    "retention",
    "How far back topics reach, when the oldest record goes, which groups lose records.",
    "TOPIC",
    _view(View.RETENTION),
    lambda snapshot, _: _mapped(snapshot.retention, list),
    (
        text("topic", lambda row: row.topic),
        text("policy", lambda row: _label(row.policy)),
        moment("oldest", lambda row: row.oldest_ms),
        moment("oldest_goes", lambda row: row.oldest_goes_ms),
        size("size", lambda row: row.size_bytes),
        names("groups_at_risk", lambda row: [risk.group for risk in row.at_risk]),
    ),
    lambda row: row.topic,
)
BROKERS: Table[Broker] = Table(
    "brokers",
    "Brokers: address, role, leaders, disk.",
    "ID",
    _view(View.BROKERS),
    lambda snapshot, _: _mapped(snapshot.cluster, lambda cluster: cluster.brokers),
    (
        number("id", lambda broker: broker.node_id),
        text("address", lambda broker: broker.address),
        text("rack", lambda broker: broker.rack),
        text("state", lambda broker: broker.state if broker.is_online else "offline"),
        text("role", lambda broker: "controller" if broker.is_controller else "broker"),
        number("leaders", lambda broker: broker.leaders),
        number("replicas", lambda broker: broker.replicas),
        size("log_size", lambda broker: broker.log_bytes),
        number("disk_percent", _disk_percent),
    ),
    lambda broker: str(broker.node_id),
)
HEALTH: Table[Finding] = Table(
    "health",
    "What is wrong at this moment, and what to do about it.",
    "SUBJECT",
    _view(View.HEALTH),
    lambda snapshot, _: _mapped(snapshot.health, lambda health: health.findings),
    (
        text("severity", lambda finding: finding.severity.name.lower()),
        text("code", lambda finding: finding.code),
        text("subject", lambda finding: finding.subject),
        text("what", lambda finding: finding.text),
        text("advice", lambda finding: finding.advice),
    ),
    lambda finding: finding.subject,
)

TABLES: dict[str, Table[Any]] = {
    table.name: table
    for table in (
        TOPICS,
        PARTITIONS,
        CONFIGS,
        GROUPS,
        LAG,
        MEMBERS,
        RETENTION,
        BROKERS,
        HEALTH,
    )
}
"""By their names on the command line. What the rows are is between a table and its own fields."""
