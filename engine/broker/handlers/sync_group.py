"""SyncGroup: the leader brings the assignments, every member takes its own. Waits for the leader.

Versions 0-5. 3: static members. 5: protocol type and name are told and checked; null is not allowed
any more. An assignment that is not there is empty bytes. Source: Kafka's
`KafkaApis.handleSyncGroupRequest`, `GroupMetadataManager.classicGroupSync`.
"""

from typing import Final

from engine.broker.context import Reply, RequestContext
from engine.broker.group_shell import Answering, GroupShell, GroupUnavailable
from engine.coordinator.commands import SyncGroup, SyncReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

_TELLS_PROTOCOL_SINCE: Final = 5


class SyncGroupHandler:
    """Hands assignments out."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(self, request: SyncGroupRequest, context: RequestContext, reply: Reply) -> None:
        """Answer when the leader has brought the assignments."""
        if context.api_version >= _TELLS_PROTOCOL_SINCE and (
            request.protocol_type is None or request.protocol_name is None
        ):
            reply.send(SyncGroupResponse(error_code=GroupError.INCONSISTENT_GROUP_PROTOCOL))
            return

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            return coordinator.sync(_command(request, token), now)

        waiter = Answering(reply, _response)
        try:
            self._groups.tell(request.group_id, decide, waiter)
        except GroupUnavailable as unavailable:
            waiter.set_result(SyncReply(error=unavailable.error))


def _response(reply: object) -> SyncGroupResponse:
    assert isinstance(reply, SyncReply)
    return SyncGroupResponse(
        error_code=reply.error,
        protocol_type=reply.protocol_type,
        protocol_name=reply.protocol_name,
        assignment=reply.assignment,
    )


def _command(request: SyncGroupRequest, token: object) -> SyncGroup:
    return SyncGroup(
        token=token,
        group_id=request.group_id,
        generation_id=request.generation_id,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        protocol_type=request.protocol_type,
        protocol_name=request.protocol_name,
        assignments={each.member_id: each.assignment for each in request.assignments},
    )
