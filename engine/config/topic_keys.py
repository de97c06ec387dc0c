"""The configuration keys of a topic: names, types, defaults, checks and broker-wide synonyms.

The table holds every key that Kafka 4.3 describes for a topic, under Kafka's names, with its
types, defaults and bounds (`TopicConfig`, `LogConfig`, `ServerTopicConfigSynonyms`). A key that
changes nothing in this engine is accepted, stored and described all the same, because tools write
keys back as they read them; its documentation says that it has no effect.

A synonym is the broker key that gives a topic key its default. Where there are several, the first
one with a value counts, and a value in a coarser unit is multiplied: `log.retention.hours` serves
`retention.ms` when neither `log.retention.ms` nor `log.retention.minutes` is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.config.kinds import (
    LONG_MAX,
    Anything,
    Check,
    ConfigKey,
    ConfigType,
    GzipLevel,
    OneOf,
    Range,
    SomeOrUnlimited,
    ThrottledReplicas,
    Unit,
    Value,
)

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_WEEK_MS = 7 * _DAY_MS
_MIB = 1024 * 1024
_KEPT = SomeOrUnlimited()

_NO_TIERS = "No effect: this engine keeps all data on local storage. "
_ONE_REPLICA = "No effect while a partition has one replica. "


@dataclass(frozen=True, slots=True)
class Synonym:
    """A broker key that supplies the default of a topic key; the default counts in its unit.

    `check` is what the broker key allows, if that is not what the topic key does.
    """

    name: str
    default: Value
    multiplier: int = 1
    is_read_only: bool = False
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class TopicKey:
    """A topic's key and the broker keys behind it, the strongest first."""

    key: ConfigKey
    synonyms: tuple[Synonym, ...] = ()


def _row(
    name: str,
    type_: ConfigType,
    default: Value,
    documentation: str,
    *,
    check: Check | None = None,
    unit: Unit = Unit.NONE,
    broker: str | tuple[Synonym, ...] = (),
    is_hidden: bool = False,
) -> TopicKey:
    synonyms = (Synonym(broker, default),) if isinstance(broker, str) else broker
    key = ConfigKey(
        name, type_, default, documentation, check or Anything(), unit, is_hidden=is_hidden
    )
    return TopicKey(key, synonyms)


_INT, _LONG, _BOOLEAN = ConfigType.INT, ConfigType.LONG, ConfigType.BOOLEAN
_STRING, _LIST, _DOUBLE = ConfigType.STRING, ConfigType.LIST, ConfigType.DOUBLE
_MS, _BYTES = Unit.MILLISECONDS, Unit.BYTES

_ROWS = (
    _row(
        "cleanup.policy",
        _LIST,
        ("delete",),
        "What happens to old segments: 'delete' drops them by age and size, 'compact' keeps the "
        "last record of each key, both together do both, and an empty list keeps everything.",
        check=OneOf(("compact", "delete")),
        broker="log.cleanup.policy",
    ),
    _row(
        "compression.gzip.level",
        _INT,
        -1,
        "The gzip level of a topic whose compression.type is gzip.",
        check=GzipLevel(),
        broker="compression.gzip.level",
    ),
    _row(
        "compression.lz4.level",
        _INT,
        9,
        "The lz4 level of a topic whose compression.type is lz4.",
        check=Range(1, 17),
        broker="compression.lz4.level",
    ),
    _row(
        "compression.type",
        _STRING,
        "producer",
        "How batches are stored: 'producer' keeps what the producer sent; any other value makes "
        "the broker compress batches that arrive otherwise again.",
        check=OneOf(("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")),
        broker="compression.type",
    ),
    _row(
        "compression.zstd.level",
        _INT,
        3,
        "The zstd level of a topic whose compression.type is zstd.",
        check=Range(-131072, 22),
        broker="compression.zstd.level",
    ),
    _row(
        "delete.retention.ms",
        _LONG,
        _DAY_MS,
        "How long the tombstones of a compacted topic stay after they were first cleaned; a reader "
        "from the beginning must be through within this time to see every deletion.",
        check=Range(0),
        unit=_MS,
        broker="log.cleaner.delete.retention.ms",
    ),
    _row(
        "file.delete.delay.ms",
        _LONG,
        60_000,
        "How long the files of a removed segment stay before they leave the disk.",
        check=Range(0),
        unit=_MS,
        broker="log.segment.delete.delay.ms",
    ),
    _row(
        "flush.messages",
        _LONG,
        LONG_MAX,
        "No effect: the engine's durability setting decides when data is synced, and its default "
        "syncs before each acknowledgement. In Kafka: records between two syncs of a log.",
        check=Range(1),
        broker="log.flush.interval.messages",
    ),
    _row(
        "flush.ms",
        _LONG,
        LONG_MAX,
        "No effect: the engine's durability setting decides when data is synced, and its default "
        "syncs before each acknowledgement. In Kafka: the time between two syncs of a log.",
        check=Range(0),
        unit=_MS,
        broker=(
            Synonym("log.flush.interval.ms", None),
            Synonym("log.flush.scheduler.interval.ms", LONG_MAX, is_read_only=True),
        ),
    ),
    _row(
        "follower.replication.throttled.replicas",
        _LIST,
        (),
        _ONE_REPLICA + "In Kafka: the replicas whose fetching is throttled, as PARTITION:BROKER.",
        check=ThrottledReplicas("follower.replication.throttled.replicas"),
    ),
    _row(
        "index.interval.bytes",
        _INT,
        4096,
        "Bytes of log between two entries of the offset index: fewer make look-ups jump closer and "
        "the index larger.",
        check=Range(0),
        unit=_BYTES,
        broker="log.index.interval.bytes",
    ),
    _row(
        "internal.segment.bytes",
        _INT,
        None,
        "Overrides segment.bytes without its lower bound; meant for tests.",
        unit=_BYTES,
        is_hidden=True,
    ),
    _row(
        "leader.replication.throttled.replicas",
        _LIST,
        (),
        _ONE_REPLICA + "In Kafka: the replicas whose serving is throttled, as PARTITION:BROKER.",
        check=ThrottledReplicas("leader.replication.throttled.replicas"),
    ),
    _row(
        "local.retention.bytes",
        _LONG,
        -2,
        _NO_TIERS + "In Kafka: bytes that stay local once tiered; -2 follows retention.bytes.",
        check=Range(-2),
        unit=_BYTES,
        broker="log.local.retention.bytes",
    ),
    _row(
        "local.retention.ms",
        _LONG,
        -2,
        _NO_TIERS + "In Kafka: the time that data stays local once tiered; -2 follows "
        "retention.ms.",
        check=Range(-2),
        unit=_MS,
        broker="log.local.retention.ms",
    ),
    _row(
        "max.compaction.lag.ms",
        _LONG,
        LONG_MAX,
        "The longest that a record of a compacted topic may wait before it can be cleaned.",
        check=Range(1),
        unit=_MS,
        broker="log.cleaner.max.compaction.lag.ms",
    ),
    _row(
        "max.message.bytes",
        _INT,
        1_048_588,
        "The largest record batch that is accepted, measured as it arrives, compressed or not.",
        check=Range(0),
        unit=_BYTES,
        broker="message.max.bytes",
    ),
    _row(
        "message.timestamp.after.max.ms",
        _LONG,
        _HOUR_MS,
        "How far ahead of the broker's clock a record's timestamp may be; later ones are refused. "
        "Not used with LogAppendTime.",
        check=Range(0),
        unit=_MS,
        broker="log.message.timestamp.after.max.ms",
    ),
    _row(
        "message.timestamp.before.max.ms",
        _LONG,
        LONG_MAX,
        "How far behind the broker's clock a record's timestamp may be; earlier ones are refused. "
        "Not used with LogAppendTime.",
        check=Range(0),
        unit=_MS,
        broker="log.message.timestamp.before.max.ms",
    ),
    _row(
        "message.timestamp.type",
        _STRING,
        "CreateTime",
        "Whose time a record carries: the producer's (CreateTime) or the broker's at the moment of "
        "the append (LogAppendTime).",
        check=OneOf(("CreateTime", "LogAppendTime")),
        broker="log.message.timestamp.type",
    ),
    _row(
        "min.cleanable.dirty.ratio",
        _DOUBLE,
        0.5,
        "The share of a compacted log that must be uncleaned before it is cleaned: higher means "
        "rarer cleaning and more space for outdated records.",
        check=Range(0, 1),
        broker="log.cleaner.min.cleanable.ratio",
    ),
    _row(
        "min.compaction.lag.ms",
        _LONG,
        0,
        "The shortest time that a record of a compacted topic stays uncleaned.",
        check=Range(0),
        unit=_MS,
        broker="log.cleaner.min.compaction.lag.ms",
    ),
    _row(
        "min.insync.replicas",
        _INT,
        1,
        "In-sync replicas that a write with acks=all needs. With fewer, it is refused; a single "
        "broker has one.",
        check=Range(1),
        broker="min.insync.replicas",
    ),
    _row(
        "preallocate",
        _BOOLEAN,
        default=False,
        documentation="No effect: segment files grow as they are written. In Kafka: reserve the "
        "whole file when a segment begins.",
        broker="log.preallocate",
    ),
    _row(
        "remote.log.copy.disable",
        _BOOLEAN,
        default=False,
        documentation=_NO_TIERS + "In Kafka: stop copying segments to remote storage.",
    ),
    _row(
        "remote.log.delete.on.disable",
        _BOOLEAN,
        default=False,
        documentation=_NO_TIERS + "In Kafka: delete tiered data when tiering is switched off.",
    ),
    _row(
        "remote.storage.enable",
        _BOOLEAN,
        default=False,
        documentation="Always false: this engine keeps all data on local storage.",
    ),
    _row(
        "retention.bytes",
        _LONG,
        -1,
        "The size to which each partition may grow before its oldest segments are removed; -1 sets "
        "no limit. Needs cleanup.policy delete.",
        unit=_BYTES,
        broker="log.retention.bytes",
    ),
    _row(
        "retention.ms",
        _LONG,
        _WEEK_MS,
        "How long records are kept before their segment is removed; -1 keeps them for ever. Needs "
        "cleanup.policy delete.",
        check=Range(-1),
        unit=_MS,
        broker=(
            Synonym("log.retention.ms", None, check=_KEPT),
            Synonym("log.retention.minutes", None, _MINUTE_MS, is_read_only=True, check=_KEPT),
            Synonym("log.retention.hours", 168, _HOUR_MS, is_read_only=True, check=_KEPT),
        ),
    ),
    _row(
        "segment.bytes",
        _INT,
        1024 * _MIB,
        "The size of a segment file. Retention and compaction work on whole segments: smaller ones "
        "make both finer and the number of files larger.",
        check=Range(_MIB),
        unit=_BYTES,
        broker="log.segment.bytes",
    ),
    _row(
        "segment.index.bytes",
        _INT,
        10 * _MIB,
        "The largest offset index of a segment; a full index begins a new segment.",
        check=Range(4),
        unit=_BYTES,
        broker="log.index.size.max.bytes",
    ),
    _row(
        "segment.jitter.ms",
        _LONG,
        0,
        "No effect: partitions roll as their own records age. In Kafka: up to this much, at "
        "random, is taken off segment.ms.",
        check=Range(0),
        unit=_MS,
        broker=(
            Synonym("log.roll.jitter.ms", None),
            Synonym("log.roll.jitter.hours", 0, _HOUR_MS, is_read_only=True),
        ),
    ),
    _row(
        "segment.ms",
        _LONG,
        _WEEK_MS,
        "The age at which a segment is closed even if it is not full, so that retention and "
        "compaction can reach it.",
        check=Range(1),
        unit=_MS,
        broker=(
            Synonym("log.roll.ms", None),
            Synonym("log.roll.hours", 168, _HOUR_MS, is_read_only=True),
        ),
    ),
    _row(
        "unclean.leader.election.enable",
        _BOOLEAN,
        default=False,
        documentation=_ONE_REPLICA + "In Kafka: let a replica that is behind become leader, at the "
        "price of lost records.",
        broker="unclean.leader.election.enable",
    ),
)

TOPIC_KEYS: Mapping[str, TopicKey] = {row.key.name: row for row in _ROWS}
"""Every topic key by its name, in alphabetical order."""
