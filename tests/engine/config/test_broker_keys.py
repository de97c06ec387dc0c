"""The table against what Kafka 4.3.1 described for a broker; every difference is on purpose."""

import json
from pathlib import Path

from engine.config.broker_keys import BROKER_KEYS, FIELD_KEYS, field_name
from engine.config.engine_config import EngineConfig
from engine.config.kinds import render

KAFKA = json.loads((Path(__file__).parent / "kafka_4_3_broker_configs.json").read_text())
OTHER_DEFAULT = {
    "group.coordinator.rebalance.protocols",
    "group.initial.rebalance.delay.ms",
    "log.flush.offset.checkpoint.interval.ms",
    "node.id",
    "queued.max.request.bytes",
    "socket.listen.backlog.size",
}
FIXED_WHILE_RUNNING = {
    "group.consumer.assignment.interval.ms",
    "log.cleaner.backoff.ms",
    "log.cleaner.dedupe.buffer.size",
    "log.cleaner.io.max.bytes.per.second",
    "max.connections",
    "max.connections.per.ip",
    "producer.id.expiration.ms",
}
OUR_OWN = {
    *("advertised.listeners", "data", "disk.reserve.bytes", "durability", "listen", "listeners"),
    "metrics.listen",
}
"""Kafka has two of these, with another meaning: all listeners, where ours adds to `listen`."""


def test_types_defaults_and_read_only_flags_are_those_of_kafka():
    assert {name for name, *_ in KAFKA} == set(BROKER_KEYS) - OUR_OWN
    for name, type_, default, is_read_only in KAFKA:
        key = BROKER_KEYS[name]
        assert key.type == type_, name
        assert (render(key.default) == default) is (name not in OTHER_DEFAULT), name
        assert (key.is_read_only == is_read_only) is (name not in FIXED_WHILE_RUNNING), name


def test_differences_from_kafka_are_documented():
    for name in OTHER_DEFAULT - {"node.id"}:
        assert "Differs from Kafka:" in BROKER_KEYS[name].documentation, name


def test_every_key_of_a_field_is_named_like_its_field_and_passes_its_check():
    config = EngineConfig()
    for name, key in FIELD_KEYS.items():
        assert getattr(config, field_name(name)) == key.default
        key.verify(key.default)
        assert key.documentation.endswith(".")


def test_only_one_key_has_to_be_quoted_in_toml():
    """A key that is the beginning of another cannot be written unquoted beside it."""
    hiding = {name for name in BROKER_KEYS for other in BROKER_KEYS if other.startswith(f"{name}.")}
    assert hiding == {"max.connections"}
