"""The table against what Kafka 4.3.1 described for a new topic on a fresh broker."""

import json
from pathlib import Path

import pytest

from engine.config.effective import BrokerConfigs, ConfigSource, describe_topic
from engine.config.engine_config import EngineConfig
from engine.config.kinds import InvalidValue
from engine.config.topic_keys import TOPIC_KEYS

KAFKA = json.loads((Path(__file__).parent / "kafka_4_3_topic_configs.json").read_text())


def test_a_new_topic_is_described_as_kafka_describes_it():
    described = describe_topic({}, BrokerConfigs(EngineConfig()))
    ours = [
        [
            each.key.name,
            each.key.type,
            each.value,
            each.source,
            [list(synonym) for synonym in each.synonyms],
        ]
        for each in described
    ]
    assert ours == KAFKA


def test_every_default_passes_its_own_check():
    for row in TOPIC_KEYS.values():
        row.key.verify(row.key.default)
        assert row.key.documentation.endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("segment.bytes", "1048575"),
        ("cleanup.policy", "foo"),
        ("compression.type", "GZIP"),
        ("retention.ms", "-2"),
        ("min.insync.replicas", "0"),
        ("segment.index.bytes", "3"),
        ("leader.replication.throttled.replicas", "none"),
    ],
)
def test_values_that_kafka_refuses_are_refused(name, text):
    with pytest.raises(InvalidValue):
        TOPIC_KEYS[name].key.parse(text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("retention.bytes", "-5", -5),
        ("cleanup.policy", "", ()),
        ("compression.zstd.level", "-131072", -131_072),
        ("internal.segment.bytes", "10", 10),
        ("preallocate", "TRUE", True),
    ],
)
def test_values_that_kafka_takes_are_taken(name, text, value):
    assert TOPIC_KEYS[name].key.parse(text) == value


def test_internal_keys_are_described_only_where_they_are_set():
    broker = BrokerConfigs(EngineConfig())
    names = [each.key.name for each in describe_topic({"internal.segment.bytes": "10"}, broker)]
    assert "internal.segment.bytes" in names
    found = describe_topic({"internal.segment.bytes": "10"}, broker, {"internal.segment.bytes"})
    assert found[0].source is ConfigSource.TOPIC
