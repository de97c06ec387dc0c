"""Keys of one listener: `listener.name.NAME.KEY` sets KEY for the listener NAME alone.

NAME is the name of the listener in small letters. Some keys of SASL have the mechanism between NAME
and KEY. Source: Kafka's `DynamicBrokerConfig`.
"""

import re
from typing import Final

_LISTENER_KEY = re.compile(r"listener\.name\.(?P<listener>[^.]*)\.(?P<base>.*)", re.DOTALL)

_OF_MECHANISMS: Final = (
    "sasl.jaas.config",
    "sasl.login.callback.handler.class",
    "sasl.login.class",
    "sasl.server.callback.handler.class",
    "connections.max.reauth.ms",
)

FOR_ALL_BROKERS: Final = frozenset(
    {"max.connections", "max.connection.creation.rate", "num.network.threads"}
)
"""The keys that can be set for a listener of every broker at once, not only of a single one."""


def listener_key(listener: str, name: str) -> str:
    """The key that sets `name` for one listener."""
    return f"listener.name.{listener.lower()}.{name}"


def listener_of(name: str) -> str | None:
    """The listener that a key is for, in small letters if it is to be found; None for all."""
    found = _LISTENER_KEY.fullmatch(name)
    return found["listener"] if found else None


def plain_name(name: str) -> str | None:
    """What a key of a listener has after the listener's name; None for any other key."""
    found = _LISTENER_KEY.fullmatch(name)
    return found["base"] if found else None


def base_name(name: str) -> str | None:
    """The key whose place a key of a listener takes; None for any other key."""
    plain = plain_name(name)
    if plain is None:
        return None
    return next((each for each in _OF_MECHANISMS if plain.endswith(each)), plain)
