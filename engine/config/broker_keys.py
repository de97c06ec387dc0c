"""The table of every key of a broker: those that work here, and those that are only kept.

The rows of topic defaults are derived from `topic_keys`: a synonym has the type, the meaning and,
unless it has one of its own, the check of the topic key that it serves.

`key_of` has a row for any name, since clients may set any: a key of one listener,
`listener.name.NAME.KEY`, is like the KEY that it stands for, and a name that nobody knows is kept
like a secret.
"""

import dataclasses
from collections.abc import Mapping

from engine.config.engine_config import FIELD_KEYS, EngineConfig
from engine.config.inert_keys import INERT_KEYS
from engine.config.kinds import ConfigKey, ConfigType, Range, Unit, Value, render
from engine.config.listener_keys import base_name
from engine.config.server_keys import ALIAS_KEYS, ALIASES
from engine.config.topic_keys import TOPIC_KEYS, Synonym, TopicKey


def _synonym_key(topic_key: TopicKey, synonym: Synonym) -> ConfigKey:
    key = dataclasses.replace(
        topic_key.key,
        name=synonym.name,
        default=synonym.default,
        documentation=f"Default of the topic key {topic_key.key.name}. "
        + topic_key.key.documentation,
        check=synonym.check or topic_key.key.check,
        is_read_only=synonym.is_read_only,
    )
    if synonym.multiplier == 1:
        return key
    check = synonym.check or Range(-1)
    return dataclasses.replace(key, type=ConfigType.INT, check=check, unit=Unit.NONE)


SYNONYM_KEYS: Mapping[str, ConfigKey] = {
    synonym.name: _synonym_key(topic_key, synonym)
    for topic_key in TOPIC_KEYS.values()
    for synonym in topic_key.synonyms
}
"""The broker-wide defaults of topic keys, by name."""

BROKER_KEYS: Mapping[str, ConfigKey] = dict(
    sorted(
        {
            **FIELD_KEYS,
            **{key.name: key for key in ALIAS_KEYS},
            **SYNONYM_KEYS,
            **INERT_KEYS,
        }.items()
    )
)
"""Every key of a broker, by name, in alphabetical order."""


def key_of(name: str) -> ConfigKey:
    """The key of any name, known or not (Kafka's `KafkaConfig.configType` and `maybeSensitive`)."""
    if name in BROKER_KEYS:
        return BROKER_KEYS[name]
    base = BROKER_KEYS.get(base_name(name) or "")
    if base is None:
        return ConfigKey(name, ConfigType.UNKNOWN, None, "", is_read_only=True, is_sensitive=True)
    return dataclasses.replace(
        base, name=name, default=None, documentation="", is_read_only=True, is_hidden=False
    )


def static_value(config: EngineConfig, name: str) -> Value:
    """The value of a key in a configuration: what was set, or the default."""
    name = ALIASES.get(name, name)
    if name in FIELD_KEYS:
        value: Value = getattr(config, field_name(name))
        return value
    return config.others.get(name, key_of(name).default)


def with_values(config: EngineConfig, values: Mapping[str, Value]) -> EngineConfig:
    """A configuration with other values for some keys; it counts them as set.

    A key wins over its aliases.
    """
    meant = {ALIASES[name]: _single(value) for name, value in values.items() if name in ALIASES}
    meant |= {name: value for name, value in values.items() if name not in ALIASES}
    fields: dict[str, object] = {
        field_name(name): value for name, value in meant.items() if name in FIELD_KEYS
    }
    others = {name: value for name, value in meant.items() if name not in FIELD_KEYS}
    changes: dict[str, object] = {
        "others": {**config.others, **others},
        "explicit": config.explicit | values.keys(),
    }
    return dataclasses.replace(config, **fields, **changes)  # type: ignore[arg-type] # by key


def _single(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) else value


def explicit_texts(config: EngineConfig) -> dict[str, str]:
    """What was set in a configuration, by key, as `engine.config.load` reads it back."""
    texts: dict[str, str] = {}
    for name in sorted(config.explicit):
        text = render(static_value(config, name))
        if text is not None:
            texts[name] = text
    return texts


def field_name(key_name: str) -> str:
    """The field of `EngineConfig` that holds a key of `FIELD_KEYS`."""
    return key_name.replace(".", "_")
