"""The configuration of the engine as one typed value: a field for each key that something reads.

A key has its name in files and in DescribeConfigs (Kafka's name wherever Kafka has the thing), its
type, default, check and documentation in a table: `server_keys`, `log_keys`, `coordinator_keys`.
The name of a field is the key's name with underscores. Keys without a field are the broker-wide
defaults of topics (`log.retention.ms` and the like), which are the synonyms that `topic_keys`
names, and those that change nothing here (`engine.config.inert`); values set for them are in
`others`. The table of all broker keys is in `broker_keys`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.config.address import Address, parse_address
from engine.config.coordinator_keys import COORDINATOR_KEYS
from engine.config.host_limits import host_limits
from engine.config.kinds import ConfigKey, Value
from engine.config.listener_keys import listener_key
from engine.config.listeners import ConfiguredListener, listeners_of
from engine.config.log_keys import LOG_KEYS
from engine.config.server_keys import SERVER_KEYS

FIELD_KEYS: Final[Mapping[str, ConfigKey]] = {
    key.name: key for key in (*SERVER_KEYS, *LOG_KEYS, *COORDINATOR_KEYS)
}
"""The keys that are fields of `EngineConfig`, by name."""


def _number(name: str) -> int:
    default = FIELD_KEYS[name].default
    assert isinstance(default, int)
    return default


def _truth(name: str) -> bool:
    default = FIELD_KEYS[name].default
    assert isinstance(default, bool)
    return default


def _ratio(name: str) -> float:
    default = FIELD_KEYS[name].default
    assert isinstance(default, float)
    return default


def _text(name: str) -> str:
    default = FIELD_KEYS[name].default
    assert isinstance(default, str)
    return default


def _texts(name: str) -> tuple[str, ...]:
    default = FIELD_KEYS[name].default
    assert isinstance(default, tuple)
    return default


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Every setting of an engine. Values are checked where they come in, in `load`."""

    # Addresses and identity.
    data: str = _text("data")
    listen: str = _text("listen")
    listeners: tuple[str, ...] = _texts("listeners")
    advertised_listeners: tuple[str, ...] = _texts("advertised.listeners")
    metrics_listen: str = _text("metrics.listen")
    logging_format: str = _text("logging.format")
    durability: str = _text("durability")
    node_id: int = _number("node.id")
    broker_rack: str | None = None
    # Topics.
    num_partitions: int = _number("num.partitions")
    default_replication_factor: int = _number("default.replication.factor")
    auto_create_topics_enable: bool = _truth("auto.create.topics.enable")
    delete_topic_enable: bool = _truth("delete.topic.enable")
    # Rounds of maintenance.
    log_retention_check_interval_ms: int = _number("log.retention.check.interval.ms")
    log_flush_offset_checkpoint_interval_ms: int = _number(
        "log.flush.offset.checkpoint.interval.ms"
    )
    log_cleaner_enable: bool = _truth("log.cleaner.enable")
    log_cleaner_backoff_ms: int = _number("log.cleaner.backoff.ms")
    log_cleaner_dedupe_buffer_size: int = _number("log.cleaner.dedupe.buffer.size")
    log_cleaner_io_max_bytes_per_second: float = _ratio("log.cleaner.io.max.bytes.per.second")
    disk_reserve_bytes: int = _number("disk.reserve.bytes")
    producer_id_expiration_ms: int = _number("producer.id.expiration.ms")
    # Connections and requests.
    max_connections: int = _number("max.connections")
    max_connection_creation_rate: int = _number("max.connection.creation.rate")
    max_connections_per_ip: int = _number("max.connections.per.ip")
    max_connections_per_ip_overrides: str = _text("max.connections.per.ip.overrides")
    connections_max_idle_ms: int = _number("connections.max.idle.ms")
    socket_listen_backlog_size: int = _number("socket.listen.backlog.size")
    socket_request_max_bytes: int = _number("socket.request.max.bytes")
    queued_max_request_bytes: int = _number("queued.max.request.bytes")
    fetch_max_bytes: int = _number("fetch.max.bytes")
    max_incremental_fetch_session_cache_slots: int = _number(
        "max.incremental.fetch.session.cache.slots"
    )
    max_request_partition_size_limit: int = _number("max.request.partition.size.limit")
    quota_window_num: int = _number("quota.window.num")
    quota_window_size_seconds: int = _number("quota.window.size.seconds")
    controller_quota_window_num: int = _number("controller.quota.window.num")
    controller_quota_window_size_seconds: int = _number("controller.quota.window.size.seconds")
    # Groups and offsets.
    group_initial_rebalance_delay_ms: int = _number("group.initial.rebalance.delay.ms")
    group_min_session_timeout_ms: int = _number("group.min.session.timeout.ms")
    group_max_session_timeout_ms: int = _number("group.max.session.timeout.ms")
    group_max_size: int = _number("group.max.size")
    group_coordinator_rebalance_protocols: tuple[str, ...] = _texts(
        "group.coordinator.rebalance.protocols"
    )
    group_consumer_session_timeout_ms: int = _number("group.consumer.session.timeout.ms")
    group_consumer_min_session_timeout_ms: int = _number("group.consumer.min.session.timeout.ms")
    group_consumer_max_session_timeout_ms: int = _number("group.consumer.max.session.timeout.ms")
    group_consumer_heartbeat_interval_ms: int = _number("group.consumer.heartbeat.interval.ms")
    group_consumer_min_heartbeat_interval_ms: int = _number(
        "group.consumer.min.heartbeat.interval.ms"
    )
    group_consumer_max_heartbeat_interval_ms: int = _number(
        "group.consumer.max.heartbeat.interval.ms"
    )
    group_consumer_max_size: int = _number("group.consumer.max.size")
    group_consumer_assignors: tuple[str, ...] = _texts("group.consumer.assignors")
    group_consumer_migration_policy: str = _text("group.consumer.migration.policy")
    group_consumer_assignment_interval_ms: int = _number("group.consumer.assignment.interval.ms")
    group_consumer_min_assignment_interval_ms: int = _number(
        "group.consumer.min.assignment.interval.ms"
    )
    group_consumer_max_assignment_interval_ms: int = _number(
        "group.consumer.max.assignment.interval.ms"
    )
    offset_metadata_max_bytes: int = _number("offset.metadata.max.bytes")
    offsets_commit_timeout_ms: int = _number("offsets.commit.timeout.ms")
    offsets_retention_minutes: int = _number("offsets.retention.minutes")
    offsets_retention_check_interval_ms: int = _number("offsets.retention.check.interval.ms")
    offsets_topic_num_partitions: int = _number("offsets.topic.num.partitions")
    offsets_topic_segment_bytes: int = _number("offsets.topic.segment.bytes")
    # Transactions.
    transaction_state_log_num_partitions: int = _number("transaction.state.log.num.partitions")
    transaction_state_log_segment_bytes: int = _number("transaction.state.log.segment.bytes")
    others: Mapping[str, Value] = field(default_factory=dict)
    """Values set for keys without a field, by the key's name."""
    explicit: frozenset[str] = frozenset()
    """Names of the keys that were set rather than left at their defaults."""

    @property
    def all_listeners(self) -> tuple[ConfiguredListener, ...]:
        """Every listener, that of `listen` first."""
        return listeners_of(self.listen, self.listeners, self.advertised_listeners)

    @property
    def listener_names(self) -> tuple[str, ...]:
        """The names of all listeners, that of `listen` first."""
        return tuple(each.name for each in self.all_listeners)

    def of_listener(self, listener: str, name: str) -> int:
        """The number that holds for one listener: its own, or else that of all."""
        own = self.others.get(listener_key(listener, name))
        if own is None:
            own = getattr(self, name.replace(".", "_"))
        assert isinstance(own, int)
        return own

    @property
    def connections_of_hosts(self) -> dict[str, int]:
        """The connections that single addresses may have at once."""
        return host_limits(self.max_connections_per_ip_overrides)

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
