"""How a member moves from what it owns to what it shall own: it gives up before others receive.

    state                  when                                    the member
    STABLE                 the target has a new epoch              gets its next assignment
                           it gave a topic up itself               gives up that topic's partitions
    UNREVOKED_PARTITIONS   it reports that it owns them no longer  gets its next assignment
                           otherwise                               stays
    UNRELEASED_PARTITIONS  any heartbeat                           gets its next assignment
    UNKNOWN                it reports that it owns nothing         gets its next assignment

The next assignment: partitions that are not in the target have to be given up first, in the
epoch in which the member is. When none are left, or it reports that it has none of them, it enters
the target's epoch with every partition of the target that nobody else owns, and waits for the rest.
Source: Kafka's `CurrentAssignmentBuilder`; KIP-848.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.coordinator.consumer_member import CurrentAssignment, MemberState
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.partition_maps import (
    NO_EPOCHS,
    PartitionEpochs,
    PartitionSets,
    merged,
    share_any,
    without_empty,
)
from engine.kernel.ids import TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What a member is reconciled with.

    `topic_ids` are the topics that it subscribes to; `owned` is what it says that it owns, None
    when it does not say. `is_free` tells whether nobody owns a partition.
    """

    target_epoch: int
    target: PartitionSets
    topic_ids: frozenset[TopicId]
    has_subscription_changed: bool
    owned: PartitionSets | None
    is_free: Callable[[TopicId, int], bool]

    def next(self, current: CurrentAssignment) -> CurrentAssignment:
        """Where the member stands now; equal to `current` when it cannot move.

        Raises GroupRefusal for a member of unknown state that still owns something.
        """
        match current.state:
            case MemberState.STABLE if current.epoch == self.target_epoch:
                return self._without_dropped_topics(current)
            case MemberState.UNREVOKED_PARTITIONS if self._still_owns(current.pending_revocation):
                return self._without_dropped_topics(current)
            case MemberState.UNKNOWN:
                if self.owned is None or self.owned:
                    raise GroupRefusal(
                        GroupError.FENCED_MEMBER_EPOCH,
                        "The consumer group member is in a unknown state. "
                        "The member must abandon all its partitions and rejoin.",
                    )
                return self._advanced(current, self.target_epoch)
            case _:
                return self._advanced(current, current.epoch)

    def _still_owns(self, partitions: PartitionEpochs) -> bool:
        """Whether the member may own some of the partitions; it does unless it says otherwise."""
        return self.owned is None or share_any(self.owned, partitions)

    def _without_dropped_topics(self, current: CurrentAssignment) -> CurrentAssignment:
        """Take away topics that the member has just unsubscribed from, without a new target."""
        if not self.has_subscription_changed:
            return current
        dropped = {
            topic_id: epochs
            for topic_id, epochs in current.assigned.items()
            if topic_id not in self.topic_ids
        }
        if not dropped:
            return current
        kept = {
            topic_id: epochs
            for topic_id, epochs in current.assigned.items()
            if topic_id in self.topic_ids
        }
        moved = _at(current, current.epoch, current.state, kept)
        pending = merged(current.pending_revocation, dropped)
        if not self._still_owns(pending):
            # The member has given them up already.
            return replace(moved, pending_revocation=current.pending_revocation)
        return replace(moved, state=MemberState.UNREVOKED_PARTITIONS, pending_revocation=pending)

    def _advanced(self, current: CurrentAssignment, epoch: int) -> CurrentAssignment:
        """The next assignment; `epoch` is the one in which revocations are awaited."""
        kept: dict[TopicId, dict[int, int]] = {}
        lost: dict[TopicId, dict[int, int]] = {}
        gained: dict[TopicId, dict[int, int]] = {}
        has_unreleased = False
        for topic_id in sorted({*self.target, *current.assigned}):
            is_subscribed = topic_id in self.topic_ids
            target = self.target.get(topic_id, frozenset()) if is_subscribed else frozenset()
            had = current.assigned.get(topic_id, {})
            kept[topic_id] = {p: since for p, since in had.items() if p in target}
            lost[topic_id] = {p: since for p, since in had.items() if p not in target}
            free, waits = self._free(current, topic_id, target - had.keys())
            gained[topic_id] = dict.fromkeys(free, self.target_epoch)
            has_unreleased = has_unreleased or waits
        pending = without_empty(lost)
        if pending and self._still_owns(pending):
            waiting = _at(current, epoch, MemberState.UNREVOKED_PARTITIONS, without_empty(kept))
            return replace(waiting, pending_revocation=pending)
        state = MemberState.UNRELEASED_PARTITIONS if has_unreleased else MemberState.STABLE
        return _at(current, self.target_epoch, state, without_empty(merged(kept, gained)))

    def _free(
        self, current: CurrentAssignment, topic_id: TopicId, wanted: frozenset[int]
    ) -> tuple[list[int], bool]:
        """The partitions that the member can have now, and whether it has to wait for others.

        One that the member itself has yet to give up is free for it: it alone owns it.
        """
        own = current.pending_revocation.get(topic_id, {})
        free = [p for p in sorted(wanted) if p in own or self.is_free(topic_id, p)]
        return free, len(free) < len(wanted)


def _at(
    current: CurrentAssignment, epoch: int, state: MemberState, assigned: PartitionEpochs
) -> CurrentAssignment:
    return CurrentAssignment(epoch, current.epoch, state, assigned, NO_EPOCHS)
