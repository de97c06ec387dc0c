"""Heartbeat: NONE, or what a member has to do next."""

import pytest

from engine.broker.handlers.heartbeat import HeartbeatHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from tests.support.group_broker import GroupBroker
from tests.support.group_requests import NOBODY, beat, join
from tests.support.group_talk import HEARTBEAT, JOIN, Talk, enter, stable_pair
from tests.support.topic_broker import context

VERSIONS = range(5)
GROUP = "orders"


async def code_of(
    talk: Talk, version: int, member_id: str, generation: int, instance: str | None = None
) -> int:
    answer = await talk.ask(beat(GROUP, member_id, generation, instance), version)
    return answer.error_code


@pytest.mark.parametrize("version", VERSIONS)
async def test_member_of_the_generation_is_alive(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk)
    assert await code_of(talk, version, a, generation) == ErrorCode.NONE
    assert await code_of(talk, version, b, generation) == ErrorCode.NONE


@pytest.mark.parametrize("version", VERSIONS)
async def test_member_that_waits_for_its_assignment_is_alive(talk: Talk, version: int) -> None:
    joined = await enter(talk)
    code = await code_of(talk, version, joined.member_id, joined.generation_id)
    assert code == ErrorCode.NONE


@pytest.mark.parametrize("version", VERSIONS)
async def test_stranger_and_another_generation_are_refused(talk: Talk, version: int) -> None:
    assert await code_of(talk, version, NOBODY, 1) == ErrorCode.UNKNOWN_MEMBER_ID
    answer = await talk.ask(beat("", NOBODY, 1), version)
    assert answer.error_code == ErrorCode.INVALID_GROUP_ID
    a, _, generation = await stable_pair(talk)
    assert await code_of(talk, version, NOBODY, generation) == ErrorCode.UNKNOWN_MEMBER_ID
    for other in (generation - 1, generation + 1, -1):
        assert await code_of(talk, version, a, other) == ErrorCode.ILLEGAL_GENERATION


@pytest.mark.point(80)
@pytest.mark.parametrize("version", VERSIONS)
async def test_rebalance_is_told_for_as_long_as_it_lasts(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk)
    waiting = await talk.begin(join(GROUP, a), JOIN)
    await talk.wait_for("PreparingRebalance", 2)
    for _ in range(2):
        answer = await talk.ask(beat(GROUP, b, generation), version, by="b")
        assert answer.error_code == ErrorCode.REBALANCE_IN_PROGRESS
    await talk.ask(join(GROUP, b), JOIN, by="b")
    await talk.answer(waiting)
    assert await code_of(talk, version, a, generation) == ErrorCode.ILLEGAL_GENERATION
    assert await code_of(talk, version, a, generation + 1) == ErrorCode.NONE


@pytest.mark.parametrize("version", range(3, 5))
async def test_instance_id_is_checked_from_version_3_on(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk, instances=("desk-a", None))
    assert await code_of(talk, version, a, generation, "desk-a") == ErrorCode.NONE
    assert await code_of(talk, version, b, generation, "desk-a") == ErrorCode.FENCED_INSTANCE_ID
    assert await code_of(talk, version, b, generation, "desk-z") == ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.point(80)
async def test_heartbeats_keep_the_session_during_a_rebalance(broker: GroupBroker) -> None:
    """A member that is told to join again has its session time to do so."""
    await broker.serve()
    joined = await broker.stable_member(GROUP)
    handler = HeartbeatHandler(broker.shell)
    request = beat(GROUP, joined.member_id, joined.generation_id)
    for _ in range(3):
        await broker.pass_time(9)
        answer = handler.handle(request, context(ApiKey.HEARTBEAT, HEARTBEAT))
        assert answer.error_code == ErrorCode.NONE
    await broker.pass_time(10)
    answer = handler.handle(request, context(ApiKey.HEARTBEAT, HEARTBEAT))
    assert answer.error_code == ErrorCode.UNKNOWN_MEMBER_ID


async def test_members_go_on_while_their_coordinator_loads(broker: GroupBroker) -> None:
    """As in Kafka: nothing is known against them."""
    handler, facts = HeartbeatHandler(broker.shell), context(ApiKey.HEARTBEAT, HEARTBEAT)
    request = beat(GROUP, NOBODY, 1)
    assert handler.handle(request, facts).error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE
    await broker.begin_loading()
    assert handler.handle(request, facts).error_code == ErrorCode.NONE
    await broker.serve()
    assert handler.handle(request, facts).error_code == ErrorCode.UNKNOWN_MEMBER_ID
    await broker.shell.stop()
    assert handler.handle(request, facts).error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE
