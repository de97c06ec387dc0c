"""SyncGroup: every member gets what the leader brought for it, zero bytes included."""

import pytest

from engine.broker.handlers.sync_group import SyncGroupHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.sync_group import SyncGroupResponse
from tests.support.group_broker import GroupBroker
from tests.support.group_requests import NOBODY, beat, join, leave, sync
from tests.support.group_talk import (
    HEARTBEAT,
    JOIN,
    LEAVE,
    SYNC,
    Talk,
    enter,
    stable_pair,
)
from tests.support.kept_reply import KeptReply
from tests.support.topic_broker import context

VERSIONS = range(6)
GROUP = "orders"


async def completing_pair(talk: Talk) -> tuple[str, str, int]:
    """Leader "a" and follower "b" of a generation that has no assignment yet."""
    a, b, generation = await stable_pair(talk)
    leads = await talk.begin(join(GROUP, a), JOIN, by="a")
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(join(GROUP, b), JOIN, by="b")
    await talk.answer(leads)
    return a, b, generation + 1


@pytest.mark.point(79)
@pytest.mark.parametrize("version", VERSIONS)
async def test_follower_waits_for_the_leader(talk: Talk, version: int) -> None:
    a, b, generation = await completing_pair(talk)
    waiting = await talk.begin(sync(GROUP, b, generation), version, by="b")
    of_leader = await talk.ask(sync(GROUP, a, generation, {a: b"A", b: b"B"}), version)
    of_follower = await talk.answer(waiting)
    for answer, assignment in ((of_leader, b"A"), (of_follower, b"B")):
        assert (answer.error_code, answer.assignment) == (ErrorCode.NONE, assignment)
        told = (answer.protocol_type, answer.protocol_name)
        assert told == (("consumer", "range") if version >= 5 else (None, None))


@pytest.mark.point(79)
@pytest.mark.parametrize("version", VERSIONS)
async def test_member_without_an_assignment_gets_zero_bytes(talk: Talk, version: int) -> None:
    """★ Empty, not absent: clients read the length."""
    a, b, generation = await completing_pair(talk)
    waiting = await talk.begin(sync(GROUP, b, generation), version, by="b")
    of_leader = await talk.ask(sync(GROUP, a, generation, {NOBODY: b"lost"}), version)
    assert of_leader.assignment == (await talk.answer(waiting)).assignment == b""


@pytest.mark.parametrize("version", VERSIONS)
async def test_assignment_can_be_asked_for_again(talk: Talk, version: int) -> None:
    _, b, generation = await stable_pair(talk)
    for _ in range(2):
        answer = await talk.ask(sync(GROUP, b, generation), version, by="b")
        assert (answer.error_code, answer.assignment) == (ErrorCode.NONE, b"for b")


@pytest.mark.parametrize("version", VERSIONS)
async def test_sync_for_another_member_or_generation_is_refused(talk: Talk, version: int) -> None:
    unknown = await talk.ask(sync(GROUP, NOBODY, 1), version)
    assert unknown.error_code == ErrorCode.UNKNOWN_MEMBER_ID
    assert (await talk.ask(sync("", NOBODY, 1), version)).error_code == ErrorCode.INVALID_GROUP_ID
    _, b, generation = await stable_pair(talk)
    refusals = [
        (sync(GROUP, NOBODY, generation), ErrorCode.UNKNOWN_MEMBER_ID),
        (sync(GROUP, b, generation - 1), ErrorCode.ILLEGAL_GENERATION),
        (sync(GROUP, b, generation + 1), ErrorCode.ILLEGAL_GENERATION),
        (sync(GROUP, b, -1), ErrorCode.ILLEGAL_GENERATION),
    ]
    for request, code in refusals:
        answer = await talk.ask(request, version, by="b")
        assert (answer.error_code, answer.assignment) == (code, b"")


@pytest.mark.parametrize("version", range(3, 6))
async def test_static_member_whose_instance_was_taken_is_fenced(talk: Talk, version: int) -> None:
    _, b, generation = await stable_pair(talk, instances=("desk-a", "desk-b"))
    await talk.ask(join(GROUP, instance="desk-b"), JOIN, by="b2")
    answer = await talk.ask(sync(GROUP, b, generation, instance="desk-b"), version, by="b")
    assert answer.error_code == ErrorCode.FENCED_INSTANCE_ID


async def test_version_5_checks_protocol_type_and_name(talk: Talk) -> None:
    joined = await enter(talk)
    me, generation = joined.member_id, joined.generation_id
    pairs = [("connect", "range"), ("consumer", "own"), (None, "range"), ("consumer", None)]
    for kind, protocol in pairs:
        wrong = sync(GROUP, me, generation, {}, kind=kind, protocol=protocol)
        answer = await talk.ask(wrong, SYNC)
        assert answer.error_code == ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    answer = await talk.ask(sync(GROUP, me, generation, {}), SYNC)
    assert answer.error_code == ErrorCode.NONE


@pytest.mark.parametrize("version", VERSIONS)
async def test_rebalance_ends_the_wait_for_the_leader(talk: Talk, version: int) -> None:
    a, b, generation = await completing_pair(talk)
    waiting = await talk.begin(sync(GROUP, b, generation), version, by="b")
    await talk.ask(beat(GROUP, a, generation), HEARTBEAT)
    await talk.ask(leave(GROUP, (a, None)), LEAVE)
    assert (await talk.answer(waiting)).error_code == ErrorCode.REBALANCE_IN_PROGRESS


@pytest.mark.parametrize("version", VERSIONS)
async def test_sync_during_the_join_phase_is_told_to_join(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk)
    waiting = await talk.begin(join(GROUP, a), JOIN)
    await talk.wait_for("PreparingRebalance", 2)
    answer = await talk.ask(sync(GROUP, b, generation), version, by="b")
    assert answer.error_code == ErrorCode.REBALANCE_IN_PROGRESS
    await talk.ask(join(GROUP, b), JOIN, by="b")
    await talk.answer(waiting)


async def test_without_a_coordinator_the_answer_says_so(broker: GroupBroker) -> None:
    handler = SyncGroupHandler(broker.shell)
    request, facts = sync(GROUP, NOBODY, 1), context(ApiKey.SYNC_GROUP, SYNC)
    for code in (ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS):
        reply = KeptReply(SyncGroupResponse)
        handler.handle(request, facts, reply)
        assert (await reply.response()).error_code == code
        await broker.begin_loading()
