"""Requests of newer members (KIP-848), in few words. What is not said has not changed."""

from collections.abc import Iterable, Mapping

from engine.protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)

REBALANCE_MS = 60_000
Owned = Mapping[bytes, Iterable[int]]
"""Partitions by topic id."""


def live(
    group: str,
    member_id: str,
    epoch: int,
    *,
    owned: Owned | None = None,
    topics: Iterable[str] | None = None,
    regex: str | None = None,
    assignor: str | None = None,
    instance: str | None = None,
    rack: str | None = None,
    rebalance_ms: int = -1,
) -> ConsumerGroupHeartbeatRequest:
    """A heartbeat that says what it is told to say and nothing else."""
    partitions = None
    if owned is not None:
        partitions = [
            TopicPartitions(topic_id=topic_id, partitions=list(numbers))
            for topic_id, numbers in owned.items()
        ]
    return ConsumerGroupHeartbeatRequest(
        group_id=group,
        member_id=member_id,
        member_epoch=epoch,
        instance_id=instance,
        rack_id=rack,
        rebalance_timeout_ms=rebalance_ms,
        subscribed_topic_names=None if topics is None else list(topics),
        subscribed_topic_regex=regex,
        server_assignor=assignor,
        topic_partitions=partitions,
    )


def arrive(
    group: str,
    member_id: str,
    *topics: str,
    regex: str | None = None,
    assignor: str | None = None,
    instance: str | None = None,
    rack: str | None = None,
) -> ConsumerGroupHeartbeatRequest:
    """The heartbeat with which a member joins; without topics it brings an expression or none."""
    return live(
        group,
        member_id,
        0,
        owned={},
        topics=None if regex is not None and not topics else topics,
        regex=regex,
        assignor=assignor,
        instance=instance,
        rack=rack,
        rebalance_ms=REBALANCE_MS,
    )
