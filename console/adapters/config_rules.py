"""What a key takes and falls back to: told by the cluster, and by our engine's tables.

Kafka tells only the nearest of the broker's keys behind a topic's. Where that one is not set, as
with `log.retention.ms`, what `retention.ms` falls back to is not told once a topic has its own: a
broker says it of itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from console.model.config_rule import ConfigRule
from engine.client.configs import ConfigEntry, ConfigSource, ResourceType
from engine.config.broker_keys import BROKER_KEYS
from engine.config.kinds import Check, ConfigType, OneOf, Range
from engine.config.topic_keys import TOPIC_KEYS

NOTHING_BEHIND: Final[Mapping[str, str | None]] = MappingProxyType({})
_COARSER: Final = {"hours": 3_600_000, "minutes": 60_000}
_KNOWN_TYPES: Final = {int(each) for each in ConfigType}
_OWN: Final = {
    ResourceType.TOPIC: ConfigSource.TOPIC,
    ResourceType.BROKER: ConfigSource.DYNAMIC_BROKER,
}
"""Where a value comes from that was set on the resource itself."""


def rule_of(key: str, config_type: int, *, of: ResourceType, is_ours: bool) -> ConfigRule:
    """The rule of a key of a topic or broker. `is_ours`: its cluster is an engine of ours, whose
    tables hold for it."""
    told = ConfigType(config_type) if config_type in _KNOWN_TYPES else ConfigType.UNKNOWN
    name = "" if told is ConfigType.UNKNOWN else told.name.lower()
    check = _check_of(key, of) if is_ours else None
    return ConfigRule(name) if check is None else _checked(name, check)


def default_of(
    entry: ConfigEntry, *, of: ResourceType, behind: Mapping[str, str | None] = NOTHING_BEHIND
) -> str | None:
    """What holds without the value of the resource itself; None where that is not told.

    `behind` has what a broker says of the keys behind those of topics.
    """
    if entry.source is not _OWN[of]:
        return entry.value
    for synonym in entry.synonyms:
        if synonym.source is not _OWN[of] and synonym.value is not None:
            return _in_ms(entry.name, synonym.name, synonym.value)
    for name in keys_behind(entry.name) if of is ResourceType.TOPIC else ():
        value = behind.get(name)
        if value is not None:
            return _in_ms(entry.name, name, value)
    return None


def keys_behind(key: str) -> tuple[str, ...]:
    """The broker's keys that give a topic's key its default, the strongest first."""
    row = TOPIC_KEYS.get(key)
    return () if row is None else tuple(synonym.name for synonym in row.synonyms)


def _check_of(key: str, of: ResourceType) -> Check | None:
    if of is ResourceType.BROKER:
        broker_row = BROKER_KEYS.get(key)
        return None if broker_row is None else broker_row.check
    row = TOPIC_KEYS.get(key)
    return None if row is None else row.key.check


def _in_ms(key: str, synonym: str, value: str) -> str | None:
    """The value of a synonym in the unit of the key: `log.roll.hours` serves `segment.ms`."""
    factor = _COARSER.get(synonym.rpartition(".")[2]) if key.endswith(".ms") else None
    if factor is None:
        return value
    try:
        return str(max(-1, int(value) * factor))
    except ValueError:
        return None


def _checked(type_name: str, check: Check) -> ConfigRule:
    match check:
        case OneOf(words=words):
            return ConfigRule(type_name, words=words)
        case Range(minimum=least, maximum=most):
            return ConfigRule(type_name, least=least, most=most)
        case _:
            return ConfigRule(type_name, note=check.allowed)
