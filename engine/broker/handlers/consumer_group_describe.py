"""ConsumerGroupDescribe: state, epochs and members of consumer groups, with what each owns.

Versions 0-1. 1: whether a member speaks the classic protocol (KIP-1099). A group that is not there,
or is a classic one, is GROUP_ID_NOT_FOUND. What a member owns includes what it has yet to give up.
Source: Kafka's `GroupMetadataManager.consumerGroupDescribe`.
"""

from typing import Final

from engine.broker.catalogue import Catalogue
from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.coordinator.partition_maps import PartitionSets
from engine.coordinator.views import ConsumerGroupDescription, DescribedConsumer
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.consumer_group_describe import (
    Assignment,
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
    DescribedGroup,
    Member,
    TopicPartitions,
)

_OPERATIONS: Final = 0b1101_0100_1000
"""Bits of the operations on a group: READ (3), DELETE (6), DESCRIBE (8), DESCRIBE_CONFIGS (10) and
ALTER_CONFIGS (11)."""
_CLASSIC_MEMBER: Final = 0
_CONSUMER_MEMBER: Final = 1


class ConsumerGroupDescribeHandler:
    """Describes consumer groups from memory."""

    def __init__(self, groups: GroupShell, catalogue: Catalogue, *, is_enabled: bool) -> None:
        self._groups = groups
        self._catalogue = catalogue
        self._is_enabled = is_enabled

    def handle(
        self, request: ConsumerGroupDescribeRequest, context: RequestContext
    ) -> ConsumerGroupDescribeResponse:
        """Answer for every group."""
        answers = [self._describe(group_id) for group_id in request.group_ids]
        for answer in answers:
            if request.include_authorized_operations and not answer.error_code:
                answer.authorized_operations = _OPERATIONS
        return ConsumerGroupDescribeResponse(groups=answers)

    def _describe(self, group_id: str) -> DescribedGroup:
        if not self._is_enabled:
            return DescribedGroup(group_id=group_id, error_code=ErrorCode.UNSUPPORTED_VERSION)
        if not group_id:
            return DescribedGroup(group_id="", error_code=ErrorCode.INVALID_GROUP_ID)
        try:
            found, is_known = self._groups.look(
                group_id,
                lambda coordinator, _: (
                    coordinator.describe_consumer_group(group_id),
                    coordinator.has_group(group_id),
                ),
            )
        except GroupUnavailable as unavailable:
            return DescribedGroup(group_id=group_id, error_code=unavailable.error)
        if found is not None:
            return self._described(found)
        why = "is not a consumer group" if is_known else "not found"
        return DescribedGroup(
            group_id=group_id,
            error_code=ErrorCode.GROUP_ID_NOT_FOUND,
            error_message=f"Group {group_id} {why}.",
        )

    def _described(self, group: ConsumerGroupDescription) -> DescribedGroup:
        return DescribedGroup(
            group_id=group.group_id,
            group_state=group.state.value,
            group_epoch=group.epoch,
            assignment_epoch=group.target_epoch,
            assignor_name=group.assignor,
            members=[self._member(each) for each in group.members],
        )

    def _member(self, described: DescribedConsumer) -> Member:
        member, metadata = described.member, described.member.metadata
        return Member(
            member_id=member.member_id,
            instance_id=metadata.instance_id,
            rack_id=metadata.rack_id,
            member_epoch=member.current.epoch,
            client_id=metadata.client_id,
            client_host=metadata.client_host,
            subscribed_topic_names=sorted(metadata.topic_names),
            subscribed_topic_regex=metadata.topic_regex,
            assignment=self._assignment(described.owned),
            target_assignment=self._assignment(described.target),
            member_type=_CLASSIC_MEMBER if member.is_classic else _CONSUMER_MEMBER,
        )

    def _assignment(self, partitions: PartitionSets) -> Assignment:
        """The partitions of topics that are there: others have no name."""
        return Assignment(
            topic_partitions=[
                TopicPartitions(
                    topic_id=topic_id, topic_name=topic.name, partitions=sorted(numbers)
                )
                for topic_id, numbers in sorted(partitions.items())
                if (topic := self._catalogue.by_id(topic_id)) is not None
            ]
        )
