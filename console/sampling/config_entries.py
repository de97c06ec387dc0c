"""A configuration as a cluster tells it, made into what screens and forms show."""

from console.model.topic import ConfigEntry
from console.port.readings import ConfigReading


def config_entry(reading: ConfigReading, owner: str = "topic") -> ConfigEntry:
    """The entry of one key of a topic, or of a `broker`."""
    return ConfigEntry(
        name=reading.name,
        value=reading.value,
        source=reading.source,
        is_default=reading.source == "default",
        is_sensitive=reading.is_sensitive,
        is_read_only=reading.is_read_only,
        documentation=reading.documentation,
        rule=reading.rule,
        default=reading.default,
        owner=owner,
    )
