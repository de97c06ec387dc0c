"""What another configuration changes in one that is in use. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from engine.config.broker_keys import BROKER_KEYS, key_of, static_value, with_values
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError


class Wanted(NamedTuple):
    """A configuration that is to be taken over; `waiting` are the keys that need a restart."""

    config: EngineConfig
    waiting: Sequence[str]


ConfigNews: TypeAlias = Wanted | ConfigError
"""What comes of a configuration file that was changed: its values, or why they are refused."""


class Reloaded(NamedTuple):
    """A configuration that has taken over what it can, and the keys that were set otherwise."""

    config: EngineConfig
    changed: Sequence[str]


def reloaded(running: EngineConfig, wanted: EngineConfig) -> Reloaded:
    """A running configuration with the values of another, save those that need a restart."""
    changed = [
        name
        for name in _names(running, wanted)
        if not key_of(name).needs_restart and _differs(running, wanted, name)
    ]
    taken = with_values(running, {name: static_value(wanted, name) for name in changed})
    explicit = running.explicit.difference(changed) | wanted.explicit.intersection(changed)
    return Reloaded(replace(taken, explicit=explicit), changed)


def waiting_for_restart(started_with: EngineConfig, wanted: EngineConfig) -> list[str]:
    """The keys whose new values hold only after a restart."""
    return [
        name
        for name in _names(started_with, wanted)
        if key_of(name).needs_restart
        and static_value(started_with, name) != static_value(wanted, name)
    ]


def _names(one: EngineConfig, other: EngineConfig) -> list[str]:
    """Every key there is, and the keys of listeners that either has a value for."""
    return sorted(BROKER_KEYS.keys() | one.explicit | other.explicit)


def _differs(running: EngineConfig, wanted: EngineConfig, name: str) -> bool:
    is_as_explicit = (name in running.explicit) == (name in wanted.explicit)
    return not is_as_explicit or static_value(running, name) != static_value(wanted, name)
