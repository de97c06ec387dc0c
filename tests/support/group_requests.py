"""Requests about groups, in few words. What is not said is as a plain consumer has it."""

from engine.protocol.messages.heartbeat import HeartbeatRequest
from engine.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from engine.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from engine.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
)
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from tests.support.group_conversation import subscription

SESSION_MS = 30_000
NOBODY = "nobody-00000000-0000-4000-8000-000000000000"
"""A member id that no broker has given out."""

Position = tuple[int, int, int, str | None]
"""Partition, offset, leader epoch, metadata."""


def join(
    group: str,
    member_id: str = "",
    *,
    instance: str | None = None,
    session_ms: int = SESSION_MS,
    rebalance_ms: int = 60_000,
    kind: str = "consumer",
    protocols: dict[str, bytes] | None = None,
) -> JoinGroupRequest:
    """A JoinGroup of a consumer of the topic "clicks", unless told otherwise."""
    offered = {"range": subscription("clicks")} if protocols is None else protocols
    return JoinGroupRequest(
        group_id=group,
        session_timeout_ms=session_ms,
        rebalance_timeout_ms=rebalance_ms,
        member_id=member_id,
        group_instance_id=instance,
        protocol_type=kind,
        protocols=[JoinGroupRequestProtocol(*each) for each in offered.items()],
    )


def sync(
    group: str,
    member_id: str,
    generation: int,
    assignments: dict[str, bytes] | None = None,
    *,
    instance: str | None = None,
    kind: str | None = "consumer",
    protocol: str | None = "range",
) -> SyncGroupRequest:
    """A SyncGroup, which is the leader's when it brings assignments."""
    return SyncGroupRequest(
        group_id=group,
        generation_id=generation,
        member_id=member_id,
        group_instance_id=instance,
        protocol_type=kind,
        protocol_name=protocol,
        assignments=[SyncGroupRequestAssignment(*each) for each in (assignments or {}).items()],
    )


def beat(
    group: str, member_id: str, generation: int, instance: str | None = None
) -> HeartbeatRequest:
    """A Heartbeat."""
    return HeartbeatRequest(
        group_id=group,
        generation_id=generation,
        member_id=member_id,
        group_instance_id=instance,
    )


def leave(group: str, *members: tuple[str, str | None]) -> LeaveGroupRequest:
    """A LeaveGroup for members given as (member id, instance id)."""
    first = members[0][0] if members else ""
    identities = [MemberIdentity(*each) for each in members]
    return LeaveGroupRequest(group_id=group, member_id=first, members=identities)


def commit(
    group: str,
    topics: dict[str | bytes, list[Position]],
    member_id: str = "",
    generation: int = -1,
    *,
    instance: str | None = None,
    retention_ms: int = -1,
) -> OffsetCommitRequest:
    """An OffsetCommit; topics by name or id."""
    return OffsetCommitRequest(
        group_id=group,
        generation_id_or_member_epoch=generation,
        member_id=member_id,
        group_instance_id=instance,
        retention_time_ms=retention_ms,
        topics=[
            OffsetCommitRequestTopic(
                name=topic if isinstance(topic, str) else "",
                topic_id=topic if isinstance(topic, bytes) else bytes(16),
                partitions=[OffsetCommitRequestPartition(*each) for each in positions],
            )
            for topic, positions in topics.items()
        ],
    )


def fetch(
    group: str,
    topics: dict[str | bytes, list[int]] | None,
    *,
    is_stable: bool = False,
    member_id: str | None = None,
    epoch: int = -1,
) -> OffsetFetchRequest:
    """An OffsetFetch that is right for every version; topics by name or id, None for all."""
    single = None
    batched = None
    if topics is not None:
        names = {name: found for name, found in topics.items() if isinstance(name, str)}
        single = [OffsetFetchRequestTopic(*each) for each in names.items()]
        batched = [
            OffsetFetchRequestTopics(
                name=topic if isinstance(topic, str) else "",
                topic_id=topic if isinstance(topic, bytes) else bytes(16),
                partition_indexes=partitions,
            )
            for topic, partitions in topics.items()
        ]
    asked = OffsetFetchRequestGroup(
        group_id=group, member_id=member_id, member_epoch=epoch, topics=batched
    )
    return OffsetFetchRequest(
        group_id=group, topics=single, groups=[asked], require_stable=is_stable
    )


def delete(group: str, topics: dict[str, list[int]]) -> OffsetDeleteRequest:
    """An OffsetDelete."""
    return OffsetDeleteRequest(
        group_id=group,
        topics=[
            OffsetDeleteRequestTopic(
                name=name,
                partitions=[OffsetDeleteRequestPartition(index) for index in partitions],
            )
            for name, partitions in topics.items()
        ],
    )
