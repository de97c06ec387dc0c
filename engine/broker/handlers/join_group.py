"""JoinGroup: enter a classic group, or take part in its rebalance. Waits for the other members.

Versions 0-9. 1: rebalance time-out, which is the session time-out before. 4: a new member is told
its id first and joins again with it (KIP-394). 5: static members (KIP-345). 7: the protocol type
and a protocol name that may be null. 8: the reason for joining (KIP-800). 9: a returning static
leader may be told to skip the assignment (KIP-814). Source: Kafka's
`GroupMetadataManager.classicGroupJoin`.
"""

from functools import partial
from typing import Final

from engine.broker.context import Reply, RequestContext
from engine.broker.group_shell import Answering, GroupShell, GroupUnavailable
from engine.coordinator.commands import JoinGroup, JoinReply, OfferedProtocol
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupResponse,
    JoinGroupResponseMember,
)

_TELLS_MEMBER_ID_SINCE: Final = 4
_NULL_PROTOCOL_SINCE: Final = 7
_SKIPS_ASSIGNMENT_SINCE: Final = 9


class JoinGroupHandler:
    """Brings members into groups."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(self, request: JoinGroupRequest, context: RequestContext, reply: Reply) -> None:
        """Answer when the generation is formed, or with what stands against it."""

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            return coordinator.join(_command(request, context, token), now)

        waiter = Answering(reply, partial(_response, version=context.api_version))
        try:
            self._groups.tell(request.group_id, decide, waiter)
        except GroupUnavailable as unavailable:
            waiter.set_result(JoinReply(error=unavailable.error, member_id=request.member_id))


def _command(request: JoinGroupRequest, context: RequestContext, token: object) -> JoinGroup:
    rebalance_ms = request.rebalance_timeout_ms
    return JoinGroup(
        token=token,
        group_id=request.group_id,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        client_id=context.client_id,
        client_host=f"/{context.connection.peer_host}",
        session_timeout_ms=request.session_timeout_ms,
        rebalance_timeout_ms=rebalance_ms if rebalance_ms >= 0 else request.session_timeout_ms,
        protocol_type=request.protocol_type,
        protocols=tuple(OfferedProtocol(each.name, each.metadata) for each in request.protocols),
        requires_member_id=context.api_version >= _TELLS_MEMBER_ID_SINCE,
        can_skip_assignment=context.api_version >= _SKIPS_ASSIGNMENT_SINCE,
    )


def _response(reply: object, version: int) -> JoinGroupResponse:
    assert isinstance(reply, JoinReply)
    protocol_name = reply.protocol_name
    if protocol_name is None and version < _NULL_PROTOCOL_SINCE:
        protocol_name = ""
    return JoinGroupResponse(
        error_code=GroupError(reply.error),
        generation_id=reply.generation_id,
        protocol_type=reply.protocol_type,
        protocol_name=protocol_name,
        leader=reply.leader_id,
        skip_assignment=reply.skip_assignment,
        member_id=reply.member_id,
        members=[
            JoinGroupResponseMember(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id,
                metadata=member.metadata,
            )
            for member in reply.members
        ],
    )
