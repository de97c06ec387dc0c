"""ListGroups: every group of this coordinator.

Versions 0-5. 4: states, and a filter by them (KIP-518). 5: types, and a filter by them (KIP-848). A
filter ignores case, as in Kafka. Source: Kafka's `GroupCoordinatorService.listGroups`.
"""

from typing import Final

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.protocol.messages.list_groups import (
    ListedGroup,
    ListGroupsRequest,
    ListGroupsResponse,
)

CLASSIC: Final = "classic"


class ListGroupsHandler:
    """Lists groups from memory."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(self, request: ListGroupsRequest, context: RequestContext) -> ListGroupsResponse:
        """Answer at once."""
        states = {state.lower() for state in request.states_filter}
        types = {kind.lower() for kind in request.types_filter}
        if types and CLASSIC not in types:
            return ListGroupsResponse(groups=[])
        try:
            groups = [
                ListedGroup(
                    group_id=group.group_id,
                    protocol_type=group.protocol_type,
                    group_state=group.state.value,
                    group_type=CLASSIC,
                )
                for coordinator in self._groups.coordinators()
                for group in coordinator.list_groups()
                if not states or group.state.value.lower() in states
            ]
        except GroupUnavailable as unavailable:
            return ListGroupsResponse(error_code=unavailable.error, groups=[])
        return ListGroupsResponse(groups=groups)
