"""What the records of consumer groups say: their keys, and values that need a type of their own.

    kind  key            value
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
from enum import IntEnum
from typing import NamedTuple


class RecordKind(IntEnum):
    """What a record tells, by the number that its key begins with."""

    GROUP_EPOCH = 3
    PARTITION_METADATA = 4
    MEMBER = 5
    TARGET_EPOCH = 6
    TARGET = 7
    CURRENT = 8
    REGEX = 16

    @property
    def is_of_the_group(self) -> bool:
        """Whether a group has one such record, not one for each member or expression."""
        return self in (
            RecordKind.GROUP_EPOCH,
            RecordKind.PARTITION_METADATA,
            RecordKind.TARGET_EPOCH,
        )


class ConsumerKey(NamedTuple):
    """What a record is about. `name` is the member id or the expression, empty for the group."""

    kind: RecordKind
    group_id: str
    name: str = ""


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
