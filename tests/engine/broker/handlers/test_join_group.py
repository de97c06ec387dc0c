"""JoinGroup, as clients see it: who becomes a member, who leads, who waits and for how long."""

import asyncio
from pathlib import Path

import pytest

from engine.broker.handlers.join_group import JoinGroupHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.join_group import JoinGroupRequest, JoinGroupResponse
from tests.support.group_broker import GroupBroker
from tests.support.group_conversation import subscription
from tests.support.group_requests import NOBODY, beat, join, leave, sync
from tests.support.group_talk import (
    HEARTBEAT,
    JOIN,
    LEAVE,
    SYNC,
    Talk,
    enter,
    stable_pair,
    talking,
)
from tests.support.kept_reply import KeptReply
from tests.support.running_engine import running_engine
from tests.support.topic_broker import context
from tests.support.waiting import until

VERSIONS = range(10)
GROUP = "orders"


@pytest.mark.parametrize("version", VERSIONS)
async def test_first_member_leads_a_generation_of_its_own(talk: Talk, version: int) -> None:
    answer = await enter(talk, version=version)
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, 1)
    assert answer.leader == answer.member_id
    assert answer.member_id.startswith("a-")
    assert answer.protocol_name == "range"
    assert answer.protocol_type == ("consumer" if version >= 7 else None)
    assert not answer.skip_assignment
    ((member_id, instance_id, metadata),) = [
        (each.member_id, each.group_instance_id, each.metadata) for each in answer.members
    ]
    assert (member_id, instance_id) == (answer.member_id, None)
    assert metadata == subscription("clicks")


@pytest.mark.point(74)
@pytest.mark.parametrize("version", VERSIONS)
async def test_member_id_is_asked_for_from_version_4_on(talk: Talk, version: int) -> None:
    answer = await talk.ask(join(talk.group), version)
    asked = answer.error_code == ErrorCode.MEMBER_ID_REQUIRED
    assert asked == (version >= 4)
    assert answer.member_id
    assert answer.generation_id == (-1 if asked else 1)


@pytest.mark.point(74)
@pytest.mark.parametrize("version", range(5, 10))
async def test_static_member_needs_one_step(talk: Talk, version: int) -> None:
    answer = await talk.ask(join(talk.group, instance="desk"), version)
    assert answer.error_code == ErrorCode.NONE
    assert answer.member_id.startswith("desk-")
    assert [each.group_instance_id for each in answer.members] == ["desk"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"group": ""}, ErrorCode.INVALID_GROUP_ID),
        ({"session_ms": 5_999}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"session_ms": 1_800_001}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"session_ms": -1}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"protocols": {}}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"kind": ""}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"member_id": NOBODY}, ErrorCode.UNKNOWN_MEMBER_ID),
    ],
    ids=str,
)
async def test_refusal_carries_no_generation(
    talk: Talk, version: int, how: dict[str, object], code: ErrorCode
) -> None:
    answer = await talk.ask(join(**{"group": talk.group, **how}), version)
    assert (answer.error_code, answer.generation_id) == (code, -1)
    assert answer.member_id == how.get("member_id", "")
    assert answer.protocol_name == (None if version >= 7 else "")
    assert (answer.leader, answer.members) == ("", [])


@pytest.mark.point(75)
async def test_bounds_of_the_session_are_the_broker_s(tmp_path: Path) -> None:
    settings = {"group_min_session_timeout_ms": 100, "group_max_session_timeout_ms": 200}
    async with talking(tmp_path, **settings) as talk:
        for session_ms in (99, 201):
            answer = await talk.ask(join(GROUP, session_ms=session_ms), JOIN)
            assert answer.error_code == ErrorCode.INVALID_SESSION_TIMEOUT
        for session_ms in (100, 200):
            answer = await talk.ask(join(GROUP, session_ms=session_ms), JOIN)
            assert answer.error_code == ErrorCode.MEMBER_ID_REQUIRED


@pytest.mark.point(84)
async def test_group_that_is_full_takes_nobody(tmp_path: Path) -> None:
    async with talking(tmp_path, group_max_size=1) as talk:
        await enter(talk)
        answer = await talk.ask(join(GROUP), 3, by="b")
        assert answer.error_code == ErrorCode.GROUP_MAX_SIZE_REACHED
        assert answer.member_id == ""


@pytest.mark.point(78)
@pytest.mark.parametrize("version", VERSIONS)
async def test_follower_that_joins_as_it_was_makes_no_rebalance(talk: Talk, version: int) -> None:
    """★ One rebalance too many is a bug."""
    a, b, generation = await stable_pair(talk)
    answer = await talk.ask(join(GROUP, b), version, by="b")
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, generation)
    assert (answer.leader, answer.members) == (a, [])
    assert (await talk.ask(beat(GROUP, a, generation), HEARTBEAT)).error_code == ErrorCode.NONE


@pytest.mark.point(78)
@pytest.mark.parametrize("version", VERSIONS)
async def test_follower_with_another_subscription_waits_for_the_leader(
    talk: Talk, version: int
) -> None:
    a, b, generation = await stable_pair(talk)
    changed = join(GROUP, b, protocols={"range": subscription("views")})
    waiting = await talk.begin(changed, version, by="b")
    await talk.wait_for("PreparingRebalance", 2)
    beaten = await talk.ask(beat(GROUP, a, generation), HEARTBEAT)
    assert beaten.error_code == ErrorCode.REBALANCE_IN_PROGRESS
    leads = await talk.ask(join(GROUP, a), version)
    follows = await talk.answer(waiting)
    assert leads.generation_id == follows.generation_id == generation + 1
    assert leads.leader == follows.leader == a
    assert {each.member_id: each.metadata for each in leads.members} == {
        a: subscription("clicks"),
        b: subscription("views"),
    }
    assert follows.members == []


@pytest.mark.point(83)
async def test_metadata_and_protocols_are_kept_byte_for_byte(talk: Talk) -> None:
    """Cooperative assignors put their own bytes there (KIP-429)."""
    protocols = {"own": b"\xff\x00\xfe", "range": b""}
    answer = await enter(talk, protocols=protocols, kind="anything")
    assert (answer.protocol_name, answer.protocol_type) == ("own", "anything")
    assert [each.metadata for each in answer.members] == [b"\xff\x00\xfe"]


@pytest.mark.point(82)
@pytest.mark.parametrize("version", range(5, 10))
async def test_returning_static_follower_takes_its_place(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk, instances=("desk-a", "desk-b"))
    answer = await talk.ask(join(GROUP, instance="desk-b"), version, by="b2")
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, generation)
    assert answer.member_id not in (a, b)
    assert (answer.leader, answer.members, answer.skip_assignment) == (a, [], False)
    fenced = await talk.ask(join(GROUP, b, instance="desk-b"), version, by="b")
    assert fenced.error_code == ErrorCode.FENCED_INSTANCE_ID


@pytest.mark.point(82)
@pytest.mark.parametrize("version", range(5, 10))
async def test_returning_static_leader_skips_the_assignment_if_it_can(
    talk: Talk, version: int
) -> None:
    """Before version 9 it is told that its old id leads, so that it assigns nothing."""
    a, _, generation = await stable_pair(talk, instances=("desk-a", "desk-b"))
    answer = await talk.ask(join(GROUP, instance="desk-a"), version, by="a2")
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, generation)
    assert answer.skip_assignment == (version >= 9)
    assert answer.leader == (answer.member_id if version >= 9 else a)
    assert len(answer.members) == (2 if version >= 9 else 0)
    assert (
        await talk.ask(sync(GROUP, answer.member_id, generation, instance="desk-a"), SYNC)
    ).assignment == b"for a"


async def test_member_that_leaves_ends_the_wait_of_the_others(talk: Talk) -> None:
    a, b, generation = await stable_pair(talk)
    waiting = await talk.begin(join(GROUP, a), JOIN)
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(leave(GROUP, (b, None)), LEAVE, by="b")
    answer = await talk.answer(waiting)
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, generation + 1)
    assert [each.member_id for each in answer.members] == [a]


async def test_second_join_of_a_member_ends_the_wait_of_the_first(talk: Talk) -> None:
    """The client has given up on its first request and comes on another connection."""
    a, b, _ = await stable_pair(talk)
    first = await talk.begin(join(GROUP, a), JOIN, by="a")
    await talk.wait_for("PreparingRebalance", 2)
    second = await talk.begin(join(GROUP, a), JOIN, by="a again")
    assert (await talk.answer(first)).error_code == ErrorCode.REBALANCE_IN_PROGRESS
    await talk.ask(join(GROUP, b), JOIN, by="b")
    assert (await talk.answer(second)).error_code == ErrorCode.NONE


async def test_stop_of_the_engine_answers_joins_that_wait(tmp_path: Path) -> None:
    async with (
        running_engine(tmp_path / "data") as engine,
        Talk(engine.address.host, engine.address.port, GROUP) as talk,
    ):
        await talk.ready()
        a, _, _ = await stable_pair(talk)
        waiting = await talk.begin(join(GROUP, a), JOIN)
        await talk.wait_for("PreparingRebalance", 2)
        await engine.stop()
        answer = await talk.answer(waiting)
        assert answer.error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE


async def test_members_go_on_after_a_restart(tmp_path: Path) -> None:
    """★ Generation, leadership and assignments are found in `__consumer_offsets`."""
    async with talking(tmp_path) as talk:
        a, b, generation = await stable_pair(talk)
    async with talking(tmp_path) as talk:
        for member_id in (a, b):
            beaten = await talk.ask(beat(GROUP, member_id, generation), HEARTBEAT)
            assert beaten.error_code == ErrorCode.NONE
        answer = await talk.ask(join(GROUP, b), JOIN)
        assert (answer.leader, answer.generation_id) == (a, generation)
        synced = await talk.ask(sync(GROUP, b, generation), SYNC)
        assert synced.assignment == b"for b"


async def ask(broker: GroupBroker, request: JoinGroupRequest, version: int) -> JoinGroupResponse:
    """Give a request to the handler itself."""
    reply = KeptReply(JoinGroupResponse)
    JoinGroupHandler(broker.shell).handle(request, context(ApiKey.JOIN_GROUP, version), reply)
    return await reply.response()


async def test_while_groups_load_and_without_them_the_answer_says_so(broker: GroupBroker) -> None:
    answer = await ask(broker, join(GROUP, NOBODY), JOIN)
    assert answer.error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE
    await broker.begin_loading()
    answer = await ask(broker, join(GROUP, NOBODY), JOIN)
    assert answer.error_code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    assert (answer.member_id, answer.generation_id) == (NOBODY, -1)


@pytest.mark.parametrize(("version", "patience_s"), [(0, 10), (1, 25), (9, 25)])
async def test_others_wait_for_a_member_as_long_as_its_rebalance_timeout(
    broker: GroupBroker, version: int, patience_s: int
) -> None:
    """Version 0 has no rebalance time-out: there it is that of the session."""
    await broker.serve()
    late = join(GROUP, session_ms=10_000, rebalance_ms=25_000 if version else -1)
    if version >= 4:
        late.member_id = (await ask(broker, late, version)).member_id
    member = await ask(broker, late, version)
    await broker.sync(GROUP, member)
    other = asyncio.ensure_future(ask(broker, join(GROUP, rebalance_ms=5_000), 1))
    await until(lambda: broker.state(GROUP) == "PreparingRebalance")
    for _ in range(patience_s - 1):
        await broker.pass_time(1)
        broker.heartbeat(GROUP, member)
    assert not other.done()
    await broker.pass_time(1)
    answer = await other
    assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, 2)
    assert [each.member_id for each in answer.members] == [answer.member_id]
