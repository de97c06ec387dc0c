"""What the records of consumer groups say: their keys, and values that need a type of their own.

    type  key            value
    3     group          its epoch, and the hash of the topics it reads
    4     group          what stood for that hash before Kafka 4.1: only ever deleted
    5     group, member  what the member said about itself (`MemberMetadata`)
    6     group          the epoch of the target assignment and when it was made
    7     group, member  the member's target (`PartitionSets`)
    8     group, member  where the member stands (`CurrentAssignment`)
    16    group, regex   the topics that the expression matches

The bytes are the concern of `engine.coordinator.consumer_journal`.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class GroupEpochKey:
    """Type 3: a group's epoch."""

    group_id: str


@dataclass(frozen=True, slots=True)
class PartitionMetadataKey:
    """Type 4: the topics of a group as brokers before 4.1 kept them."""

    group_id: str


@dataclass(frozen=True, slots=True)
class MemberKey:
    """Type 5: what a member said about itself."""

    group_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class TargetEpochKey:
    """Type 6: the epoch of a group's target."""

    group_id: str


@dataclass(frozen=True, slots=True)
class TargetKey:
    """Type 7: a member's target."""

    group_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class CurrentKey:
    """Type 8: where a member stands."""

    group_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class RegexKey:
    """Type 16: what an expression matches."""

    group_id: str
    regex: str


ConsumerKey: TypeAlias = (
    GroupEpochKey
    | PartitionMetadataKey
    | MemberKey
    | TargetEpochKey
    | TargetKey
    | CurrentKey
    | RegexKey
)


@dataclass(frozen=True, slots=True)
class GroupEpoch:
    """A group's epoch, and the hash of the topics it reads."""

    epoch: int
    metadata_hash: int


@dataclass(frozen=True, slots=True)
class TargetEpoch:
    """The epoch of a target and the wall time at which it was made; 0 when unknown."""

    epoch: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class ResolvedRegex:
    """The topics that an expression matched in some version of the image, at some wall time."""

    topics: frozenset[str]
    version: int
    timestamp_ms: int
