"""Which value of a group's key is in force, and which a group may be given.

The layers, the strongest first: what was set for the group, and what holds for the broker's key of
the same meaning. Everything here is pure.
"""

from collections.abc import Collection, Mapping

from engine.config.effective import (
    BrokerConfigs,
    ConfigSource,
    ConfigSynonym,
    DescribedConfig,
    broker_synonyms,
)
from engine.config.group_keys import GROUP_KEYS, GroupKey
from engine.config.kinds import render

_EXCEEDING = ("consumer", "share", "streams")
"""The kinds of groups whose sessions must be longer than the time between two heartbeats."""


def value_in_bounds(name: str, text: str, broker: BrokerConfigs) -> int:
    """A number that was set for a group, held within the bounds that the broker has now."""
    row = GROUP_KEYS[name]
    value = row.key.parse(text)
    assert isinstance(value, int)
    if row.minimum:
        value = max(value, _number(row.minimum, broker))
    if row.maximum:
        value = min(value, _number(row.maximum, broker))
    return value


def group_fault(overrides: Mapping[str, str], broker: BrokerConfigs) -> str | None:
    """Why a group cannot have these values, or None. Raises InvalidValue for one that is none."""
    for name, text in overrides.items():
        GROUP_KEYS[name].key.parse(text)
    for name, row in GROUP_KEYS.items():
        if row.minimum or row.maximum:
            value = _in_force(row, overrides, broker)
            if row.minimum and value < _number(row.minimum, broker):
                return f"{name} must be greater than or equal to {row.minimum}"
            if row.maximum and value > _number(row.maximum, broker):
                return f"{name} must be less than or equal to {row.maximum}"
    for protocol in _EXCEEDING:
        session, heartbeat = f"{protocol}.session.timeout.ms", f"{protocol}.heartbeat.interval.ms"
        values = (_in_force(GROUP_KEYS[each], overrides, broker) for each in (session, heartbeat))
        if next(values) <= next(values):
            return f"{session} must be greater than {heartbeat}"
    return None


def describe_group(
    overrides: Mapping[str, str], broker: BrokerConfigs, names: Collection[str] | None = None
) -> list[DescribedConfig]:
    """Every key of a group, or those among `names` that exist."""
    return [
        _described(row, overrides, broker)
        for name, row in GROUP_KEYS.items()
        if names is None or name in names
    ]


def _described(
    row: GroupKey, overrides: Mapping[str, str], broker: BrokerConfigs
) -> DescribedConfig:
    name = row.key.name
    if row.synonym:
        value = render(broker.value(row.synonym))
        synonyms = list(broker_synonyms(row.synonym, broker))
    else:
        value = render(row.key.default)
        synonyms = [ConfigSynonym(name, value, ConfigSource.DEFAULT)]
    if name in overrides:
        value = render(row.key.parse(overrides[name]))
        synonyms.insert(0, ConfigSynonym(name, value, ConfigSource.GROUP))
    return DescribedConfig(row.key, value, synonyms[0].source, tuple(synonyms))


def _in_force(row: GroupKey, overrides: Mapping[str, str], broker: BrokerConfigs) -> int:
    text = overrides.get(row.key.name)
    value = broker.value(row.synonym) if text is None else row.key.parse(text)
    assert isinstance(value, int)
    return value


def _number(name: str, broker: BrokerConfigs) -> int:
    value = broker.value(name)
    assert isinstance(value, int)
    return value
