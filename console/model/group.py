"""A consumer group: who is in it, what it has committed, and how far behind it is."""

from dataclasses import dataclass
from enum import Enum

from console.model.figures import NOTHING, Figure, Known, Total, Unknown, greatest
from console.model.lag import Age, Lag, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series
from console.model.severity import Severity
from console.model.verdict import Verdict

UNKNOWN_OUTLOOK = Outlook(OutlookKind.UNKNOWN, reason="not enough samples yet")
UNKNOWN_LOSS = LossOutlook(LossKind.UNKNOWN, reason="not enough samples yet")


class GroupState(Enum):
    """As the coordinator says it (classic and KIP-848 groups)."""

    STABLE = "Stable"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    ASSIGNING = "Assigning"
    RECONCILING = "Reconciling"
    EMPTY = "Empty"
    DEAD = "Dead"
    UNKNOWN = "Unknown"

    @property
    def is_rebalancing(self) -> bool:
        return self in _REBALANCING

    @property
    def severity(self) -> Severity:
        if self is GroupState.UNKNOWN:
            return Severity.UNKNOWN
        if self.is_rebalancing or self in (GroupState.DEAD, GroupState.EMPTY):
            return Severity.WARNING
        return Severity.OK


_REBALANCING = frozenset(
    {GroupState.PREPARING, GroupState.COMPLETING, GroupState.ASSIGNING, GroupState.RECONCILING}
)


@dataclass(frozen=True, slots=True)
class Member:
    """One consumer of a group. `instance_id` is set for static members only."""

    member_id: str
    instance_id: str | None
    client_id: str
    host: str
    assignments: tuple[TopicPartition, ...] = ()


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """One partition that the group has committed to or is assigned, or, of a group without members,
    another of the topics that it has committed to."""

    topic: str
    partition: int
    committed: Figure[int]
    log_start: Figure[int]
    end: Figure[int]
    lag: Lag
    verdict: Verdict = Verdict.UNKNOWN
    age: Figure[Age] = NOT_READ
    outlook: Outlook = UNKNOWN_OUTLOOK
    loss: LossOutlook = UNKNOWN_LOSS
    member_id: str | None = None
    client_id: str | None = None
    trend: Series = EMPTY_SERIES

    @property
    def records(self) -> Figure[int]:
        """The lag in records."""
        return self.lag.records

    @property
    def name(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class Group:
    """One group. `partitions` is empty until the group is enriched, see `is_enriched`.

    `problem` says why its offsets could not be read in the newest round: its figures are those of
    the last that succeeded. `verdict` is the worst of its partitions; `completeness` the share of
    partitions with enough samples to judge. `lag_history` holds the total lag, `consumed_history`
    records a second.
    """

    name: str
    state: GroupState
    group_type: str
    protocol: str = ""
    coordinator: Figure[int] = NOT_READ
    members: Figure[tuple[Member, ...]] = NOT_READ
    partitions: tuple[PartitionLag, ...] = ()
    is_enriched: bool = False
    problem: str = ""
    verdict: Verdict = Verdict.UNKNOWN
    completeness: float = 0.0
    lag_total: Total = NOTHING
    age: Figure[Age] = NOT_READ
    outlook: Outlook = UNKNOWN_OUTLOOK
    loss: LossOutlook = UNKNOWN_LOSS
    lag_history: Series = EMPTY_SERIES
    consumed_history: Series = EMPTY_SERIES

    @property
    def read_ms(self) -> int | None:
        """The wall time of the newest reading of its offsets in which some lag was known."""
        return self.lag_history.times_ms[-1] if self.lag_history.times_ms else None

    @property
    def lag_max(self) -> Figure[int]:
        """The lag of the partition furthest behind."""
        if not self.is_enriched:
            return Unknown(self.problem or "offsets not read yet")
        return greatest(each.records for each in self.partitions)

    @property
    def lag_max_partition(self) -> TopicPartition | None:
        """Which partition is furthest behind; None when no lag is known."""
        known = [each for each in self.partitions if isinstance(each.records, Known)]
        if not known:
            return None
        return max(known, key=_records).name

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics that the group reads, sorted."""
        return tuple(sorted({each.topic for each in self.partitions}))

    def partitions_of(self, topic: str) -> tuple[PartitionLag, ...]:
        """The rows of one topic."""
        return tuple(each for each in self.partitions if each.topic == topic)

    def reads(self, topic: str) -> bool:
        """Whether it has members that read a topic at the moment, as far as that is known.

        Where none of them has been given a partition, those count that the group has committed to.
        """
        members = self.members.value if isinstance(self.members, Known) else ()
        given = {key.topic for member in members for key in member.assignments}
        return bool(members) and topic in (given or self.topics)

    @property
    def expired_unread(self) -> int:
        return sum(each.lag.expired_unread for each in self.partitions)

    @property
    def held_back(self) -> int:
        return sum(each.lag.held_back for each in self.partitions)

    @property
    def clamps(self) -> int:
        """How many partitions gave a negative subtraction that is shown as 0."""
        return sum(each.lag.is_clamped for each in self.partitions)

    @property
    def severity(self) -> Severity:
        """Of the verdict; a rebalance or unread records that expired make it at least a warning."""
        worst = self.verdict.severity
        if self.state.is_rebalancing or self.expired_unread:
            worst = max(worst, Severity.WARNING)
        return worst


def _records(partition: PartitionLag) -> int:
    assert isinstance(partition.records, Known)
    return partition.records.value
