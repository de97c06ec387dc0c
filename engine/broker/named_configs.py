"""Configurations of what has no existence beside them: groups, subscriptions to client metrics.

What was set for each name, by key. Pure state, changed by replay. A group need not exist to be
configured, and what was set outlives it, as in Kafka; a subscription is what was set for it.
"""

from collections.abc import Container, Iterator, Mapping

from engine.broker.metadata_entries import Entry, known_texts, text
from engine.config.client_metrics_keys import CLIENT_METRICS_KEYS
from engine.config.group_keys import GROUP_KEYS


class NamedConfigs:
    """What was set, by name."""

    def __init__(self, kind: str, named_by: str, known: Container[str]) -> None:
        """`kind` is that of its entries, whose bodies have the name as `named_by`."""
        self.kinds = frozenset({kind})
        self._kind = kind
        self._named_by = named_by
        self._known = known
        self._by_name: dict[str, Mapping[str, str]] = {}

    def of(self, name: str) -> Mapping[str, str]:
        """What was set for a name."""
        return self._by_name.get(name, {})

    def names(self) -> list[str]:
        """The names that anything was set for."""
        return sorted(self._by_name)

    def entry(self, name: str, configs: Mapping[str, str]) -> Entry:
        """The entry that replaces what was set for a name."""
        return Entry(self._kind, {self._named_by: name, "configs": dict(configs)})

    def reset(self) -> None:
        self._by_name.clear()

    def replay(self, entry: Entry) -> None:
        name, configs = text(entry, self._named_by), known_texts(entry, "configs", self._known)
        if configs:
            self._by_name[name] = configs
        else:
            self._by_name.pop(name, None)

    def snapshot(self) -> Iterator[Entry]:
        for name, configs in sorted(self._by_name.items()):
            yield self.entry(name, configs)


def group_configs() -> NamedConfigs:
    """The configurations of groups."""
    return NamedConfigs("group-configs", "group", GROUP_KEYS)


def client_metrics() -> NamedConfigs:
    """The subscriptions to client metrics."""
    return NamedConfigs("client-metrics", "subscription", CLIENT_METRICS_KEYS)
