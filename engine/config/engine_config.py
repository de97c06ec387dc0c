"""The configuration of the engine as one typed value; each field declares its key.

A key has its name in files and in DescribeConfigs (Kafka's name wherever Kafka has the thing), its
type, default, check and documentation. The name of a field is the key's name with underscores. The
broker-wide defaults of topics (`log.retention.ms` and the like) are not repeated here: they are the
synonyms that `topic_keys` names, and their values are in `topic_defaults`. The table of all broker
keys, derived from both, is in `broker_keys`.

A key is listed only if something reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from engine.config import consumer_group_keys as groups
from engine.config import maintenance_keys as maintenance
from engine.config.address import Address, HostPort, parse_address
from engine.config.kinds import (
    INT_MAX,
    Anything,
    Check,
    ConfigKey,
    ConfigType,
    OneOf,
    Range,
    Unit,
    Value,
)
from engine.config.listeners import ConfiguredListener, NamedAddresses, listeners_of

_T = TypeVar("_T")
_INT, _LONG, _BOOLEAN = ConfigType.INT, ConfigType.LONG, ConfigType.BOOLEAN
_STRING, _LIST = ConfigType.STRING, ConfigType.LIST
_MS, _BYTES = Unit.MILLISECONDS, Unit.BYTES


def _key(
    name: str,
    type_: ConfigType,
    default: _T,
    documentation: str,
    check: Check | None = None,
    unit: Unit = Unit.NONE,
) -> _T:
    assert default is None or isinstance(default, bool | int | float | str | tuple)
    row = ConfigKey(
        name, type_, default, documentation, check or Anything(), unit, is_read_only=True
    )
    made: _T = field(default=default, metadata={"key": row})
    return made


def _int(row: ConfigKey) -> int:
    """The field of a number whose row another module has."""
    assert isinstance(row.default, int)
    made: int = field(default=row.default, metadata={"key": row})
    return made


def _bool(row: ConfigKey) -> bool:
    assert isinstance(row.default, bool)
    made: bool = field(default=row.default, metadata={"key": row})
    return made


def _number(row: ConfigKey) -> float:
    assert isinstance(row.default, float)
    made: float = field(default=row.default, metadata={"key": row})
    return made


def _text(row: ConfigKey) -> str:
    assert isinstance(row.default, str)
    made: str = field(default=row.default, metadata={"key": row})
    return made


def _texts(row: ConfigKey) -> tuple[str, ...]:
    assert isinstance(row.default, tuple)
    made: tuple[str, ...] = field(default=row.default, metadata={"key": row})
    return made


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Every setting of an engine. Values are checked where they come in, in `load`."""

    data: str = _key("data", _STRING, "", "The directory that holds everything the engine stores.")
    listen: str = _key(
        "listen",
        _STRING,
        "127.0.0.1:9092",
        "HOST:PORT on which Kafka clients are served; port 0 takes any free one.",
        HostPort(),
    )
    listeners: tuple[str, ...] = _key(
        "listeners",
        _LIST,
        (),
        "More addresses on which clients are served, each NAME://HOST:PORT. Differs from Kafka: "
        "the first listener is that of listen, and PLAINTEXT is its name.",
        NamedAddresses(),
    )
    advertised_listeners: tuple[str, ...] = _key(
        "advertised.listeners",
        _LIST,
        (),
        "The addresses that clients are told to use where they differ from those listened on: "
        "HOST:PORT for listen, NAME://HOST:PORT for one of listeners.",
        NamedAddresses(),
    )
    metrics_listen: str = _key(
        "metrics.listen",
        _STRING,
        "",
        "HOST:PORT of /metrics and /health over HTTP; empty for none.",
        HostPort(may_be_empty=True),
    )
    durability: str = _key(
        "durability",
        _STRING,
        "fsync",
        "What acks=all waits for: fsync means the disk, os means the page cache of the operating "
        "system, as with a single Kafka broker.",
        OneOf(("fsync", "os")),
    )
    node_id: int = _key("node.id", _INT, 1, "The id of this broker in the cluster.", Range(0))
    broker_rack: str | None = _key(
        "broker.rack", _STRING, None, "The rack or zone that Metadata tells clients."
    )
    # Topics.
    num_partitions: int = _key(
        "num.partitions",
        _INT,
        1,
        "Partitions of a topic that is created without a number.",
        Range(1),
    )
    default_replication_factor: int = _key(
        "default.replication.factor",
        _INT,
        1,
        "Replicas of a topic that is created without a number.",
        Range(1),
    )
    auto_create_topics_enable: bool = _key(
        "auto.create.topics.enable",
        _BOOLEAN,
        True,
        "Create a topic when a client that allows it asks for its metadata.",
    )
    delete_topic_enable: bool = _key("delete.topic.enable", _BOOLEAN, True, "Allow DeleteTopics.")
    # Rounds of maintenance.
    log_retention_check_interval_ms: int = _key(
        "log.retention.check.interval.ms",
        _LONG,
        300_000,
        "Time between two rounds that remove old segments.",
        Range(1),
        _MS,
    )
    log_flush_offset_checkpoint_interval_ms: int = _key(
        "log.flush.offset.checkpoint.interval.ms",
        _INT,
        5_000,
        "Time between two checkpoints of what is known to be on disk; recovery after a crash reads "
        "what came later. Differs from Kafka: 5 s instead of 60 s.",
        Range(1),
        _MS,
    )
    log_cleaner_enable: bool = _bool(maintenance.CLEANER_ENABLE)
    log_cleaner_backoff_ms: int = _int(maintenance.CLEANER_BACKOFF)
    log_cleaner_dedupe_buffer_size: int = _int(maintenance.CLEANER_DEDUPE_BUFFER_SIZE)
    log_cleaner_io_max_bytes_per_second: float = _number(
        maintenance.CLEANER_IO_MAX_BYTES_PER_SECOND
    )
    disk_reserve_bytes: int = _int(maintenance.DISK_RESERVE_BYTES)
    producer_id_expiration_ms: int = _key(
        "producer.id.expiration.ms",
        _INT,
        86_400_000,
        "How long a partition remembers an idempotent producer that sends nothing.",
        Range(1),
        _MS,
    )
    # Connections and requests.
    max_connections: int = _key(
        "max.connections", _INT, INT_MAX, "Connections served at once.", Range(0)
    )
    max_connections_per_ip: int = _key(
        "max.connections.per.ip",
        _INT,
        INT_MAX,
        "Connections served at once from one address.",
        Range(0),
    )
    connections_max_idle_ms: int = _key(
        "connections.max.idle.ms",
        _LONG,
        600_000,
        "A connection without a request for this long is closed.",
        unit=_MS,
    )
    socket_listen_backlog_size: int = _key(
        "socket.listen.backlog.size",
        _INT,
        512,
        "Connections that the operating system queues before they are accepted. Differs from "
        "Kafka: 512 instead of 50.",
        Range(1),
    )
    socket_request_max_bytes: int = _key(
        "socket.request.max.bytes",
        _INT,
        104_857_600,
        "The largest request; a longer one closes its connection.",
        Range(1),
        _BYTES,
    )
    queued_max_request_bytes: int = _key(
        "queued.max.request.bytes",
        _LONG,
        268_435_456,
        "Bytes of requests in memory over all connections before reading pauses. Differs from "
        "Kafka: 256 MiB instead of no limit.",
        unit=_BYTES,
    )
    fetch_max_bytes: int = _key(
        "fetch.max.bytes",
        _INT,
        57_671_680,
        "The most that one fetch returns, whatever the client asks for.",
        Range(1024),
        _BYTES,
    )
    max_incremental_fetch_session_cache_slots: int = _key(
        "max.incremental.fetch.session.cache.slots",
        _INT,
        1_000,
        "Incremental fetch sessions that are kept.",
        Range(0),
    )
    max_request_partition_size_limit: int = _key(
        "max.request.partition.size.limit",
        _INT,
        2_000,
        "Partitions in one answer of DescribeTopicPartitions.",
        Range(1),
    )
    quota_window_num: int = _key(
        "quota.window.num", _INT, 11, "Windows over which the rates of clients count.", Range(1)
    )
    quota_window_size_seconds: int = _key(
        "quota.window.size.seconds", _INT, 1, "Seconds of each of those windows.", Range(1)
    )
    controller_quota_window_num: int = _key(
        "controller.quota.window.num",
        _INT,
        11,
        "Windows whose changes of topics a client may make at once.",
        Range(1),
    )
    controller_quota_window_size_seconds: int = _key(
        "controller.quota.window.size.seconds",
        _INT,
        1,
        "Seconds of each of those windows.",
        Range(1),
    )
    # Groups and offsets.
    group_initial_rebalance_delay_ms: int = _key(
        "group.initial.rebalance.delay.ms",
        _INT,
        0,
        "How long an empty group waits for more members before its first assignment. Differs from "
        "Kafka: 0 instead of 3 s.",
        Range(0),
        _MS,
    )
    group_min_session_timeout_ms: int = _key(
        "group.min.session.timeout.ms",
        _INT,
        6_000,
        "The shortest session time-out that a member may ask for.",
        Range(0),
        _MS,
    )
    group_max_session_timeout_ms: int = _key(
        "group.max.session.timeout.ms",
        _INT,
        1_800_000,
        "The longest session time-out that a member may ask for.",
        Range(0),
        _MS,
    )
    group_max_size: int = _key(
        "group.max.size", _INT, INT_MAX, "Members that a group may have.", Range(1)
    )
    group_coordinator_rebalance_protocols: tuple[str, ...] = _texts(groups.REBALANCE_PROTOCOLS)
    group_consumer_session_timeout_ms: int = _int(groups.SESSION_TIMEOUT)
    group_consumer_min_session_timeout_ms: int = _int(groups.SESSION_TIMEOUT_MIN)
    group_consumer_max_session_timeout_ms: int = _int(groups.SESSION_TIMEOUT_MAX)
    group_consumer_heartbeat_interval_ms: int = _int(groups.HEARTBEAT_INTERVAL)
    group_consumer_min_heartbeat_interval_ms: int = _int(groups.HEARTBEAT_INTERVAL_MIN)
    group_consumer_max_heartbeat_interval_ms: int = _int(groups.HEARTBEAT_INTERVAL_MAX)
    group_consumer_max_size: int = _int(groups.MAX_SIZE)
    group_consumer_assignors: tuple[str, ...] = _texts(groups.ASSIGNORS)
    group_consumer_migration_policy: str = _text(groups.MIGRATION_POLICY)
    group_consumer_assignment_interval_ms: int = _int(groups.ASSIGNMENT_INTERVAL)
    group_consumer_min_assignment_interval_ms: int = _int(groups.ASSIGNMENT_INTERVAL_MIN)
    group_consumer_max_assignment_interval_ms: int = _int(groups.ASSIGNMENT_INTERVAL_MAX)
    offset_metadata_max_bytes: int = _key(
        "offset.metadata.max.bytes",
        _INT,
        4_096,
        "The longest text that may go with a committed offset.",
        unit=_BYTES,
    )
    offsets_retention_minutes: int = _key(
        "offsets.retention.minutes",
        _INT,
        10_080,
        "How long the offsets of a group are kept once it has no members.",
        Range(1),
    )
    offsets_retention_check_interval_ms: int = _key(
        "offsets.retention.check.interval.ms",
        _LONG,
        600_000,
        "Time between two looks for offsets to forget.",
        Range(1),
        _MS,
    )
    offsets_topic_num_partitions: int = _key(
        "offsets.topic.num.partitions",
        _INT,
        50,
        "Partitions of __consumer_offsets; fixed once the topic exists.",
        Range(1),
    )
    offsets_topic_segment_bytes: int = _key(
        "offsets.topic.segment.bytes",
        _INT,
        104_857_600,
        "Segment size of __consumer_offsets: small, so that it is compacted early.",
        Range(1),
        _BYTES,
    )
    # Transactions.
    transaction_state_log_num_partitions: int = _key(
        "transaction.state.log.num.partitions",
        _INT,
        50,
        "Partitions of __transaction_state; fixed once the topic exists.",
        Range(1),
    )
    transaction_state_log_segment_bytes: int = _key(
        "transaction.state.log.segment.bytes",
        _INT,
        104_857_600,
        "Segment size of __transaction_state.",
        Range(1),
        _BYTES,
    )
    topic_defaults: Mapping[str, Value] = field(default_factory=dict)
    """Values set for synonyms of topic keys, by the synonym's name."""
    explicit: frozenset[str] = frozenset()
    """Names of the keys that were set rather than left at their defaults."""

    @property
    def all_listeners(self) -> tuple[ConfiguredListener, ...]:
        """Every listener, that of `listen` first."""
        return listeners_of(self.listen, self.listeners, self.advertised_listeners)

    @property
    def address(self) -> Address:
        """Where to listen."""
        return parse_address(self.listen)

    @property
    def host(self) -> str:
        return self.address.host

    @property
    def port(self) -> int:
        return self.address.port

    @property
    def data_dir(self) -> Path:
        return Path(self.data)
