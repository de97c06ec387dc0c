"""DeleteGroups: groups without members go, with their positions.

Versions 0-2. A group with members is NON_EMPTY_GROUP, an unknown one GROUP_ID_NOT_FOUND. Source:
Kafka's `GroupCoordinatorService.deleteGroups`.
"""

import asyncio
from typing import TypeAlias

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.commands import DeleteGroup, DeleteGroupReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.protocol.messages.delete_groups import (
    DeletableGroupResult,
    DeleteGroupsRequest,
    DeleteGroupsResponse,
)

Answer: TypeAlias = asyncio.Future[object] | GroupError
"""The reply of a group's coordinator, or why it cannot be asked."""


class DeleteGroupsHandler:
    """Deletes groups, all of a request with the same trips to the disk."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    async def handle(
        self, request: DeleteGroupsRequest, context: RequestContext
    ) -> DeleteGroupsResponse:
        """Answer for every group when its end is on disk."""
        asked = {name: self._begin(name) for name in dict.fromkeys(request.groups_names)}
        results = [
            DeletableGroupResult(group_id=name, error_code=await _error_of(answer))
            for name, answer in asked.items()
        ]
        return DeleteGroupsResponse(results=results)

    def _begin(self, group_id: str) -> Answer:
        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            return coordinator.delete_group(DeleteGroup(token=token, group_id=group_id), now)

        try:
            return self._groups.begin(group_id, decide)
        except GroupUnavailable as unavailable:
            return unavailable.error


async def _error_of(answer: Answer) -> GroupError:
    if isinstance(answer, GroupError):
        return answer
    reply = await answer
    assert isinstance(reply, DeleteGroupReply)
    return reply.error
