"""What a coordinator tells about a group and its members, the same for both kinds of group."""

from dataclasses import dataclass

from engine.client.consumer_protocol import PROTOCOL_TYPE, decode_assignment, decode_subscription
from engine.client.errors import ClientError, refusal
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.errors import MalformedMessage
from engine.protocol.messages import consumer_group_describe, describe_groups

DEAD = "Dead"
"""The state in which brokers describe a classic group that does not exist."""


@dataclass(frozen=True, slots=True)
class MemberDescription:
    """One member. Topics and assignment are None when its bytes say nothing we can read."""

    member_id: str
    instance_id: str | None
    client_id: str
    host: str
    subscribed_topics: tuple[str, ...] | None
    assignment: tuple[TopicPartition, ...] | None
    target_assignment: tuple[TopicPartition, ...] | None = None
    member_epoch: int | None = None


@dataclass(frozen=True, slots=True)
class GroupDescription:
    """One group. `assignor` is the protocol that its members agreed on; empty without members."""

    group_id: str
    state: str
    protocol_type: str
    assignor: str
    members: tuple[MemberDescription, ...]
    group_epoch: int | None = None


def described_classic_group(
    group: describe_groups.DescribedGroup,
) -> GroupDescription | ClientError:
    """The values of one group of a DescribeGroups response."""
    if group.error_code != ErrorCode.NONE:
        return refusal(group.error_code, group.error_message)
    is_consumer = group.protocol_type == PROTOCOL_TYPE
    return GroupDescription(
        group.group_id,
        group.group_state,
        group.protocol_type,
        group.protocol_data,
        tuple(
            MemberDescription(
                member.member_id,
                member.group_instance_id,
                member.client_id,
                member.client_host,
                _subscribed(member.member_metadata) if is_consumer else None,
                _assigned(member.member_assignment) if is_consumer else None,
            )
            for member in group.members
        ),
    )


def described_consumer_group(
    group: consumer_group_describe.DescribedGroup,
) -> GroupDescription | ClientError:
    """The values of one group of a ConsumerGroupDescribe response."""
    if group.error_code != ErrorCode.NONE:
        return refusal(group.error_code, group.error_message)
    return GroupDescription(
        group.group_id,
        group.group_state,
        PROTOCOL_TYPE,
        group.assignor_name,
        tuple(
            MemberDescription(
                member.member_id,
                member.instance_id,
                member.client_id,
                member.client_host,
                tuple(member.subscribed_topic_names),
                _partitions(member.assignment),
                _partitions(member.target_assignment),
                member.member_epoch,
            )
            for member in group.members
        ),
        group.group_epoch,
    )


def _subscribed(metadata: bytes) -> tuple[str, ...] | None:
    try:
        return tuple(decode_subscription(metadata).topics)
    except MalformedMessage:
        return None


def _assigned(assignment: bytes) -> tuple[TopicPartition, ...] | None:
    try:
        return decode_assignment(assignment).partitions()
    except MalformedMessage:
        return None


def _partitions(assignment: consumer_group_describe.Assignment) -> tuple[TopicPartition, ...]:
    return tuple(
        sorted(
            TopicPartition(topic.topic_name, partition)
            for topic in assignment.topic_partitions
            for partition in topic.partitions
        )
    )
