"""Configurations of brokers that were set while running, and the layers they make with the file.

Values set for one broker win over those set for all, which win over the file (`engine.config.
effective`). Pure state: what was set changes by replay, the file's values by `reload`.

Whoever needs a value looks into `current` when it needs it; who has to act when values change is
told of it.
"""

from collections.abc import Callable, Iterator, Mapping

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
        self._listeners: list[Callable[[], None]] = []
        self.configs = BrokerConfigs(static)
        """The layers in force; replaced as a whole by each change."""
        self.current = static
        """The values in force, of this moment."""

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called after each change."""
        self._listeners.append(listener)

    def reload(self, static: EngineConfig) -> None:
        """Put other values in the place of the file's."""
        assert static.node_id == self._static.node_id, "a broker keeps its id while it runs"
        self._static = static
        self._derive()

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
        self.current = self.configs.in_force()
        for listener in self._listeners:
            listener()


def settings_entry(broker_id: int, configs: Mapping[str, str]) -> Entry:
    """The entry that replaces what was set for a broker."""
    return Entry(_KIND, {"broker": broker_id, "configs": dict(configs)})
