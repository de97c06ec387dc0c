"""One member of a consumer group: what it said about itself and where its assignment stands.

Both parts are values that replay puts in place of the previous ones; nothing changes a member.

    state                  the member                                    may move on when
    STABLE                 has the target of its epoch                   the target changes
    UNREVOKED_PARTITIONS   must first give partitions up                 it no longer owns them
    UNRELEASED_PARTITIONS  has its epoch, waits for others' partitions   those give them up
    UNKNOWN                was stored by a newer broker                  it owns nothing

Source: Kafka's `ConsumerGroupMember`, `MemberState`; KIP-848.
"""

from dataclasses import dataclass, field
from enum import Enum

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.partition_maps import NO_EPOCHS, PartitionEpochs
from engine.kernel.ids import TopicId

JOINING_EPOCH = 0
"""The epoch with which a member joins, or joins again."""
LEAVING_EPOCH = -1
"""The epoch with which a member leaves."""
LEAVING_STATIC_EPOCH = -2
"""The epoch with which a static member leaves for a while; it keeps its partitions meanwhile."""
NO_TIMEOUT = -1


class MemberState(Enum):
    """How far a member has come towards its target. Values are Kafka's numbers."""

    STABLE = 0
    UNREVOKED_PARTITIONS = 1
    UNRELEASED_PARTITIONS = 2
    UNKNOWN = 127

    @classmethod
    def of(cls, number: int) -> "MemberState":
        """The state of a stored number."""
        return cls(number) if number in _KNOWN_STATES else cls.UNKNOWN


_KNOWN_STATES = frozenset(state.value for state in MemberState)


@dataclass(frozen=True, slots=True)
class ClassicFacet:
    """What is kept of a member that speaks the classic protocol."""

    session_timeout_ms: int
    protocols: tuple[OfferedProtocol, ...]


@dataclass(frozen=True, slots=True)
class MemberMetadata:
    """What a member said about itself. An empty expression or null is none."""

    client_id: str = ""
    client_host: str = ""
    instance_id: str | None = None
    rack_id: str | None = None
    topic_names: frozenset[str] = frozenset()
    topic_regex: str | None = ""
    rebalance_timeout_ms: int = NO_TIMEOUT
    server_assignor: str | None = None
    classic: ClassicFacet | None = None

    @property
    def regex(self) -> str | None:
        """The expression that the member subscribes to, or None."""
        return self.topic_regex or None


@dataclass(frozen=True, slots=True)
class CurrentAssignment:
    """What a member owns, and what it has yet to give up, in its epoch."""

    epoch: int = JOINING_EPOCH
    previous_epoch: int = -1
    state: MemberState = MemberState.STABLE
    assigned: PartitionEpochs = field(default_factory=lambda: NO_EPOCHS)
    pending_revocation: PartitionEpochs = field(default_factory=lambda: NO_EPOCHS)

    def is_reconciled_to(self, epoch: int) -> bool:
        """Whether nothing is left to do for the target of an epoch."""
        return self.state is MemberState.STABLE and self.epoch == epoch

    def epoch_of(self, topic_id: TopicId, partition: int) -> int | None:
        """Since when the member has a partition, be it one to give up; None without it."""
        epoch = self.assigned.get(topic_id, {}).get(partition)
        if epoch is None:
            epoch = self.pending_revocation.get(topic_id, {}).get(partition)
        return epoch


@dataclass(frozen=True, slots=True)
class ConsumerMember:
    """One member."""

    member_id: str
    metadata: MemberMetadata = field(default_factory=MemberMetadata)
    current: CurrentAssignment = field(default_factory=CurrentAssignment)

    @property
    def instance_id(self) -> str | None:
        return self.metadata.instance_id

    @property
    def is_classic(self) -> bool:
        """Whether the member speaks the classic protocol."""
        return self.metadata.classic is not None
