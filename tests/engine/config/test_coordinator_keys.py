"""Keys of consumer groups among each other: what does not go together is told in Kafka's words."""

import pytest

from engine.config.coordinator_keys import faults
from engine.config.engine_config import FIELD_KEYS
from engine.config.kinds import Value
from engine.config.load import ConfigError, Document, engine_config

DEFAULTS: dict[str, Value] = {name: key.default for name, key in FIELD_KEYS.items()}
PREFIX = "group.consumer."


def test_defaults_go_together() -> None:
    assert list(faults(DEFAULTS)) == []


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        (
            {"session.timeout.ms": 44_999},
            "session.timeout.ms",
            f"must be greater than or equal to {PREFIX}min.session.timeout.ms",
        ),
        (
            {"session.timeout.ms": 60_001},
            "session.timeout.ms",
            f"must be less than or equal to {PREFIX}max.session.timeout.ms",
        ),
        (
            {"max.session.timeout.ms": 44_999, "session.timeout.ms": 44_999},
            "max.session.timeout.ms",
            f"must be greater than or equal to {PREFIX}min.session.timeout.ms",
        ),
        (
            {"heartbeat.interval.ms": 4_999},
            "heartbeat.interval.ms",
            f"must be greater than or equal to {PREFIX}min.heartbeat.interval.ms",
        ),
        (
            {"heartbeat.interval.ms": 45_000, "max.heartbeat.interval.ms": 45_000},
            "heartbeat.interval.ms",
            f"must be less than {PREFIX}session.timeout.ms",
        ),
        (
            {"assignment.interval.ms": 15_001},
            "assignment.interval.ms",
            f"must be less than or equal to {PREFIX}max.assignment.interval.ms",
        ),
        ({"assignors": ()}, "assignors", "must name at least one assignor, and none twice"),
        (
            {"assignors": ("range", "range")},
            "assignors",
            "must name at least one assignor, and none twice",
        ),
    ],
)
def test_values_that_do_not_go_together_are_told(
    changes: dict[str, Value], key: str, message: str
) -> None:
    values = DEFAULTS | {PREFIX + name: value for name, value in changes.items()}
    assert (PREFIX + key, message) in list(faults(values))


def test_classic_protocol_cannot_be_turned_off() -> None:
    name = "group.coordinator.rebalance.protocols"
    found = list(faults(DEFAULTS | {name: ("consumer",)}))
    assert found == [(name, "must have classic among its values")]


def test_configuration_that_does_not_go_together_is_refused_with_its_key() -> None:
    engine = {"group": {"consumer": {"session": {"timeout": {"ms": 1_000}}}}}
    with pytest.raises(ConfigError) as refusal:
        engine_config(Document(tables={"engine": engine}))
    (problem,) = [each for each in refusal.value.problems if "min.session" in each.message]
    assert problem.key == "engine.group.consumer.session.timeout.ms"
