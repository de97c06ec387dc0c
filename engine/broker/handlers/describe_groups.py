"""DescribeGroups: state, protocol and members of groups; metadata and assignments byte for byte.

Versions 0-6. 3: authorised operations (KIP-430). 4: instance ids (KIP-345). 6: a group that does
not exist, or is a consumer group, is GROUP_ID_NOT_FOUND with a message (KIP-1043); before, it is
Dead without an error.
Source: Kafka's `GroupMetadataManager.describeGroups`.
"""

from typing import Final

from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.views import GroupDescription
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_groups import (
    DescribedGroup,
    DescribedGroupMember,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
)

_NOT_FOUND_SINCE: Final = 6
_DEAD: Final = "Dead"
_ALL_OPERATIONS: Final = 0b1101_0100_1000
"""Bits of the operations on a group: READ (3), DELETE (6), DESCRIBE (8), DESCRIBE_CONFIGS (10),
ALTER_CONFIGS (11)."""
_NOT_ASKED: Final = -0x8000_0000


class DescribeGroupsHandler:
    """Describes groups from memory."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(
        self, request: DescribeGroupsRequest, context: RequestContext
    ) -> DescribeGroupsResponse:
        """Answer for every group."""
        answers = [self._describe(group_id, context.api_version) for group_id in request.groups]
        for answer in answers:
            is_told = request.include_authorized_operations and not answer.error_code
            answer.authorized_operations = _ALL_OPERATIONS if is_told else _NOT_ASKED
        return DescribeGroupsResponse(groups=answers)

    def _describe(self, group_id: str, version: int) -> DescribedGroup:
        try:
            found, is_known = self._groups.look(
                group_id,
                lambda coordinator, _: (
                    coordinator.describe(group_id),
                    coordinator.has_group(group_id),
                ),
            )
        except GroupUnavailable as unavailable:
            return DescribedGroup(group_id=group_id, error_code=unavailable.error)
        if found is not None:
            return _described(found)
        if version < _NOT_FOUND_SINCE:
            return DescribedGroup(group_id=group_id, group_state=_DEAD)
        why = "is not a classic group" if is_known else "not found"
        return DescribedGroup(
            group_id=group_id,
            group_state=_DEAD,
            error_code=ErrorCode.GROUP_ID_NOT_FOUND,
            error_message=f"Group {group_id} {why}.",
        )


def _described(group: GroupDescription) -> DescribedGroup:
    return DescribedGroup(
        group_id=group.group_id,
        group_state=group.state.value,
        protocol_type=group.protocol_type,
        protocol_data=group.protocol_name,
        members=[
            DescribedGroupMember(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                member_metadata=member.metadata,
                member_assignment=member.assignment,
            )
            for member in group.members
        ],
    )
