"""What a changed configuration file changes in a running engine."""

from engine.config.broker_keys import BROKER_KEYS, with_values
from engine.config.engine_config import EngineConfig
from engine.config.reload import reloaded, waiting_for_restart

DEFAULTS = EngineConfig()


def test_values_that_can_change_are_taken_over_and_named() -> None:
    wanted = with_values(DEFAULTS, {"max.connections": 5, "log.retention.ms": 7})
    config, changed = reloaded(DEFAULTS, wanted)
    assert changed == ["log.retention.ms", "max.connections"]
    assert config == wanted


def test_a_value_that_is_no_longer_set_falls_back_to_its_default() -> None:
    running = with_values(DEFAULTS, {"max.connections": 5, "log.retention.ms": 7})
    config, changed = reloaded(running, DEFAULTS)
    assert changed == ["log.retention.ms", "max.connections"]
    assert (config.max_connections, config.explicit) == (2**31 - 1, frozenset())
    assert config.others.get("log.retention.ms") is None


def test_keys_of_single_listeners_come_and_go() -> None:
    name = "listener.name.plaintext.max.connections"
    config, changed = reloaded(DEFAULTS, with_values(DEFAULTS, {name: 5}))
    assert (changed, config.others[name], config.explicit) == ([name], 5, {name})
    config, changed = reloaded(config, DEFAULTS)
    assert (changed, config.others[name], config.explicit) == ([name], None, frozenset())


def test_what_needs_a_restart_stays_and_waits() -> None:
    running = with_values(DEFAULTS, {"durability": "os"})
    wanted = with_values(DEFAULTS, {"durability": "fsync", "num.partitions": 3})
    config, changed = reloaded(running, wanted)
    assert changed == ["num.partitions"]
    assert (config.durability, config.num_partitions) == ("os", 3)
    assert config.explicit == {"durability", "num.partitions"}
    assert waiting_for_restart(running, wanted) == ["durability"]


def test_what_the_program_itself_chose_is_not_taken_for_a_change() -> None:
    """A port or a directory that was found at the start is not in the file."""
    running = EngineConfig(data="/found", listen="127.0.0.1:4711")
    config, changed = reloaded(running, DEFAULTS)
    assert (config, list(changed)) == (running, [])


def test_only_keys_that_work_can_need_a_restart() -> None:
    waiting = {name for name, key in BROKER_KEYS.items() if key.needs_restart}
    assert {"data", "listen", "durability", "node.id"} <= waiting
    assert not [name for name in waiting if BROKER_KEYS[name].documentation.startswith("No effect")]
    assert not [name for name in waiting if not BROKER_KEYS[name].is_read_only]
