"""Configurations of single groups: what was set for each, by key. Pure state, changed by replay.

A group need not exist to be configured, and what was set outlives it, as in Kafka.
"""

from collections.abc import Iterator, Mapping

from engine.broker.metadata_entries import Entry, known_texts, text
from engine.config.group_keys import GROUP_KEYS

_KIND = "group-configs"


class GroupConfigs:
    """What was set for groups."""

    kinds = frozenset({_KIND})

    def __init__(self) -> None:
        self._by_group: dict[str, Mapping[str, str]] = {}

    def of(self, group_id: str) -> Mapping[str, str]:
        """What was set for a group."""
        return self._by_group.get(group_id, {})

    def group_ids(self) -> list[str]:
        """The groups that anything was set for."""
        return sorted(self._by_group)

    def reset(self) -> None:
        self._by_group.clear()

    def replay(self, entry: Entry) -> None:
        group_id, configs = text(entry, "group"), known_texts(entry, "configs", GROUP_KEYS)
        if configs:
            self._by_group[group_id] = configs
        else:
            self._by_group.pop(group_id, None)

    def snapshot(self) -> Iterator[Entry]:
        for group_id, configs in sorted(self._by_group.items()):
            yield group_configs_entry(group_id, configs)


def group_configs_entry(group_id: str, configs: Mapping[str, str]) -> Entry:
    """The entry that replaces what was set for a group."""
    return Entry(_KIND, {"group": group_id, "configs": dict(configs)})
