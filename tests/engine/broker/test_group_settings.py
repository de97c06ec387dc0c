"""The settings of groups of this moment: the broker's, and those of single groups."""

from engine.broker.broker_settings import BrokerSettings, settings_entry
from engine.broker.group_settings import GroupSettingsInForce
from engine.broker.named_configs import group_configs
from engine.config.engine_config import EngineConfig


def test_what_changes_is_seen_at_the_next_look() -> None:
    broker, groups = BrokerSettings(EngineConfig()), group_configs()
    settings = GroupSettingsInForce(broker, groups)
    assert settings.now.consumer.assignment_interval_ms == 1_000
    broker.replay(settings_entry(1, {"group.consumer.assignment.interval.ms": "5"}))
    assert settings.now.consumer.assignment_interval_ms == 5
    broker.reload(EngineConfig(group_max_size=3))
    assert (settings.now.max_size, settings.now.consumer.assignment_interval_ms) == (3, 5)


def test_a_group_has_its_own_session_and_the_brokers_other_settings() -> None:
    broker, groups = BrokerSettings(EngineConfig(group_consumer_max_size=9)), group_configs()
    settings = GroupSettingsInForce(broker, groups)
    groups.replay(
        groups.entry("g", {"consumer.session.timeout.ms": "50000", "share.isolation.level": "x"})
    )
    of_group = settings.consumer_of("g")
    assert (of_group.session_timeout_ms, of_group.heartbeat_interval_ms) == (50_000, 5_000)
    assert of_group.max_size == 9
    assert settings.consumer_of("h") is settings.now.consumer
    broker.reload(EngineConfig(group_consumer_max_session_timeout_ms=46_000))
    assert settings.consumer_of("g").session_timeout_ms == 46_000
