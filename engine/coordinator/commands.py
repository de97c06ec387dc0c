"""What a group coordinator can be asked to do, and what it answers.

Commands carry a token, opaque here, that comes back with the reply: at once or, for a join or a
sync, when the other members have done their part. Every token is answered exactly once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from engine.coordinator.errors import GroupError
from engine.coordinator.partition_maps import PartitionSets
from engine.kernel.ids import NULL_TOPIC_ID, TopicId

UNKNOWN_MEMBER = ""
"""The member id of a client that has none yet."""

NO_GENERATION = -1


class OfferedProtocol(NamedTuple):
    """One way of assigning that a member knows, with its opaque metadata."""

    name: str
    metadata: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGroup:
    """Enter a group, or take part in its rebalance.

    `requires_member_id`: the client can be told its id first and join again with it (version 4).
    `can_skip_assignment`: a returning static leader may be told to assign nothing (version 9).
    """

    token: object
    group_id: str
    member_id: str
    group_instance_id: str | None
    client_id: str
    client_host: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocol_type: str
    protocols: tuple[OfferedProtocol, ...]
    requires_member_id: bool
    can_skip_assignment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncGroup:
    """Ask for one's assignment; the leader brings everyone's, by member id.

    Protocol type and name are None when the client's version does not tell them.
    """

    token: object
    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None
    protocol_type: str | None
    protocol_name: str | None
    assignments: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Say that a member is alive."""

    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerHeartbeat:
    """A member of a consumer group joins, lives or leaves (KIP-848).

    None means unchanged, and so does a time-out of -1. `owned` are the partitions that the member
    says it owns. `chooses_member_id`: the client makes its own member id (version 1).
    """

    token: object
    group_id: str
    member_id: str
    member_epoch: int
    instance_id: str | None
    rack_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    topic_names: frozenset[str] | None
    topic_regex: str | None
    server_assignor: str | None
    owned: PartitionSets | None
    chooses_member_id: bool


class LeavingMember(NamedTuple):
    """Who leaves: by member id, or a static member by its instance id alone."""

    member_id: str
    group_instance_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveGroup:
    """Take members out of a group."""

    token: object
    group_id: str
    members: tuple[LeavingMember, ...]


class OffsetToCommit(NamedTuple):
    """One partition's position; metadata of None is stored as an empty string."""

    topic: str
    partition: int
    offset: int
    leader_epoch: int
    metadata: str | None
    topic_id: TopicId = NULL_TOPIC_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitOffsets:
    """Store positions. Without a generation (-1) only an empty group accepts them.

    `retention_ms` is the client's own retention, None for the broker's.
    `generation_id` is the member's epoch in a consumer group. `unknown_group` is the error for a
    generation of a group that does not exist. `knows_member_epochs`: the client's version can tell
    that an epoch is stale (version 9). A transactional commit stays pending until its producer's
    transaction ends.
    """

    token: object
    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None
    offsets: tuple[OffsetToCommit, ...]
    retention_ms: int | None = None
    unknown_group: GroupError = GroupError.ILLEGAL_GENERATION
    knows_member_epochs: bool = True
    is_transactional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteOffsets:
    """Forget positions of topics that no member subscribes to."""

    token: object
    group_id: str
    partitions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteGroup:
    """Delete an empty group with its positions."""

    token: object
    group_id: str


class JoinedMember(NamedTuple):
    """What the leader is told of a member."""

    member_id: str
    group_instance_id: str | None
    metadata: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinReply:
    """The generation that a member has joined; `members` only for its leader."""

    error: GroupError
    member_id: str
    generation_id: int = NO_GENERATION
    protocol_type: str | None = None
    protocol_name: str | None = None
    leader_id: str = ""
    skip_assignment: bool = False
    members: tuple[JoinedMember, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReply:
    """A member's assignment: empty bytes when there is nothing for it, never absent."""

    error: GroupError
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveReply:
    """`members` holds one error for each member of the command, in its order."""

    error: GroupError
    members: tuple[GroupError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetsReply:
    """The outcome for each offset or partition of the command, in its order.

    `error` refuses the command as a whole; every entry then carries it too.
    """

    error: GroupError
    partitions: tuple[GroupError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteGroupReply:
    """Whether the group is gone."""

    error: GroupError


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerReply:
    """The epoch of a member of a consumer group, and what it is to own if that has changed.

    `message` tells people why a heartbeat was refused.
    """

    error: GroupError
    message: str | None = None
    member_id: str | None = None
    epoch: int = 0
    heartbeat_interval_ms: int = 0
    assignment: PartitionSets | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReply:
    """What was read of a coordinator, which has written nothing for it; None with an error."""

    error: GroupError
    shown: object = None


ReplyValue: TypeAlias = (
    JoinReply | SyncReply | LeaveReply | OffsetsReply | DeleteGroupReply | ConsumerReply | ReadReply
)


class Reply(NamedTuple):
    """An answer and whose it is."""

    token: object
    value: ReplyValue


def refused(value: ReplyValue, error: GroupError) -> ReplyValue:
    """The answer to the same command when its records, or those it rests on, were not stored."""
    match value:
        case JoinReply():
            return JoinReply(error=error, member_id=UNKNOWN_MEMBER)
        case SyncReply():
            return SyncReply(error=error)
        case LeaveReply():
            return LeaveReply(error=error)
        case OffsetsReply():
            return replace(value, error=error, partitions=(error,) * len(value.partitions))
        case DeleteGroupReply():
            return DeleteGroupReply(error=error)
        case ConsumerReply():
            return ConsumerReply(error=error)
        case ReadReply():
            # As GroupCoordinatorService.handleOffsetFetchException: consumers of Java before 3.9
            # end when a position cannot be told for want of a coordinator, and look for another.
            is_lost = error is GroupError.COORDINATOR_NOT_AVAILABLE
            return ReadReply(error=GroupError.NOT_COORDINATOR if is_lost else error)
