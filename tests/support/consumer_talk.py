"""What conversations with consumer groups have in common: looking, waiting, seen topics."""

from itertools import count
from typing import Any

from engine.coordinator.java_strings import group_partition
from engine.protocol.messages.consumer_group_describe import ConsumerGroupDescribeRequest
from engine.protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.support.consumer_requests import arrive, live
from tests.support.group_talk import DESCRIBE, Talk

LIVE = 1
LOOK = 1
COMMIT, FETCH = 9, 9


async def look(talk: Talk, note: str) -> None:
    """Keep what the group looks like to both describing APIs and in the list."""
    operations = ConsumerGroupDescribeRequest(
        group_ids=[talk.group], include_authorized_operations=True
    )
    await talk.ask(operations, LOOK, note=note)
    await talk.ask(DescribeGroupsRequest(groups=[talk.group]), DESCRIBE, note=note)
    await talk.ask(ListGroupsRequest(types_filter=["consumer"]), 5, note=note)


async def heard(
    talk: Talk, request: ConsumerGroupHeartbeatRequest, note: str = "", by: str = "a"
) -> ConsumerGroupHeartbeatResponse:
    """What a heartbeat hears."""
    answer: ConsumerGroupHeartbeatResponse = await talk.ask(request, LIVE, note=note, by=by)
    return answer


async def resolved(talk: Talk, epoch: int) -> None:
    """Wait until the group's expressions have been looked up: that begins an epoch."""

    def is_there(answer: Any) -> bool:
        return bool(answer.groups[0].group_epoch >= epoch)

    request = ConsumerGroupDescribeRequest(group_ids=[talk.group])
    await talk.until(request, LOOK, is_there)


async def topic_of(talk: Talk, name: str, partitions: int = 2) -> bytes:
    """Create a topic and wait until the coordinator of the group knows it; its id."""
    topic_id = await talk.topic(name, partitions)
    await _seen(talk, name, partitions)
    return topic_id


async def no_topic(talk: Talk, name: str) -> None:
    """Delete a topic and wait until the coordinator of the group knows that it is gone."""
    await talk.delete_topic(name)
    await _seen(talk, name, 0)


async def _seen(talk: Talk, name: str, partitions: int) -> None:
    """A coordinator sees topics later than brokers do: ask as a group that it serves as well."""
    here = group_partition(talk.group, 50)
    names = (f"probe-{number}" for number in count())
    probe = next(each for each in names if group_partition(each, 50) == here)

    def is_seen(answer: Any) -> bool:
        if answer.assignment is None:
            return False  # The coordinator has not come up yet.
        found = [each for topic in answer.assignment.topic_partitions for each in topic.partitions]
        return len(found) == partitions

    await talk.until(arrive(probe, name, name), LIVE, is_seen)
    await talk.until(live(probe, name, -1), LIVE, lambda answer: True)
