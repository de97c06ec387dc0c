"""DeleteGroups: groups without members go, with their positions.

Versions 0-2. A group with members is NON_EMPTY_GROUP, an unknown one GROUP_ID_NOT_FOUND. Source:
Kafka's `GroupCoordinatorService.deleteGroups`.
"""

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import DeleteGroup, DeleteGroupReply
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.messages.delete_groups import (
    DeletableGroupResult,
    DeleteGroupsRequest,
    DeleteGroupsResponse,
)


class DeleteGroupsHandler:
    """Deletes groups, one after the other."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    async def handle(
        self, request: DeleteGroupsRequest, context: RequestContext
    ) -> DeleteGroupsResponse:
        """Answer for every group when its end is on disk."""
        results = [
            DeletableGroupResult(group_id=name, error_code=await self._delete(name))
            for name in dict.fromkeys(request.groups_names)
        ]
        return DeleteGroupsResponse(results=results)

    async def _delete(self, group_id: str) -> int:
        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            return coordinator.delete_group(DeleteGroup(token=token, group_id=group_id), now)

        try:
            reply = await self._groups.ask(group_id, decide)
        except GroupUnavailable as unavailable:
            return unavailable.error
        assert isinstance(reply, DeleteGroupReply)
        return reply.error
