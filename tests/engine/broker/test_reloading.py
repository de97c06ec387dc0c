"""What the log says of a changed configuration file, and which values hold after it."""

import logging

import pytest

from engine.broker.broker_settings import BrokerSettings, settings_entry
from engine.broker.reloading import take_over
from engine.config.broker_keys import with_values
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, ConfigProblem
from engine.config.reload import Wanted
from engine.kernel.event_log import EventLog
from tests.support.clock import FakeClock

EVENTS = EventLog(logging.getLogger("tests.reloading"), FakeClock())


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_values_are_taken_over_and_what_waits_is_named(caplog: pytest.LogCaptureFixture) -> None:
    settings = BrokerSettings(EngineConfig())
    wanted = with_values(EngineConfig(), {"num.partitions": 3, "durability": "os"})
    take_over(settings, Wanted(wanted, ["durability"]), EVENTS)
    assert (settings.current.num_partitions, settings.current.durability) == (3, "fsync")
    assert caplog.messages == [
        "config_reloaded changed=num.partitions",
        "config_needs_restart keys=durability",
    ]


def test_what_a_client_has_set_stays_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    settings = BrokerSettings(EngineConfig())
    settings.replay(settings_entry(1, {"max.connections": "5"}))
    wanted = with_values(EngineConfig(), {"max.connections": 9})
    take_over(settings, Wanted(wanted, []), EVENTS)
    assert settings.current.max_connections == 5
    assert caplog.messages == [
        "config_reloaded changed=max.connections",
        "config_overridden_by_clients keys=max.connections",
    ]


def test_a_wrong_file_changes_nothing_and_every_problem_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = BrokerSettings(EngineConfig(num_partitions=4))
    problems = [ConfigProblem("f", 1, "a", "is wrong"), ConfigProblem("f", 2, "b", "is wrong")]
    take_over(settings, ConfigError(problems), EVENTS)
    assert settings.current.num_partitions == 4
    assert caplog.messages == [
        'config_refused why="f:1: a: is wrong"',
        'config_refused why="f:2: b: is wrong"',
    ]
