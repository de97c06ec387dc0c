"""The tables of topics: all of them, and their partitions, configuration, readers and retention."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.model.figures import Figure, Known, Total, total
from console.model.group import Group
from console.model.partition import Partition
from console.model.retention import RetentionPolicy, TopicRetention
from console.model.section import Section, map_section
from console.model.snapshot import Snapshot
from console.model.topic import ConfigEntry, Producer, Topic
from console.sampling.needs import View
from console.scripting.fields import flag, moment, names, number, size, text
from console.scripting.parts import OfTopic, mapped, of_details, topics_named
from console.scripting.table import Follow, OfSnapshot, Table


def _label(policy: Figure[RetentionPolicy]) -> str | None:
    return policy.value.label if isinstance(policy, Known) else None


def _status(partition: Partition) -> str:
    if partition.is_offline:
        return "offline"
    return "under-replicated" if partition.is_under_replicated else "healthy"


def _readers(groups: Iterable[Group]) -> Iterator[OfTopic[Group]]:
    for group in groups:
        for topic in group.topics:
            yield OfTopic(topic, group)


def _lag(reader: OfTopic[Group]) -> Total:
    return total(each.records for each in reader.part.partitions_of(reader.topic))


@dataclass(frozen=True, slots=True)
class ConfigPair:
    """One key of two topics; None where the cluster does not tell it of one."""

    key: str
    topics: tuple[str, str]
    entries: tuple[ConfigEntry | None, ConfigEntry | None]

    def value(self, at: int) -> str | None:
        entry = self.entries[at]
        return None if entry is None else entry.value

    def source(self, at: int) -> str | None:
        entry = self.entries[at]
        return None if entry is None else entry.source


def _pairs(rows: Iterable[OfTopic[ConfigEntry]], topics: tuple[str, str]) -> Iterator[ConfigPair]:
    by_key: dict[str, dict[str, ConfigEntry]] = {}
    for row in rows:
        by_key.setdefault(row.part.name, {})[row.topic] = row.part
    for key, found in sorted(by_key.items()):
        pair = ConfigPair(key, topics, (found.get(topics[0]), found.get(topics[1])))
        if pair.value(0) != pair.value(1) or None in pair.entries:
            yield pair


def _differences(snapshot: Snapshot, topics: frozenset[str]) -> Section[tuple[ConfigPair, ...]]:
    rows = of_details(snapshot, topics, lambda detail: detail.configs)
    if len(topics) != 2:
        return map_section(rows, lambda _: ())
    first, second = sorted(topics)
    return mapped(rows, lambda found: _pairs(found, (first, second)))


_OF_STATUS = (
    "`status` is about leaders and replicas in sync; `kconsole get health` tells whether data was "
    "found damaged."
)

TOPICS: Table[Topic] = Table(
    "topics",
    "Topics: partitions, size, rates, lag, retention, state.",
    topics_named(),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.topics, tuple), frozenset({View.TOPICS}), Follow.ALL
    ),
    (
        text("topic", lambda topic: topic.name),
        number("partitions", lambda topic: topic.partition_count),
        number("replication", lambda topic: topic.replication_factor),
        number("messages", lambda topic: topic.message_count),
        number("messages_per_s", lambda topic: topic.messages_per_s),
        number("bytes_per_s", lambda topic: topic.bytes_per_s),
        size("size", lambda topic: topic.size_bytes),
        number("lag", lambda topic: topic.lag),
        text("retention", lambda topic: _label(topic.retention)),
        names("groups", lambda topic: topic.groups),
        text("status", lambda topic: topic.status.value),
        flag("internal", lambda topic: topic.is_internal),
        text("id", lambda topic: topic.topic_id),
    ),
    lambda topic: topic.name,
    more=f"`lag` is that of the group furthest behind, `messages` counts offsets. {_OF_STATUS}",
    over_time=("messages_per_s", "bytes_per_s"),
)
PARTITIONS: Table[OfTopic[Partition]] = Table(
    "partitions",
    "Partitions of topics: leader, replicas, offsets, size, state.",
    topics_named(1),
    OfSnapshot(
        lambda snapshot, names: of_details(snapshot, names, lambda detail: detail.partitions),
        frozenset({View.TOPICS}),
        Follow.ALL,
        opens_topics=True,
    ),
    (
        text("topic", lambda row: row.topic),
        number("partition", lambda row: row.part.index),
        number("leader", lambda row: row.part.leader),
        names("replicas", lambda row: row.part.replicas),
        names("isr", lambda row: row.part.in_sync),
        number("log_start", lambda row: row.part.log_start),
        number("high_watermark", lambda row: row.part.high_watermark),
        number("last_stable", lambda row: row.part.last_stable),
        number("log_end", lambda row: row.part.log_end),
        size("size", lambda row: row.part.size_bytes),
        number("messages_per_s", lambda row: row.part.messages_per_s),
        number("lag", lambda row: row.part.lag),
        text("status", lambda row: _status(row.part)),
    ),
    lambda row: row.topic,
    more=f"`lag` is that of the group furthest behind on the topic. {_OF_STATUS}",
    over_time=("messages_per_s",),
)
CONFIGS: Table[OfTopic[ConfigEntry]] = Table(
    "configs",
    "Configuration of topics: every key, its value, who set it.",
    topics_named(1),
    OfSnapshot(
        lambda snapshot, names: of_details(snapshot, names, lambda detail: detail.configs),
        frozenset({View.TOPICS}),
        opens_topics=True,
        is_usual=lambda row: row.part.is_default,
    ),
    (
        text("topic", lambda row: row.topic),
        text("key", lambda row: row.part.name),
        text("value", lambda row: row.part.value),
        text("set_by", lambda row: row.part.source),
        text("default", lambda row: row.part.default),
        flag("read_only", lambda row: row.part.is_read_only),
    ),
    lambda row: row.topic,
    more="A value that the cluster hides is null.",
)
PRODUCERS: Table[OfTopic[Producer]] = Table(
    "producers",
    "Who writes to topics: producers that partitions remember, and open transactions.",
    topics_named(1),
    OfSnapshot(
        lambda snapshot, names: of_details(
            snapshot, names, lambda detail: mapped(detail.producers, lambda found: found.rows)
        ),
        frozenset({View.TOPICS, View.PRODUCERS}),
        opens_topics=True,
    ),
    (
        text("topic", lambda row: row.topic),
        number("partition", lambda row: row.part.partition),
        number("producer_id", lambda row: row.part.producer_id),
        number("epoch", lambda row: row.part.epoch),
        number("last_sequence", lambda row: row.part.last_sequence),
        moment("last_write", lambda row: row.part.last_ms),
        number("transaction_start", lambda row: row.part.transaction_start),
    ),
    lambda row: row.topic,
    more="Idempotent and transactional producers are remembered, others are not; "
    "`transaction_start` is the first offset of a transaction that is open, else null.",
)
DIFFERENCES: Table[ConfigPair] = Table(
    "differences",
    "The keys in which the configurations of two topics differ.",
    topics_named(2, 2),
    OfSnapshot(_differences, frozenset({View.TOPICS}), opens_topics=True),
    (
        text("key", lambda pair: pair.key),
        text("first", lambda pair: pair.topics[0]),
        text("first_value", lambda pair: pair.value(0)),
        text("first_set_by", lambda pair: pair.source(0)),
        text("second", lambda pair: pair.topics[1]),
        text("second_value", lambda pair: pair.value(1)),
        text("second_set_by", lambda pair: pair.source(1)),
    ),
    lambda pair: pair.topics[0],
    in_report=False,
)
READERS: Table[OfTopic[Group]] = Table(
    "readers",
    "The groups that read topics, with their lag in each.",
    topics_named(),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.groups, _readers),
        frozenset({View.TOPICS, View.GROUPS}),
        Follow.ALL,
    ),
    (
        text("topic", lambda row: row.topic),
        text("group", lambda row: row.part.name),
        text("state", lambda row: row.part.state.value),
        number("lag", lambda row: _lag(row).amount if row.part.is_enriched else None),
        number("unknown", lambda row: _lag(row).unknown if row.part.is_enriched else None),
        text("verdict", lambda row: row.part.verdict.value),
    ),
    lambda row: row.topic,
    more="`unknown` counts the partitions whose lag is not known and not in the sum.",
    over_time=("verdict",),
    at_once="where `lag` is 0",
)
RETENTION: Table[TopicRetention] = Table(
    "retention",
    "How far back topics reach, when the oldest record goes, which groups lose records.",
    topics_named(),
    OfSnapshot(
        lambda snapshot, _: mapped(snapshot.retention, tuple),
        frozenset({View.TOPICS, View.RETENTION}),
        Follow.ALL,
    ),
    (
        text("topic", lambda row: row.topic),
        text("policy", lambda row: _label(row.policy)),
        moment("oldest", lambda row: row.oldest_ms),
        moment("oldest_goes", lambda row: row.oldest_goes_ms),
        size("size", lambda row: row.size_bytes),
        number("of_limit", lambda row: row.size_ratio),
        names("groups_at_risk", lambda row: [risk.group for risk in row.at_risk]),
    ),
    lambda row: row.topic,
    more="`oldest_goes` is the earliest moment: the oldest record goes with its segment, once the "
    "newest record in that has expired too; `what-if` tells when that is. `of_limit` is the size "
    "as a share of what the policy allows, null without a limit.",
)
