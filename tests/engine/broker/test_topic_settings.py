"""From the configuration of a topic to how its logs are kept."""

from dataclasses import replace

from engine.broker.broker_settings import ALL_BROKERS, BrokerSettings, settings_entry
from engine.broker.catalogue import Catalogue, Topic
from engine.broker.new_topics import NewTopic
from engine.broker.topic_settings import REMEMBERED_MIN, Settings, TopicConfigurations, settings_of
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.kernel.ids import BrokerId, TopicId
from engine.records.compression import Compression
from engine.storage.log_config import CleanupPolicy, LogConfig, TimestampType
from tests.support.living import living
from tests.support.topic_broker import topic_broker

PLAIN = BrokerConfigs(EngineConfig())


def topic(**configs):
    names = {name.replace("_", "."): value for name, value in configs.items()}
    return Topic("t", TopicId(bytes(16)), ((BrokerId(1),),), names)


def test_a_plain_topic_has_the_defaults_of_storage():
    settings = settings_of({}, PLAIN)
    assert settings.log_config == LogConfig()
    assert settings.min_insync_replicas == 1


def test_overrides_reach_the_log():
    config = settings_of(
        {
            "cleanup.policy": "compact,delete",
            "compression.type": "zstd",
            "compression.zstd.level": "7",
            "message.timestamp.type": "LogAppendTime",
            "retention.ms": "-1",
            "segment.bytes": "2000000",
        },
        PLAIN,
    ).log_config
    assert config.cleanup_policy == {CleanupPolicy.COMPACT, CleanupPolicy.DELETE}
    assert (config.compression_type, config.compression_level) == (Compression.ZSTD, 7)
    assert config.message_timestamp_type is TimestampType.LOG_APPEND_TIME
    assert config.retention_ms == -1
    assert config.segment_bytes == 2_000_000


def test_uncompressed_is_a_codec_and_producer_is_none():
    uncompressed = settings_of({"compression.type": "uncompressed"}, PLAIN).log_config
    assert uncompressed.compression_type is Compression.NONE
    assert uncompressed.compression_level is None
    assert settings_of({}, PLAIN).log_config.compression_type is None
    for codec in ("gzip", "lz4", "snappy"):
        config = settings_of({"compression.type": codec}, PLAIN).log_config
        assert config.compression_type is Compression[codec.upper()]


def test_an_internal_segment_size_wins():
    settings = settings_of({"internal.segment.bytes": "100"}, PLAIN)
    assert settings.log_config.segment_bytes == 100


def test_topics_with_the_same_overrides_share_their_settings():
    configurations = TopicConfigurations(BrokerSettings(EngineConfig()), Catalogue())
    first = configurations.log_config(topic(retention_ms="5"))
    assert configurations.log_config(topic(retention_ms="5")) is first
    assert configurations.log_config(topic(retention_ms="6")).retention_ms == 6


def test_settings_of_topics_that_are_gone_are_forgotten():
    before = living(Settings)
    configurations = TopicConfigurations(BrokerSettings(EngineConfig()), Catalogue())
    for number in range(10 * REMEMBERED_MIN):
        assert configurations.log_config(topic(retention_ms=str(number))).retention_ms == number
    assert living(Settings) - before <= REMEMBERED_MIN


def test_a_change_of_the_broker_reaches_every_topic():
    broker = BrokerSettings(EngineConfig())
    configurations = TopicConfigurations(broker, Catalogue())
    assert configurations.min_insync_replicas(topic()) == 1
    broker.replay(settings_entry(1, {"min.insync.replicas": "2"}))
    assert configurations.min_insync_replicas(topic()) == 2
    assert configurations.min_insync_replicas(topic(min_insync_replicas="3")) == 3


async def test_open_logs_follow_what_is_set_for_brokers(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        partition = broker.partitions.find("t", 0)
        assert partition.log.config.producer_id_expiration_ms == 86_400_000
        await broker.admin.alter_broker(ALL_BROKERS, lambda _: {"producer.id.expiration.ms": "7"})
        assert partition.log.config.producer_id_expiration_ms == 7
        broker.metadata.settings.reload(replace(broker.config, producer_id_expiration_ms=9))
        assert partition.log.config.producer_id_expiration_ms == 7
        await broker.admin.alter_broker(ALL_BROKERS, lambda _: {})
        assert partition.log.config.producer_id_expiration_ms == 9
