"""Scenes about groups in which our broker and Kafka part, and what each does in them.

The names are those that rows of docs/reference/differences.toml give as their scene.
"""

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatResponse
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from engine.protocol.messages.offset_fetch import OffsetFetchResponse
from tests.kafka.group_peers import GroupPeer
from tests.kafka.migration_scenarios import assignment, reads
from tests.support.consumer_requests import arrive, live
from tests.support.consumer_talk import COMMIT, FETCH, heard, topic_of
from tests.support.group_requests import beat, commit, fetch, join, sync
from tests.support.group_talk import HEARTBEAT, JOIN, SYNC, Talk

JOIN_IN_ONE_STEP = 3
COMMIT_WITH_RETENTION = 4
HOUR_S, WEEK_S = 3600, 7 * 24 * 3600
MANY_CHECKS_S = 3
"""Thirty times the interval between two looks for expired positions."""
GROUP_RESOURCE = 32
TRANSACTIONAL_ID = 1
LONGEST_TEXT = 2**15 - 1

Scene = Callable[[GroupPeer, str], Awaitable[object]]


class Kept(NamedTuple):
    """A scene, and what comes of it on Kafka and on our broker."""

    scene: Scene
    theirs: object
    ours: object


async def members_that_are_alike(peer: GroupPeer, group: str) -> object:
    """What "a" gets of one partition that "p" may have as well: in a hash map of Java "p" is first.

    Whoever comes last of those without partitions has to take the one that is left.
    """
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic, 1)
        for member in ("z", "a", "p"):
            await heard(talk, arrive(group, member, topic), by=member)
        await heard(talk, live(group, "z", -1), by="z")
        told = await heard(talk, live(group, "a", 3))
    return _partitions(told)


async def upgrade_while_members_gather(peer: GroupPeer, group: str) -> object:
    """A newer member joins within the initial delay of a classic group."""
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic)
        waits = await talk.begin(join(group, protocols=reads(topic)), JOIN_IN_ONE_STEP, by="old")
        await talk.wait_for("PreparingRebalance", 1)
        newer = await heard(talk, arrive(group, "a", topic))
        told = await talk.answer(waits)
    return ErrorCode(newer.error_code).name, ErrorCode(told.error_code).name


async def upgrade_of_two_owners(peer: GroupPeer, group: str) -> object:
    """A newer member joins a classic group whose leader gave partition 0 to both members."""
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic)
        request = join(group, protocols=reads(topic))
        waits = [await talk.begin(request, JOIN_IN_ONE_STEP, by=by) for by in ("old", "other")]
        told = [await talk.answer(each) for each in waits]
        both = {each.member_id: assignment(topic, 0) for each in told}
        leads = next(each for each in told if each.leader == each.member_id)
        await talk.ask(sync(group, leads.member_id, leads.generation_id, both), SYNC)
        newer = await heard(talk, arrive(group, "a", topic))
    return ErrorCode(newer.error_code).name


async def clock_is_set_back(peer: GroupPeer, group: str) -> object:
    """How many partitions go to a member that joins after the clock was set back by an hour."""
    async with peer.talk(group) as talk:
        await talk.ready()
        await _set_interval(talk, 1)
        topic = f"topic-{group}"
        topic_id = await topic_of(talk, topic)
        peer.set_clock(HOUR_S)
        await heard(talk, arrive(group, "a", topic))
        peer.set_clock(0)
        await heard(talk, arrive(group, "b", topic), by="b")
        told = await heard(talk, live(group, "a", 2, owned={topic_id: [0, 1]}))
    return _partitions(told)


async def restart_after_a_downgrade(peer: GroupPeer, group: str) -> object:
    """What the classic member hears after a restart, when the last newer member has left."""
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic)
        await heard(talk, arrive(group, "a", topic))
        request = join(group, protocols=reads(topic))
        old = await talk.ask(request, JOIN_IN_ONE_STEP, by="old")
        await heard(talk, live(group, "a", -1))
    await peer.restart()
    async with peer.talk(group) as talk:
        await talk.ready()
        request = beat(group, old.member_id, old.generation_id)
        told = await talk.ask(request, HEARTBEAT, by="old")
    return ErrorCode(told.error_code).name


async def longest_instance_id(peer: GroupPeer, group: str) -> object:
    """What a static member hears whose name is as long as a text may be."""
    async with peer.talk(group) as talk:
        await talk.ready()
        told = await talk.ask(join(group, instance="x" * LONGEST_TEXT), JOIN)
    return ErrorCode(told.error_code).name


async def clock_jumps_ahead(peer: GroupPeer, group: str) -> object:
    """The position of an idle group after the clock jumped by more than the time it is kept."""
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic)
        await talk.ask(commit(group, {topic: [(0, 5, 1, "")]}), COMMIT)
        read = fetch(group, {topic: [0]})
        peer.set_clock(2 * WEEK_S)
        end_s = time.monotonic() + MANY_CHECKS_S
        await talk.until(read, FETCH, lambda told: _is_gone(told) or time.monotonic() > end_s)
        told = await talk.ask(read, FETCH)
        peer.set_clock(0)
    return _position(told)


async def coordinator_of_a_transactional_id(peer: GroupPeer, group: str) -> object:
    """Who coordinates transactions, once the topic for them has been made."""
    async with peer.talk(group) as talk:
        find = FindCoordinatorRequest(key=group, key_type=TRANSACTIONAL_ID)
        not_yet = ErrorCode.COORDINATOR_NOT_AVAILABLE
        await talk.until(find, 1, lambda answer: answer.error_code != not_yet)
        told = await talk.ask(find, 1)
    return ErrorCode(told.error_code).name


async def return_with_a_promised_id(peer: GroupPeer, group: str) -> object:
    """What a client hears that comes back with its id after expired positions were looked for.

    The position of another group, which expires at once, tells that this has happened.
    """
    async with peer.talk(group) as talk:
        await talk.ready()
        topic = f"topic-{group}"
        await topic_of(talk, topic)
        promise = await talk.ask(join(group), JOIN)
        short = commit(f"{group}-short", {topic: [(0, 6, 1, "")]}, retention_ms=1)
        await talk.ask(short, COMMIT_WITH_RETENTION)
        await talk.until(fetch(f"{group}-short", {topic: [0]}), FETCH, _is_gone)
        told = await talk.ask(join(group, promise.member_id), JOIN)
    return ErrorCode(told.error_code).name


async def _set_interval(talk: Talk, interval_ms: int) -> None:
    value = AlterableConfig("consumer.assignment.interval.ms", 0, str(interval_ms))
    resource = AlterConfigsResource(GROUP_RESOURCE, talk.group, [value])
    answer = await talk.ask(IncrementalAlterConfigsRequest([resource]), 1)
    assert answer.responses[0].error_code == ErrorCode.NONE, answer


def _partitions(told: ConsumerGroupHeartbeatResponse) -> object:
    """The partitions that an answer assigns; None for an answer that assigns nothing new."""
    if told.assignment is None:
        return None
    return [each for topic in told.assignment.topic_partitions for each in topic.partitions]


def _position(answer: OffsetFetchResponse) -> int:
    return answer.groups[0].topics[0].partitions[0].committed_offset


def _is_gone(answer: OffsetFetchResponse) -> bool:
    return _position(answer) == -1


KEPT = {
    "alike": Kept(members_that_are_alike, theirs=[0], ours=None),
    "gathering": Kept(
        upgrade_while_members_gather,
        theirs=("UNKNOWN_SERVER_ERROR", "REBALANCE_IN_PROGRESS"),
        ours=("NONE", "REBALANCE_IN_PROGRESS"),
    ),
    "two-owners": Kept(
        upgrade_of_two_owners, theirs="UNKNOWN_SERVER_ERROR", ours="GROUP_ID_NOT_FOUND"
    ),
    "set-back": Kept(clock_is_set_back, theirs=None, ours=[0]),
    "downgraded": Kept(restart_after_a_downgrade, theirs="NONE", ours="REBALANCE_IN_PROGRESS"),
    "long-id": Kept(longest_instance_id, theirs="UNKNOWN_SERVER_ERROR", ours="NONE"),
    "transactional": Kept(
        coordinator_of_a_transactional_id,
        theirs="NONE",
        ours="TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    ),
    "jump": Kept(clock_jumps_ahead, theirs=-1, ours=5),
}
