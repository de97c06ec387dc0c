"""ListGroups: every group of this coordinator, of both protocols.

Versions 0-5. 4: states, and a filter by them (KIP-518). 5: types, and a filter by them (KIP-848). A
filter ignores case, as in Kafka. Groups whose journal cannot be loaded are left out; while one is
loading the answer is an error. Source: Kafka's `GroupCoordinatorService.listGroups`.
"""

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.protocol.messages.list_groups import (
    ListedGroup,
    ListGroupsRequest,
    ListGroupsResponse,
)


class ListGroupsHandler:
    """Lists groups from memory."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(self, request: ListGroupsRequest, context: RequestContext) -> ListGroupsResponse:
        """Answer at once."""
        states = {state.lower().strip() for state in request.states_filter}
        types = {kind.lower() for kind in request.types_filter}
        try:
            groups = [
                ListedGroup(
                    group_id=group.group_id,
                    protocol_type=group.protocol_type,
                    group_state=group.state.value,
                    group_type=group.group_type,
                )
                for coordinator in self._groups.coordinators()
                for group in coordinator.list_groups()
                if (not states or group.state.value.lower() in states)
                and (not types or group.group_type in types)
            ]
        except GroupUnavailable as unavailable:
            return ListGroupsResponse(error_code=unavailable.error, groups=[])
        return ListGroupsResponse(groups=groups)
