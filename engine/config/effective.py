"""Which value of a key is in force, and where it comes from.

The layers, the strongest first, are Kafka's: the topic's own value, the value set on this broker
while it runs, the value set for all brokers while they run, the configuration file, the built-in
default. `describe_*` list the layers as DescribeConfigs does (Kafka's `ConfigHelper` and
`DynamicBrokerConfig.brokerConfigSynonyms`); `topic_values` gives the parsed values in force.

Everything here is pure. Overrides are kept as text, checked when they were accepted.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import dropwhile
from typing import NamedTuple

from engine.config.broker_keys import BROKER_KEYS, key_of, static_value, with_values
from engine.config.engine_config import EngineConfig
from engine.config.kinds import ConfigKey, Value, render
from engine.config.listener_keys import base_name, plain_name
from engine.config.topic_keys import TOPIC_KEYS, TopicKey


class ConfigSource(IntEnum):
    """Where a value comes from, as DescribeConfigs numbers it."""

    UNKNOWN = 0
    TOPIC = 1
    DYNAMIC_BROKER = 2
    DYNAMIC_DEFAULT_BROKER = 3
    STATIC_BROKER = 4
    DEFAULT = 5
    DYNAMIC_BROKER_LOGGER = 6
    CLIENT_METRICS = 7
    GROUP = 8


class ConfigSynonym(NamedTuple):
    """One layer's value for a key."""

    name: str
    value: str | None
    source: ConfigSource


@dataclass(frozen=True, slots=True)
class DescribedConfig:
    """A key with the value in force and every layer that has one, the strongest first."""

    key: ConfigKey
    value: str | None
    source: ConfigSource
    synonyms: tuple[ConfigSynonym, ...]


@dataclass(frozen=True, slots=True)
class BrokerConfigs:
    """The layers below a topic: the file's values and those that were set while running."""

    static: EngineConfig
    dynamic: Mapping[str, str] = field(default_factory=dict)
    dynamic_default: Mapping[str, str] = field(default_factory=dict)

    def layers(self, name: str) -> Iterator[ConfigSynonym]:
        """Every layer that has a value for a broker key, the strongest first."""
        if name in self.dynamic:
            yield ConfigSynonym(name, self.dynamic[name], ConfigSource.DYNAMIC_BROKER)
        if name in self.dynamic_default:
            set_for_all = self.dynamic_default[name]
            yield ConfigSynonym(name, set_for_all, ConfigSource.DYNAMIC_DEFAULT_BROKER)
        if name in self.static.explicit:
            written = render(static_value(self.static, name))
            yield ConfigSynonym(name, written, ConfigSource.STATIC_BROKER)
        default = key_of(name).default
        if default is not None:
            yield ConfigSynonym(name, render(default), ConfigSource.DEFAULT)

    def value(self, name: str) -> Value:
        """The value in force of a broker key; None when no layer has one."""
        for layer in (self.dynamic, self.dynamic_default):
            if name in layer:
                return key_of(name).parse(layer[name]) if is_read(name) else layer[name]
        return static_value(self.static, name)

    @property
    def names(self) -> list[str]:
        """Every broker key there is, and those without a row that some layer has a value for."""
        given = self.dynamic.keys() | self.dynamic_default.keys() | self.static.explicit
        return sorted(BROKER_KEYS.keys() | given)

    def is_overridden(self, name: str) -> bool:
        """Whether a client has set a key, so that the file's value does not count."""
        return name in self.dynamic or name in self.dynamic_default

    def in_force(self) -> EngineConfig:
        """The configuration with what was set while running in place of the file's values."""
        names = self.dynamic.keys() | self.dynamic_default.keys()
        return with_values(self.static, {name: self.value(name) for name in names if is_read(name)})


def is_read(name: str) -> bool:
    """Whether a value that clients set is checked and can matter, whatever the listener."""
    base = plain_name(name)
    if base is None:
        return name in BROKER_KEYS
    return base in BROKER_KEYS and not BROKER_KEYS[base].is_read_only


def topic_values(overrides: Mapping[str, str], broker: BrokerConfigs) -> dict[str, Value]:
    """The values in force of all keys of a topic with the given overrides."""
    return {name: _topic_value(row, overrides, broker) for name, row in TOPIC_KEYS.items()}


def _topic_value(row: TopicKey, overrides: Mapping[str, str], broker: BrokerConfigs) -> Value:
    text = overrides.get(row.key.name)
    if text is not None:
        return row.key.parse(text)
    for synonym in row.synonyms:
        value = broker.value(synonym.name)
        if value is None:
            continue
        if synonym.multiplier == 1:
            return value
        assert isinstance(value, int)
        return value * synonym.multiplier if value >= 0 else value
    return row.key.default


def conflict(values: Mapping[str, Value]) -> str | None:
    """Why a topic's values cannot stand together, or None (Kafka's `LogConfig.validate`)."""
    shortest, longest = values["min.compaction.lag.ms"], values["max.compaction.lag.ms"]
    assert isinstance(shortest, int)
    assert isinstance(longest, int)
    if shortest > longest:
        return (
            f"conflict topic config setting min.compaction.lag.ms ({shortest}) > "
            f"max.compaction.lag.ms ({longest})"
        )
    if values["remote.storage.enable"]:
        return (
            "Tiered Storage functionality is disabled in the broker. "
            "Topic cannot be configured with remote log storage."
        )
    return None


def describe_topic(
    overrides: Mapping[str, str], broker: BrokerConfigs, names: Collection[str] | None = None
) -> list[DescribedConfig]:
    """Every key of a topic, or those among `names` that exist."""
    return [
        _describe_topic_key(row, overrides, broker)
        for name, row in TOPIC_KEYS.items()
        if (names is None or name in names) and (not row.key.is_hidden or name in overrides)
    ]


def _describe_topic_key(
    row: TopicKey, overrides: Mapping[str, str], broker: BrokerConfigs
) -> DescribedConfig:
    name = row.key.name
    value = render(_topic_value(row, overrides, broker))
    synonyms = [layer for each in row.synonyms[:1] for layer in broker_synonyms(each.name, broker)]
    if name in overrides:
        synonyms.insert(0, ConfigSynonym(name, value, ConfigSource.TOPIC))
    source = synonyms[0].source if synonyms else _source_without_layers(row, broker)
    return DescribedConfig(row.key, value, source, tuple(synonyms))


def _source_without_layers(row: TopicKey, broker: BrokerConfigs) -> ConfigSource:
    """Where a value comes from that only a later synonym may supply.

    Differs from Kafka: a topic whose retention comes from `log.retention.hours` in the file is
    said to have it from there, where Kafka calls it a default.
    """
    for synonym in row.synonyms:
        for layer in broker.layers(synonym.name):
            return layer.source
    return ConfigSource.DEFAULT


def describe_broker(
    broker: BrokerConfigs, names: Collection[str] | None = None
) -> list[DescribedConfig]:
    """Every key of this broker, or those among `names` that exist."""
    return [
        _describe_broker_key(key, broker)
        for key in map(key_of, broker.names)
        if (names is None or key.name in names)
        and (
            not key.is_hidden
            or broker.is_overridden(key.name)
            or key.name in broker.static.explicit
        )
    ]


def _describe_broker_key(key: ConfigKey, broker: BrokerConfigs) -> DescribedConfig:
    synonyms = tuple(broker_synonyms(key.name, broker))
    source = synonyms[0].source if synonyms else ConfigSource.DEFAULT
    value = None if key.is_sensitive else render(broker.value(key.name))
    return DescribedConfig(key, value, source, synonyms)


def describe_dynamic_defaults(
    broker: BrokerConfigs, names: Collection[str] | None = None
) -> list[DescribedConfig]:
    """The values that were set for all brokers: what Kafka describes for the broker named ''."""
    source = ConfigSource.DYNAMIC_DEFAULT_BROKER
    return [
        DescribedConfig(key_of(name), text, source, (ConfigSynonym(name, text, source),))
        for name, text in broker.dynamic_default.items()
        if names is None or name in names
    ]


def broker_synonyms(name: str, broker: BrokerConfigs) -> Iterator[ConfigSynonym]:
    """The layers of a broker key and its weaker synonyms, from the first that has its own name."""
    layers = [layer for each in _family(name) for layer in broker.layers(each)]
    layers.sort(key=lambda layer: layer.source)
    return dropwhile(lambda layer: layer.name != name, layers)


def _family(name: str) -> tuple[str, ...]:
    base = base_name(name)
    return _FAMILIES.get(name, (name,)) if base is None else (name, base)


def _families() -> dict[str, tuple[str, ...]]:
    families: dict[str, tuple[str, ...]] = {}
    for row in TOPIC_KEYS.values():
        names = tuple(synonym.name for synonym in row.synonyms)
        families.update(dict.fromkeys(names, names))
    return families


_FAMILIES: Mapping[str, tuple[str, ...]] = _families()
