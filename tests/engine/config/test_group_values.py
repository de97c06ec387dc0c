"""What holds for a group, and what it may be given."""

import pytest

from engine.config.broker_keys import with_values
from engine.config.effective import BrokerConfigs, ConfigSource
from engine.config.engine_config import EngineConfig
from engine.config.group_values import describe_group, group_fault, value_in_bounds
from engine.config.kinds import InvalidValue

PLAIN = BrokerConfigs(EngineConfig())
SESSION, HEARTBEAT = "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"
INTERVAL = "consumer.assignment.interval.ms"


def test_a_groups_own_value_stands_before_the_layers_of_the_broker() -> None:
    broker = BrokerConfigs(
        with_values(EngineConfig(), {f"group.{INTERVAL}": 1}),
        {f"group.{INTERVAL}": "2"},
        {f"group.{INTERVAL}": "3"},
    )
    (described,) = describe_group({INTERVAL: "4"}, broker, {INTERVAL})
    assert (described.value, described.source) == ("4", ConfigSource.GROUP)
    assert described.synonyms == (
        (INTERVAL, "4", 8),
        (f"group.{INTERVAL}", "2", 2),
        (f"group.{INTERVAL}", "3", 3),
        (f"group.{INTERVAL}", "1", 4),
        (f"group.{INTERVAL}", "1000", 5),
    )
    (described,) = describe_group({}, broker, {INTERVAL})
    assert (described.value, described.source) == ("2", ConfigSource.DYNAMIC_BROKER)


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({}, None),
        ({SESSION: "50000", HEARTBEAT: "6000"}, None),
        (
            {SESSION: "44999"},
            f"{SESSION} must be greater than or equal to group.consumer.min.session.timeout.ms",
        ),
        (
            {HEARTBEAT: "15001"},
            f"{HEARTBEAT} must be less than or equal to group.consumer.max.heartbeat.interval.ms",
        ),
    ],
)
def test_values_lie_within_the_bounds_of_the_broker(
    overrides: dict[str, str], fault: str | None
) -> None:
    assert group_fault(overrides, PLAIN) == fault


def test_a_session_is_longer_than_the_time_between_two_heartbeats() -> None:
    bounds = {"group.consumer.min.session.timeout.ms": 1_000}
    broker = BrokerConfigs(with_values(EngineConfig(), bounds))
    fault = f"{SESSION} must be greater than {HEARTBEAT}"
    assert group_fault({SESSION: "5000"}, broker) == fault
    assert group_fault({SESSION: "5001"}, broker) is None


def test_a_value_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValue, match="Not a number"):
        group_fault({SESSION: "long"}, PLAIN)


def test_bounds_that_move_move_the_value_with_them() -> None:
    narrow = {
        "group.consumer.min.session.timeout.ms": 47_000,
        "group.consumer.max.session.timeout.ms": 48_000,
    }
    broker = BrokerConfigs(with_values(EngineConfig(), narrow))
    assert value_in_bounds(SESSION, "46000", broker) == 47_000
    assert value_in_bounds(SESSION, "47500", broker) == 47_500
    assert value_in_bounds(SESSION, "50000", broker) == 48_000
