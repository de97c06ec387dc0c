"""Which layer of configuration holds, and what is described of the others."""

from dataclasses import replace

from engine.config.effective import (
    BrokerConfigs,
    ConfigSource,
    conflict,
    describe_broker,
    describe_dynamic_defaults,
    describe_topic,
    topic_values,
)
from engine.config.engine_config import EngineConfig

PLAIN = BrokerConfigs(EngineConfig())


def from_file(**defaults):
    names = {name.replace("_", "."): value for name, value in defaults.items()}
    return replace(EngineConfig(), others=names, explicit=frozenset(names))


def one(described):
    assert len(described) == 1
    return described[0]


def test_the_layers_of_a_topic_key_are_listed_as_kafka_lists_them():
    """The expected lists were answered by a Kafka 4.3.1 on which the same values were set."""
    broker = BrokerConfigs(
        EngineConfig(), {"log.retention.ms": "999999"}, {"log.retention.ms": "888888"}
    )
    described = one(describe_topic({"retention.ms": " 5 "}, broker, {"retention.ms"}))
    assert described.value == "5"
    assert described.source is ConfigSource.TOPIC
    assert described.synonyms == (
        ("retention.ms", "5", 1),
        ("log.retention.ms", "999999", 2),
        ("log.retention.ms", "888888", 3),
        ("log.retention.hours", "168", 5),
    )


def test_a_weaker_synonym_is_not_listed_before_the_key_itself():
    described = one(describe_broker(PLAIN, {"log.retention.ms"}))
    assert described.value is None
    assert described.synonyms == ()


def test_a_dynamic_broker_value_is_stronger_than_that_for_all_brokers():
    broker = BrokerConfigs(EngineConfig(), {"log.retention.ms": "1"}, {"log.retention.ms": "2"})
    assert topic_values({}, broker)["retention.ms"] == 1
    assert topic_values({}, replace(broker, dynamic={}))["retention.ms"] == 2


def test_coarser_synonyms_are_used_in_order_and_converted():
    broker = BrokerConfigs(from_file(log_retention_hours=2))
    assert topic_values({}, broker)["retention.ms"] == 7_200_000
    broker = BrokerConfigs(from_file(log_retention_hours=2, log_retention_minutes=3))
    assert topic_values({}, broker)["retention.ms"] == 180_000
    broker = BrokerConfigs(from_file(log_retention_hours=-1))
    assert topic_values({}, broker)["retention.ms"] == -1
    assert topic_values({}, PLAIN)["retention.ms"] == 604_800_000


def test_a_value_of_the_file_is_static():
    broker = BrokerConfigs(from_file(log_segment_bytes=2_000_000))
    described = one(describe_topic({}, broker, {"segment.bytes"}))
    assert described.value == "2000000"
    assert described.source is ConfigSource.STATIC_BROKER
    assert described.synonyms == (
        ("log.segment.bytes", "2000000", 4),
        ("log.segment.bytes", "1073741824", 5),
    )


def test_values_for_all_brokers_are_described_alone():
    broker = BrokerConfigs(EngineConfig(), {}, {"log.cleaner.min.cleanable.ratio": "0.25"})
    described = one(describe_dynamic_defaults(broker))
    assert described.value == "0.25"
    assert described.synonyms == (("log.cleaner.min.cleanable.ratio", "0.25", 3),)
    assert one(describe_topic({}, broker, {"min.cleanable.dirty.ratio"})).value == "0.25"


def test_only_names_that_exist_are_described():
    assert describe_topic({}, PLAIN, {"nonsense"}) == []
    assert describe_broker(PLAIN, {"nonsense"}) == []


def test_compaction_lags_in_the_wrong_order_conflict():
    values = topic_values({"min.compaction.lag.ms": "10", "max.compaction.lag.ms": "5"}, PLAIN)
    assert conflict(values) == (
        "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)"
    )
    assert conflict(topic_values({}, PLAIN)) is None


def test_tiered_storage_cannot_be_enabled():
    values = topic_values({"remote.storage.enable": "true"}, PLAIN)
    assert "Tiered Storage functionality is disabled" in str(conflict(values))
