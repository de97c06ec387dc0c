"""The groups of one partition of the journal, by id: classic ones and consumer groups.

`prepared` holds the classic groups that downgrades have made: each replaces its consumer group when
the record that was written with it is replayed, so that what the record does not keep, such as who
is expected to join, is not lost.

While loading, `unsettled` gathers the groups of which the journal says no more than that they were
downgraded: their members had to rebalance, and perhaps have not done so.
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
        self.deleted_consumer_groups: set[str] = set()
        self.unsettled: set[str] = set()

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
        self.deleted_consumer_groups.clear()
        self.unsettled.clear()

    def note_generation(self, group_id: str) -> None:
        """While loading, a classic generation has come: perhaps the first after a downgrade."""
        if group_id in self.deleted_consumer_groups:
            self.deleted_consumer_groups.remove(group_id)
            self.unsettled.add(group_id)
        else:
            self.unsettled.discard(group_id)
