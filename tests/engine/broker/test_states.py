"""The small durable states beside the catalogue: counters and broker settings."""

from engine.broker.broker_settings import ALL_BROKERS, BrokerSettings, settings_entry
from engine.broker.counters import Counters, leader_epoch_entry, producer_ids_entry
from engine.config.engine_config import EngineConfig


def test_counters_never_fall():
    counters = Counters()
    for entry in (
        producer_ids_entry(2000),
        producer_ids_entry(1000),
        leader_epoch_entry(3),
        leader_epoch_entry(1),
    ):
        counters.replay(entry)
    assert (counters.next_producer_id, counters.leader_epoch) == (2000, 3)
    counters.reset()
    assert (counters.next_producer_id, counters.leader_epoch) == (2000, 3)


def test_a_snapshot_of_counters_holds_both():
    counters = Counters()
    counters.replay(producer_ids_entry(5))
    copy = Counters()
    for entry in counters.snapshot():
        copy.replay(entry)
    assert (copy.next_producer_id, copy.leader_epoch) == (5, 0)


def test_settings_of_this_broker_and_of_all_make_layers():
    settings = BrokerSettings(EngineConfig(node_id=4))
    before = settings.configs
    settings.replay(settings_entry(4, {"log.retention.ms": "1"}))
    settings.replay(
        settings_entry(ALL_BROKERS, {"log.retention.ms": "2", "message.max.bytes": "3"})
    )
    settings.replay(settings_entry(9, {"message.max.bytes": "7"}))
    assert settings.configs is not before
    assert settings.configs.value("log.retention.ms") == 1
    assert settings.configs.value("message.max.bytes") == 3


def test_a_snapshot_of_settings_leads_to_the_same_layers():
    settings = BrokerSettings(EngineConfig())
    settings.replay(settings_entry(1, {"log.retention.ms": "1"}))
    settings.replay(settings_entry(ALL_BROKERS, {}))
    copy = BrokerSettings(EngineConfig())
    copy.replay(settings_entry(1, {"message.max.bytes": "3"}))
    copy.reset()
    for entry in settings.snapshot():
        copy.replay(entry)
    assert copy.configs == settings.configs
