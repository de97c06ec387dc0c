"""Configurations of brokers that were set while running, and the layers they make with the file.

Values set for one broker win over those set for all, which win over the file (`engine.config.
effective`). Pure state, changed by replay.
"""

from collections.abc import Iterator, Mapping

from engine.broker.metadata_entries import Entry, number, texts
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig

_KIND = "broker-configs"
ALL_BROKERS = -1
"""Stands for the values that hold for every broker."""


class BrokerSettings:
    """What is in force on this broker."""

    kinds = frozenset({_KIND})

    def __init__(self, static: EngineConfig) -> None:
        self._static = static
        self._by_broker: dict[int, Mapping[str, str]] = {}
        self.configs = BrokerConfigs(static)
        """The layers in force; replaced as a whole by each change."""

    def of(self, broker_id: int) -> Mapping[str, str]:
        """What was set for one broker, or for `ALL_BROKERS`."""
        return self._by_broker.get(broker_id, {})

    def reset(self) -> None:
        self._by_broker.clear()
        self._derive()

    def replay(self, entry: Entry) -> None:
        self._by_broker[number(entry, "broker")] = texts(entry, "configs")
        self._derive()

    def snapshot(self) -> Iterator[Entry]:
        for broker_id, configs in sorted(self._by_broker.items()):
            if configs:
                yield settings_entry(broker_id, configs)

    def _derive(self) -> None:
        self.configs = BrokerConfigs(
            self._static, self.of(self._static.node_id), self.of(ALL_BROKERS)
        )


def settings_entry(broker_id: int, configs: Mapping[str, str]) -> Entry:
    """The entry that replaces what was set for a broker."""
    return Entry(_KIND, {"broker": broker_id, "configs": dict(configs)})
