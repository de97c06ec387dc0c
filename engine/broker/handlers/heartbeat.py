"""Heartbeat: a member says that it is alive and hears whether a rebalance has begun.

Versions 0-4. 3: static members. Answered from memory; while the groups load, without an error.
Source: Kafka's `GroupCoordinatorService.heartbeat`, `GroupMetadataManager.classicGroupHeartbeat`.
"""

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import Heartbeat
from engine.coordinator.errors import GroupError
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


class HeartbeatHandler:
    """Notes signs of life."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(self, request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        """Answer at once."""
        command = Heartbeat(
            group_id=request.group_id,
            generation_id=request.generation_id,
            member_id=request.member_id,
            group_instance_id=request.group_instance_id,
        )
        try:
            error = self._groups.look(
                request.group_id, lambda coordinator, now: coordinator.heartbeat(command, now)
            )
        except GroupUnavailable as unavailable:
            error = unavailable.error
            if error is GroupError.COORDINATOR_LOAD_IN_PROGRESS:
                # Members go on while their coordinator loads; Kafka does the same.
                error = GroupError.NONE
        return HeartbeatResponse(error_code=error)
