"""LeaveGroup: members go, and the rest rebalance.

Versions 0-5. 3: several members at once, each with an error of its own, static ones by instance id
alone (KIP-345). 5: the reason (KIP-800). Source: Kafka's `GroupMetadataManager.classicGroupLeave`.
"""

from typing import Final

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import LeaveGroup, LeaveReply, LeavingMember
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberResponse,
)

_BATCHED_SINCE: Final = 3


class LeaveGroupHandler:
    """Takes members out of groups."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    async def handle(
        self, request: LeaveGroupRequest, context: RequestContext
    ) -> LeaveGroupResponse:
        """Answer for every member."""
        is_batched = context.api_version >= _BATCHED_SINCE
        leaving = _leaving(request, is_batched=is_batched)

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            command = LeaveGroup(token=token, group_id=request.group_id, members=leaving)
            return coordinator.leave(command, now)

        try:
            reply = await self._groups.ask(request.group_id, decide)
        except GroupUnavailable as unavailable:
            reply = LeaveReply(error=unavailable.error)
        assert isinstance(reply, LeaveReply)
        if not is_batched:
            only = reply.members[0] if reply.members else GroupError.NONE
            return LeaveGroupResponse(error_code=reply.error or only)
        members = [
            MemberResponse(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id,
                error_code=error,
            )
            for member, error in zip(leaving, reply.members, strict=False)
        ]
        return LeaveGroupResponse(error_code=reply.error, members=members)


def _leaving(request: LeaveGroupRequest, *, is_batched: bool) -> tuple[LeavingMember, ...]:
    if not is_batched:
        return (LeavingMember(request.member_id, None),)
    return tuple(
        LeavingMember(member.member_id, member.group_instance_id) for member in request.members
    )
