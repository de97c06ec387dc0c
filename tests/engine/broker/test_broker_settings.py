"""The values in force: the file's, with what clients have set over them."""

from engine.broker.broker_settings import ALL_BROKERS, BrokerSettings, settings_entry
from engine.config.broker_keys import with_values
from engine.config.engine_config import EngineConfig

KEY = "max.connections"


def test_what_clients_have_set_wins_over_the_file_and_one_broker_over_all() -> None:
    settings = BrokerSettings(with_values(EngineConfig(), {KEY: 1}))
    assert settings.current.max_connections == 1
    settings.replay(settings_entry(ALL_BROKERS, {KEY: "2"}))
    assert settings.current.max_connections == 2
    settings.replay(settings_entry(1, {KEY: "3"}))
    assert settings.current.max_connections == 3
    settings.reload(with_values(EngineConfig(), {KEY: 4}))
    assert settings.current.max_connections == 3
    settings.replay(settings_entry(1, {}))
    settings.replay(settings_entry(ALL_BROKERS, {}))
    assert settings.current.max_connections == 4


def test_a_name_that_nobody_knows_is_kept_and_changes_nothing() -> None:
    settings = BrokerSettings(EngineConfig())
    kept = {"of.tomorrow": "1", "listener.name.other.num.partitions": "x"}
    settings.replay(settings_entry(1, kept))
    assert settings.of(1) == kept
    assert settings.current == EngineConfig()
    assert [entry.body["configs"] for entry in settings.snapshot()] == [kept]


def test_listeners_are_told_after_each_change() -> None:
    settings = BrokerSettings(EngineConfig())
    seen: list[int] = []
    settings.on_change(lambda: seen.append(settings.current.max_connections))
    settings.replay(settings_entry(1, {KEY: "3"}))
    settings.reload(EngineConfig(max_connections=5))
    settings.reset()
    assert seen == [3, 3, 5]
