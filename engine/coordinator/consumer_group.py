"""A consumer group (KIP-848): its members, epochs, target assignment and who owns which partition.

Only replay changes what is here, live and at start-up alike; `engine.coordinator.consumer_groups`
decides. Three epochs tell how far things are:

    group epoch     grows when members, subscriptions or topics change: a new target is due
    target epoch    the group epoch for which the target was made
    member epoch    the target epoch that the member has entered

    state         what it means                                         when
    Empty         no members, perhaps offsets
    Assigning     a new target is due                                   target epoch < group epoch
    Reconciling   some member has not yet what it shall have
    Stable        every member has what it shall have, in the target epoch

A partition has at most one owner: the member that has it assigned, or that has yet to give it up.
Source: Kafka's `ConsumerGroup`, `ModernGroup`.
"""

from collections import Counter
from enum import Enum

from engine.coordinator.consumer_member import ConsumerMember, CurrentAssignment, MemberMetadata
from engine.coordinator.consumer_records import GroupEpoch, ResolvedRegex, TargetEpoch
from engine.coordinator.partition_maps import NO_PARTITIONS, PartitionSets
from engine.coordinator.subscription import CONSUMER_PROTOCOL_TYPE
from engine.coordinator.subscription_counts import SubscriptionCounts
from engine.kernel.ids import TopicId

_FIRST_EPOCH = 1


class ConsumerGroupState(Enum):
    """The state of a consumer group, by the name that the protocol uses."""

    EMPTY = "Empty"
    ASSIGNING = "Assigning"
    RECONCILING = "Reconciling"
    STABLE = "Stable"


class ConsumerGroup:
    """One group.

    `checked_version` is the version of the topic image with which the group was last compared, None
    when it has to be compared: after a restart, or when its records could not be stored. With
    `regexes_checked_version` its expressions were last resolved, as creations of topics count.
    """

    def __init__(self, group_id: str) -> None:
        self.group_id = group_id
        self.members: dict[str, ConsumerMember] = {}
        self.epoch = GroupEpoch(_FIRST_EPOCH, 0)
        self.target_epoch = TargetEpoch(_FIRST_EPOCH, 0)
        self.targets: dict[str, PartitionSets] = {}
        self.subscriptions = SubscriptionCounts()
        self.has_partition_metadata = False
        self.checked_version: int | None = None
        self.regexes_checked_version: int | None = None
        self._static_members: dict[str, str] = {}
        self._owners: dict[TopicId, dict[int, str]] = {}
        self._assignors: Counter[str] = Counter()
        self._classic_protocols: Counter[str] = Counter()
        self._classic_count = 0

    @property
    def state(self) -> ConsumerGroupState:
        target_epoch = self.target_epoch.epoch
        if not self.members:
            return ConsumerGroupState.EMPTY
        if self.epoch.epoch > target_epoch:
            return ConsumerGroupState.ASSIGNING
        if all(each.current.is_reconciled_to(target_epoch) for each in self.members.values()):
            return ConsumerGroupState.STABLE
        return ConsumerGroupState.RECONCILING

    @property
    def is_empty(self) -> bool:
        return not self.members

    def static_member(self, instance_id: str | None) -> ConsumerMember | None:
        """The member that an instance id stands for, or None."""
        member_id = None if instance_id is None else self._static_members.get(instance_id)
        return None if member_id is None else self.members[member_id]

    def target_of(self, member_id: str) -> PartitionSets:
        """What a member shall own; nothing for one that is not known."""
        return self.targets.get(member_id, NO_PARTITIONS)

    def is_free(self, topic_id: TopicId, partition: int) -> bool:
        """Whether nobody owns a partition."""
        return partition not in self._owners.get(topic_id, {})

    def is_subscribed_to(self, topic: str) -> bool:
        """Whether a member names the topic or subscribes to an expression that matched it."""
        return self.subscriptions.is_subscribed_to(topic)

    def supports_classic(self, protocol_type: str, names: frozenset[str]) -> bool:
        """Whether every classic member knows one of these protocols too."""
        return protocol_type == CONSUMER_PROTOCOL_TYPE and any(
            self._classic_protocols[name] == self._classic_count for name in names
        )

    def is_waiting_for_others(self, member: ConsumerMember) -> bool:
        """Whether somebody else still owns a partition that the member shall have."""
        return any(
            partition not in member.current.assigned.get(topic_id, {})
            and not self.is_free(topic_id, partition)
            for topic_id, partitions in self.target_of(member.member_id).items()
            for partition in partitions
        )

    def preferred_assignor(
        self, old: MemberMetadata | None = None, new: MemberMetadata | None = None
    ) -> str | None:
        """The assignor that most members ask for, once `new` has taken the place of `old`.

        None when nobody asks for one; among equals the one that sorts last, as in Kafka.
        """
        counts = self._assignors.copy()
        _count_assignor(counts, old, -1)
        _count_assignor(counts, new, 1)
        return max(counts, key=lambda name: (counts[name], name), default=None)

    def put_metadata(self, member_id: str, metadata: MemberMetadata) -> None:
        """Replay what a member said about itself."""
        old = self.members.get(member_id)
        self._recount(None if old is None else old.metadata, metadata)
        current = CurrentAssignment() if old is None else old.current
        self.members[member_id] = ConsumerMember(member_id, metadata, current)
        if metadata.instance_id is not None:
            self._static_members[metadata.instance_id] = member_id

    def put_current(self, member_id: str, current: CurrentAssignment) -> None:
        """Replay where a member stands."""
        old = self.members.get(member_id)
        if old is not None:
            self._disown(member_id, old.current)
        metadata = MemberMetadata() if old is None else old.metadata
        self.members[member_id] = ConsumerMember(member_id, metadata, current)
        for partitions in (current.assigned, current.pending_revocation):
            for topic_id, epochs in partitions.items():
                owners = self._owners.setdefault(topic_id, {})
                owners.update(dict.fromkeys(epochs, member_id))

    def remove_member(self, member_id: str) -> None:
        """Replay the end of a member; harmless when it is not known."""
        old = self.members.pop(member_id, None)
        if old is None:
            return
        self._disown(member_id, old.current)
        self._recount(old.metadata, None)
        instance_id = old.instance_id
        if instance_id is not None and self._static_members.get(instance_id) == member_id:
            del self._static_members[instance_id]

    def put_regex(self, regex: str, found: ResolvedRegex | None) -> None:
        """Replay what an expression matches; None forgets it."""
        if found is None:
            self.subscriptions.resolved.pop(regex, None)
        else:
            self.subscriptions.resolved[regex] = found

    def _disown(self, member_id: str, current: CurrentAssignment) -> None:
        for partitions in (current.assigned, current.pending_revocation):
            for topic_id, epochs in partitions.items():
                owners = self._owners.get(topic_id, {})
                for partition in epochs:
                    if owners.get(partition) == member_id:
                        del owners[partition]
                if not owners:
                    self._owners.pop(topic_id, None)

    def _recount(self, old: MemberMetadata | None, new: MemberMetadata | None) -> None:
        self.subscriptions.replace(old, new)
        for metadata, change in ((old, -1), (new, 1)):
            _count_assignor(self._assignors, metadata, change)
            if metadata is not None and metadata.classic is not None:
                self._classic_count += change
                for name, _ in metadata.classic.protocols:
                    self._classic_protocols[name] += change


def _count_assignor(counts: Counter[str], metadata: MemberMetadata | None, change: int) -> None:
    if metadata is not None and metadata.server_assignor is not None:
        counts[metadata.server_assignor] += change
        if counts[metadata.server_assignor] == 0:
            del counts[metadata.server_assignor]
