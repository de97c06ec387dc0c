"""The table of every key of a broker: the fields of `EngineConfig` and the defaults of topics.

The rows of topic defaults are derived from `topic_keys`: a synonym has the type, the check and the
meaning of the topic key that it serves.
"""

import dataclasses
from collections.abc import Mapping

from engine.config.engine_config import EngineConfig
from engine.config.kinds import ConfigKey, ConfigType, Range, Unit, render
from engine.config.topic_keys import TOPIC_KEYS, Synonym, TopicKey


def _field_keys() -> Mapping[str, ConfigKey]:
    rows = (each.metadata["key"] for each in dataclasses.fields(EngineConfig) if each.metadata)
    return {row.name: row for row in rows}


def _synonym_key(topic_key: TopicKey, synonym: Synonym) -> ConfigKey:
    key = dataclasses.replace(
        topic_key.key,
        name=synonym.name,
        default=synonym.default,
        documentation=f"Default of the topic key {topic_key.key.name}. "
        + topic_key.key.documentation,
        is_read_only=synonym.is_read_only,
    )
    if synonym.multiplier == 1:
        return key
    return dataclasses.replace(key, type=ConfigType.INT, check=Range(-1), unit=Unit.NONE)


FIELD_KEYS: Mapping[str, ConfigKey] = _field_keys()
"""The keys that are fields of `EngineConfig`, by name."""

SYNONYM_KEYS: Mapping[str, ConfigKey] = {
    synonym.name: _synonym_key(topic_key, synonym)
    for topic_key in TOPIC_KEYS.values()
    for synonym in topic_key.synonyms
}
"""The broker-wide defaults of topic keys, by name."""

BROKER_KEYS: Mapping[str, ConfigKey] = dict(sorted({**FIELD_KEYS, **SYNONYM_KEYS}.items()))
"""Every key of a broker, by name, in alphabetical order."""


def explicit_texts(config: EngineConfig) -> dict[str, str]:
    """What was set in a configuration, by key, as `engine.config.load` reads it back."""
    texts: dict[str, str] = {}
    for name in sorted(config.explicit):
        if name in FIELD_KEYS:
            text = render(getattr(config, field_name(name)))
        else:
            text = render(config.topic_defaults[name])
        if text is not None:
            texts[name] = text
    return texts


def field_name(key_name: str) -> str:
    """The field of `EngineConfig` that holds a key of `FIELD_KEYS`."""
    return key_name.replace(".", "_")
