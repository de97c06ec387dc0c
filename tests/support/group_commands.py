"""Commands to a group coordinator, in few words; a token is given where they are sent."""

from engine.coordinator.commands import (
    CommitOffsets,
    Heartbeat,
    JoinGroup,
    LeaveGroup,
    LeavingMember,
    OfferedProtocol,
    OffsetToCommit,
    SyncGroup,
)
from engine.kernel.ids import NULL_TOPIC_ID, TopicId
from tests.support.group_conversation import subscription

SESSION_MS = 10_000


def join_command(
    token: object,
    group: str,
    member_id: str = "",
    *,
    topic: str = "clicks",
    instance: str | None = None,
    requires_member_id: bool = False,
) -> JoinGroup:
    """A consumer joins; in one step unless it requires a member id."""
    return JoinGroup(
        token=token,
        group_id=group,
        member_id=member_id,
        group_instance_id=instance,
        client_id="client",
        client_host="/127.0.0.1",
        session_timeout_ms=SESSION_MS,
        rebalance_timeout_ms=60_000,
        protocol_type="consumer",
        protocols=(OfferedProtocol("range", subscription(topic)),),
        requires_member_id=requires_member_id,
        can_skip_assignment=True,
    )


def sync_command(
    token: object, group: str, member_id: str, generation: int, assignment: bytes = b"all"
) -> SyncGroup:
    """A leader without followers assigns to itself."""
    return SyncGroup(
        token=token,
        group_id=group,
        generation_id=generation,
        member_id=member_id,
        group_instance_id=None,
        protocol_type="consumer",
        protocol_name="range",
        assignments={member_id: assignment},
    )


def heartbeat_command(group: str, member_id: str, generation: int) -> Heartbeat:
    """A member is alive."""
    return Heartbeat(
        group_id=group, generation_id=generation, member_id=member_id, group_instance_id=None
    )


def commit_command(
    token: object,
    group: str,
    *offsets: int,
    topic: str = "clicks",
    topic_id: TopicId = NULL_TOPIC_ID,
    metadata: str = "",
) -> CommitOffsets:
    """A commit of partitions from 0 on by a client that manages its partitions itself."""
    return CommitOffsets(
        token=token,
        group_id=group,
        generation_id=-1,
        member_id="",
        group_instance_id=None,
        offsets=tuple(
            OffsetToCommit(topic, partition, offset, 0, metadata, topic_id)
            for partition, offset in enumerate(offsets)
        ),
    )


def leave_command(token: object, group: str, member_id: str) -> LeaveGroup:
    """A member leaves."""
    return LeaveGroup(token=token, group_id=group, members=(LeavingMember(member_id, None),))
