"""What the configuration of a topic means to its logs: from keys and layers to a `LogConfig`.

Topics with the same overrides share one value: ten thousand plain topics cost one computation.
Values are remembered by overrides, of which there are at most twice as many as topics: those of
topics that are gone, or were changed, are forgotten with all others when there are more.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue, Topic
from engine.config.effective import BrokerConfigs, topic_values
from engine.config.kinds import Value
from engine.records.compression import Compression
from engine.storage.log_config import CleanupPolicy, LogConfig, TimestampType

_LEVEL_KEYS: Mapping[Compression, str] = {
    Compression.GZIP: "compression.gzip.level",
    Compression.LZ4: "compression.lz4.level",
    Compression.ZSTD: "compression.zstd.level",
}

REMEMBERED_MIN: Final = 64
"""Values that are remembered however few topics there are."""


class Settings(NamedTuple):
    """What the partitions of a topic need to know."""

    log_config: LogConfig
    min_insync_replicas: int


class TopicConfigurations:
    """The settings of each topic as its overrides and the broker's own values stand."""

    def __init__(self, broker: BrokerSettings, catalogue: Catalogue) -> None:
        self._broker = broker
        self._catalogue = catalogue
        self._layers: BrokerConfigs | None = None
        self._known: dict[frozenset[tuple[str, str]], Settings] = {}

    def log_config(self, topic: Topic) -> LogConfig:
        """The configuration of a topic's logs; the same object for the same values."""
        return self._settings(topic).log_config

    def min_insync_replicas(self, topic: Topic) -> int:
        return self._settings(topic).min_insync_replicas

    def _settings(self, topic: Topic) -> Settings:
        layers = self._broker.configs
        if layers is not self._layers:
            self._layers = layers
            self._known.clear()
        key = frozenset(topic.configs.items())
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= max(REMEMBERED_MIN, 2 * len(self._catalogue)):
                self._known.clear()
            found = self._known[key] = settings_of(topic.configs, layers)
        return found


def settings_of(overrides: Mapping[str, str], broker: BrokerConfigs) -> Settings:
    """The settings that a topic's overrides and the broker's layers lead to."""
    values = _Values(topic_values(overrides, broker))
    compression = _compression(values.text("compression.type"))
    internal_segment_bytes = values.raw["internal.segment.bytes"]
    producer_id_expiration_ms = broker.value("producer.id.expiration.ms")
    assert isinstance(producer_id_expiration_ms, int)
    log_config = LogConfig(
        segment_bytes=internal_segment_bytes
        if isinstance(internal_segment_bytes, int)
        else values.number("segment.bytes"),
        segment_ms=values.number("segment.ms"),
        segment_index_bytes=values.number("segment.index.bytes"),
        index_interval_bytes=values.number("index.interval.bytes"),
        retention_ms=values.number("retention.ms"),
        retention_bytes=values.number("retention.bytes"),
        file_delete_delay_ms=values.number("file.delete.delay.ms"),
        max_message_bytes=values.number("max.message.bytes"),
        cleanup_policy=frozenset(map(CleanupPolicy, values.words("cleanup.policy"))),
        message_timestamp_type=TimestampType(values.text("message.timestamp.type")),
        timestamp_before_max_ms=values.number("message.timestamp.before.max.ms"),
        timestamp_after_max_ms=values.number("message.timestamp.after.max.ms"),
        compression_type=compression,
        compression_level=_level(compression, values),
        producer_id_expiration_ms=producer_id_expiration_ms,
        delete_retention_ms=values.number("delete.retention.ms"),
        min_cleanable_dirty_ratio=values.ratio("min.cleanable.dirty.ratio"),
        min_compaction_lag_ms=values.number("min.compaction.lag.ms"),
        max_compaction_lag_ms=values.number("max.compaction.lag.ms"),
    )
    return Settings(log_config, values.number("min.insync.replicas"))


def _compression(name: str) -> Compression | None:
    match name:
        case "producer":
            return None
        case "uncompressed":
            return Compression.NONE
        case _:
            return Compression[name.upper()]


def _level(compression: Compression | None, values: "_Values") -> int | None:
    key = None if compression is None else _LEVEL_KEYS.get(compression)
    return None if key is None else values.number(key)


class _Values:
    """Values by key, with the types that the table of keys gives them."""

    def __init__(self, raw: Mapping[str, Value]) -> None:
        self.raw = raw

    def number(self, name: str) -> int:
        value = self.raw[name]
        assert isinstance(value, int)
        return value

    def ratio(self, name: str) -> float:
        value = self.raw[name]
        assert isinstance(value, int | float)
        return float(value)

    def text(self, name: str) -> str:
        value = self.raw[name]
        assert isinstance(value, str)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.raw[name]
        assert isinstance(value, tuple)
        return value
