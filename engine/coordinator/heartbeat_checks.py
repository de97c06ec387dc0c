"""What makes a ConsumerGroupHeartbeat invalid whatever the group: fields that have to be there.

Source: Kafka's `GroupCoordinatorService.throwIfConsumerGroupHeartbeatRequestIsInvalid`.
"""

from engine.coordinator.commands import ConsumerHeartbeat
from engine.coordinator.consumer_member import (
    JOINING_EPOCH,
    LEAVING_EPOCH,
    LEAVING_STATIC_EPOCH,
    NO_TIMEOUT,
)
from engine.coordinator.errors import GroupError, GroupRefusal


def check_heartbeat(command: ConsumerHeartbeat, assignors: tuple[str, ...]) -> None:
    """Raise GroupRefusal for a heartbeat that no group can answer."""
    epoch = command.member_epoch
    if command.chooses_member_id or epoch > JOINING_EPOCH or epoch == LEAVING_EPOCH:
        _check_text("MemberId", command.member_id)
    _check_text("GroupId", command.group_id)
    _check_text("InstanceId", command.instance_id)
    _check_text("RackId", command.rack_id)
    if epoch == JOINING_EPOCH:
        _check_join(command)
    elif epoch == LEAVING_STATIC_EPOCH and command.instance_id is None:
        raise _invalid("InstanceId can't be null.")
    elif epoch < LEAVING_STATIC_EPOCH:
        raise _invalid("MemberEpoch is invalid.")
    assignor = command.server_assignor
    if assignor is not None and assignor not in assignors:
        raise GroupRefusal(
            GroupError.UNSUPPORTED_ASSIGNOR,
            f"ServerAssignor {assignor} is not supported. Supported assignors: "
            f"{', '.join(assignors)}.",
        )


def _check_join(command: ConsumerHeartbeat) -> None:
    if command.rebalance_timeout_ms == NO_TIMEOUT:
        raise _invalid("RebalanceTimeoutMs must be provided in first request.")
    if command.owned is None or command.owned:
        raise _invalid("TopicPartitions must be empty when (re-)joining.")
    if command.topic_names is None and command.topic_regex is None:
        raise _invalid(
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when "
            "(re-)joining."
        )


def _check_text(name: str, text: str | None) -> None:
    if text is not None and not text.strip():
        raise _invalid(f"{name} can't be empty.")


def _invalid(message: str) -> GroupRefusal:
    return GroupRefusal(GroupError.INVALID_REQUEST, message)
