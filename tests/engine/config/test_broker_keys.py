"""The table against what Kafka 4.3.1 described for a broker; every difference is on purpose."""

import json
from pathlib import Path

from engine.config.broker_keys import BROKER_KEYS, field_name, static_value, with_values
from engine.config.engine_config import FIELD_KEYS, EngineConfig
from engine.config.inert_keys import INERT_KEYS
from engine.config.kinds import render
from engine.config.server_keys import ALIASES

KAFKA = json.loads((Path(__file__).parent / "kafka_4_3_broker_configs.json").read_text())
OTHER_DEFAULT = {
    "advertised.listeners",
    "broker.id",
    "group.coordinator.rebalance.protocols",
    "group.initial.rebalance.delay.ms",
    "listeners",
    "log.dir",
    "log.flush.offset.checkpoint.interval.ms",
    "node.id",
    "queued.max.request.bytes",
    "socket.listen.backlog.size",
}
OUR_OWN = {"data", "disk.reserve.bytes", "durability", "listen", "logging.format", "metrics.listen"}
HIDDEN = {name for name, key in BROKER_KEYS.items() if key.is_hidden}


def test_the_table_has_every_key_of_kafka_and_few_others():
    assert len(KAFKA) == 340
    assert {name for name, *_ in KAFKA} == set(BROKER_KEYS) - OUR_OWN - HIDDEN


def test_types_defaults_and_flags_are_those_of_kafka():
    for name, type_, default, is_read_only, is_sensitive in KAFKA:
        key = BROKER_KEYS[name]
        assert key.type == type_, name
        assert (render(key.default) == default) is (name not in OTHER_DEFAULT), name
        assert (key.is_read_only == is_read_only) is (name != "listeners"), name
        assert key.is_sensitive == is_sensitive, name


def test_every_default_passes_its_own_check():
    for name, key in BROKER_KEYS.items():
        key.verify(key.default)
        assert key.documentation.endswith("."), name


def test_keys_that_nothing_reads_say_that_they_have_no_effect():
    for name, key in INERT_KEYS.items():
        assert key.documentation.startswith("No effect: "), name
        assert not key.needs_restart, name
    assert not INERT_KEYS.keys() & FIELD_KEYS.keys()


def test_other_names_stand_for_their_keys():
    config = with_values(EngineConfig(), {"log.dirs": ("/there",), "broker.id": 7})
    assert (config.data, config.node_id) == ("/there", 7)
    assert static_value(config, "log.dir") == "/there"
    assert with_values(config, {"data": "/here", "log.dirs": ("/there",)}).data == "/here"


def test_differences_from_kafka_are_documented():
    for name in OTHER_DEFAULT - {*ALIASES, "node.id", "advertised.listeners"}:
        assert "Differs from Kafka:" in BROKER_KEYS[name].documentation, name


def test_every_key_of_a_field_is_named_like_its_field_and_passes_its_check():
    config = EngineConfig()
    for name, key in FIELD_KEYS.items():
        assert getattr(config, field_name(name)) == key.default
        key.verify(key.default)
        assert key.documentation.endswith(".")


def test_few_keys_have_to_be_quoted_in_toml():
    """A key that is the beginning of another cannot be written unquoted beside it."""
    hiding = {name for name in BROKER_KEYS for other in BROKER_KEYS if other.startswith(f"{name}.")}
    assert hiding == {
        *("log.dir", "max.connections", "max.connections.per.ip", "sasl.oauthbearer.scope")
    }
