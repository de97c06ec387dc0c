"""What a cluster tells of a key is what is shown of it."""

from console.port.readings import ConfigReading
from console.sampling.config_entries import config_entry


def test_an_entry_has_all_that_was_told() -> None:
    reading = ConfigReading(
        "retention.ms", "7", "topic", is_sensitive=True, documentation="kept", default="9"
    )
    entry = config_entry(reading)
    assert (entry.name, entry.value, entry.default) == ("retention.ms", "7", "9")
    assert entry.is_own
    assert entry.is_sensitive
    assert not entry.is_default
    assert config_entry(ConfigReading("a", "b", "default")).is_default
