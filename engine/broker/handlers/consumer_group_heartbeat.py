"""ConsumerGroupHeartbeat: members of consumer groups join, live and leave (KIP-848).

Versions 0-1. A member tells what has changed and hears what it is to own; epoch 0 joins, -1 leaves,
-2 leaves for a while as a static member. 1: the client makes its own member id and may subscribe by
an expression of RE2 (INVALID_REGULAR_EXPRESSION). A partition goes to its next owner only when the
previous one has reported that it gave it up. Answered when what changed is on disk.
Source: Kafka's `GroupMetadataManager.consumerGroupHeartbeat`.
"""

from typing import Final

from engine.broker.context import Reply, RequestContext
from engine.broker.group_shell import Answering, GroupShell, GroupUnavailable
from engine.coordinator.commands import ConsumerHeartbeat, ConsumerReply
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.outcome import Outcome
from engine.coordinator.partition_maps import PartitionSets, collected
from engine.kernel.ids import TopicId
from engine.protocol.messages.consumer_group_heartbeat import (
    Assignment,
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
    TopicPartitions,
)

_CHOOSES_MEMBER_ID_SINCE: Final = 1


class ConsumerGroupHeartbeatHandler:
    """Takes signs of life from members of consumer groups."""

    def __init__(self, groups: GroupShell) -> None:
        self._groups = groups

    def handle(
        self, request: ConsumerGroupHeartbeatRequest, context: RequestContext, reply: Reply
    ) -> None:
        """Answer with the member's epoch, and its assignment if that is news."""

        def decide(coordinator: GroupCoordinator, token: object, now: Instant) -> Outcome:
            return coordinator.consumer_heartbeat(_command(request, context, token), now)

        try:
            self._groups.tell(request.group_id, decide, Answering(reply, _response))
        except GroupUnavailable as unavailable:
            reply.send(ConsumerGroupHeartbeatResponse(error_code=unavailable.error))


def _response(reply: object) -> ConsumerGroupHeartbeatResponse:
    assert isinstance(reply, ConsumerReply)
    return ConsumerGroupHeartbeatResponse(
        error_code=reply.error,
        error_message=reply.message,
        member_id=reply.member_id,
        member_epoch=reply.epoch,
        heartbeat_interval_ms=reply.heartbeat_interval_ms,
        assignment=None if reply.assignment is None else _assignment(reply.assignment),
    )


def _command(
    request: ConsumerGroupHeartbeatRequest, context: RequestContext, token: object
) -> ConsumerHeartbeat:
    names, owned = request.subscribed_topic_names, request.topic_partitions
    return ConsumerHeartbeat(
        token=token,
        group_id=request.group_id,
        member_id=request.member_id,
        member_epoch=request.member_epoch,
        instance_id=request.instance_id,
        rack_id=request.rack_id,
        client_id=context.client_id,
        client_host=f"/{context.connection.peer_host}",
        rebalance_timeout_ms=request.rebalance_timeout_ms,
        topic_names=None if names is None else frozenset(names),
        topic_regex=request.subscribed_topic_regex,
        server_assignor=request.server_assignor,
        owned=None
        if owned is None
        else collected((TopicId(each.topic_id), each.partitions) for each in owned),
        chooses_member_id=context.api_version >= _CHOOSES_MEMBER_ID_SINCE,
    )


def _assignment(partitions: PartitionSets) -> Assignment:
    return Assignment(
        topic_partitions=[
            TopicPartitions(topic_id=topic_id, partitions=sorted(numbers))
            for topic_id, numbers in sorted(partitions.items())
        ]
    )
