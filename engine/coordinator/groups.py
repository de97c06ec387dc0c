"""The groups of one partition of the journal, by id: classic ones and consumer groups.

`prepared` holds the classic groups that downgrades have made: each replaces its consumer group when
the record that was written with it is replayed, so that what the record does not keep, such as who
is expected to join, is not lost.
"""

from typing import TypeAlias

from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.consumer_group import ConsumerGroup

Group: TypeAlias = ClassicGroup | ConsumerGroup


class Groups:
    """The groups. A group of the other kind is none for `classic` and `consumer`."""

    def __init__(self) -> None:
        self.by_id: dict[str, Group] = {}
        self.prepared: dict[str, ClassicGroup] = {}

    def get(self, group_id: str) -> Group | None:
        return self.by_id.get(group_id)

    def classic(self, group_id: str) -> ClassicGroup | None:
        """The classic group of this id, or None."""
        group = self.by_id.get(group_id)
        return group if isinstance(group, ClassicGroup) else None

    def consumer(self, group_id: str) -> ConsumerGroup | None:
        """The consumer group of this id, or None."""
        group = self.by_id.get(group_id)
        return group if isinstance(group, ConsumerGroup) else None

    def clear(self) -> None:
        """Forget all groups, to read them from the journal again."""
        self.by_id.clear()
        self.prepared.clear()
