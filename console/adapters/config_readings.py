"""Configurations as a cluster tells them, in the words of the port."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.adapters.config_rules import NOTHING_BEHIND, default_of, rule_of
from console.port.readings import ConfigReading
from engine.client.configs import ConfigEntry, ConfigSource, ResourceType

_SOURCES = {
    ConfigSource.TOPIC: "topic",
    ConfigSource.DYNAMIC_BROKER: "broker",
    ConfigSource.DYNAMIC_DEFAULT_BROKER: "cluster",
    ConfigSource.STATIC_BROKER: "start",
    ConfigSource.DEFAULT: "default",
}


def readings(entries: Iterable[ConfigEntry]) -> tuple[ConfigReading, ...]:
    """Keys with their values and where these come from."""
    return tuple(_reading(entry) for entry in entries)


def whole_readings(
    entries: Iterable[ConfigEntry],
    of: ResourceType,
    *,
    is_ours: bool,
    behind: Mapping[str, str | None] = NOTHING_BEHIND,
) -> tuple[ConfigReading, ...]:
    """Keys with what they take and fall back to as well. `is_ours`: of an engine of ours. `behind`
    is what a broker has in the keys behind those of topics."""
    return tuple(
        replace(
            _reading(entry),
            rule=rule_of(entry.name, entry.config_type, of=of, is_ours=is_ours),
            default=default_of(entry, of=of, behind=behind),
        )
        for entry in entries
    )


def _reading(entry: ConfigEntry) -> ConfigReading:
    return ConfigReading(
        name=entry.name,
        value=entry.value,
        source=_SOURCES.get(entry.source, "unknown"),
        is_read_only=entry.is_read_only,
        is_sensitive=entry.is_sensitive,
        documentation=entry.documentation or "",
    )
