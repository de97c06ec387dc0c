"""ConsumerGroupHeartbeat, as clients see it: what members tell, and what they hear."""

from pathlib import Path
from typing import Any

import pytest

from engine.broker.handlers.consumer_group_heartbeat import ConsumerGroupHeartbeatHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)
from tests.support.consumer_requests import arrive, live
from tests.support.group_broker import GroupBroker
from tests.support.group_talk import Talk, talking
from tests.support.kept_reply import KeptReply
from tests.support.topic_broker import context

VERSIONS = range(2)


def partitions_of(answer: object) -> dict[bytes, list[int]] | None:
    assignment = answer.assignment  # type: ignore[attr-defined]  # any answer of this API
    if assignment is None:
        return None
    return {each.topic_id: each.partitions for each in assignment.topic_partitions}


@pytest.mark.parametrize("version", VERSIONS)
async def test_member_joins_lives_and_leaves(talk: Talk, version: int) -> None:
    group = talk.group
    topic_id = await talk.topic("clicks", 3)
    answer = await talk.ask(arrive(group, "a", "clicks"), version)
    assert (answer.error_code, answer.member_id, answer.member_epoch) == (ErrorCode.NONE, "a", 2)
    assert answer.heartbeat_interval_ms == 5_000
    assert partitions_of(answer) == {topic_id: [0, 1, 2]}
    answer = await talk.ask(live(group, "a", 2, owned={topic_id: [0, 1, 2]}), version)
    assert (answer.member_epoch, partitions_of(answer)) == (2, None)
    answer = await talk.ask(live(group, "a", -1), version)
    assert (answer.error_code, answer.member_epoch) == (ErrorCode.NONE, -1)


@pytest.mark.point(89)
async def test_version_0_is_given_a_member_id_and_version_1_has_to_bring_one(talk: Talk) -> None:
    answer = await talk.ask(arrive(talk.group, "", "clicks"), 1)
    assert (answer.error_code, answer.error_message) == (
        ErrorCode.INVALID_REQUEST,
        "MemberId can't be empty.",
    )
    answer = await talk.ask(arrive(talk.group, "", "clicks"), 0)
    assert (answer.error_code, len(answer.member_id)) == (ErrorCode.NONE, 22)


async def test_refusal_says_why_and_nothing_else(talk: Talk) -> None:
    answer = await talk.ask(live(talk.group, "a", 7), 1)
    assert answer.error_code == ErrorCode.GROUP_ID_NOT_FOUND
    assert answer.error_message == f"Consumer group {talk.group} not found."
    assert (answer.member_id, answer.member_epoch, answer.assignment) == (None, 0, None)


async def test_topic_that_is_made_and_grows_is_assigned(tmp_path: Path) -> None:
    async with talking(tmp_path, group_consumer_assignment_interval_ms=0) as talk:
        answer = await talk.ask(arrive(talk.group, "a", "clicks"), 1)
        assert partitions_of(answer) == {}
        topic_id = await talk.topic("clicks", 1)
        answer = await talk.ask(live(talk.group, "a", answer.member_epoch), 1)
        assert partitions_of(answer) == {topic_id: [0]}
        await talk.delete_topic("clicks")
        answer = await talk.ask(live(talk.group, "a", answer.member_epoch, owned={}), 1)
        assert partitions_of(answer) == {}


async def test_expression_is_resolved_without_another_request(tmp_path: Path) -> None:
    """The shell looks it up in a turn of its own, right after the join."""
    async with talking(tmp_path, group_consumer_assignment_interval_ms=0) as talk:
        topic_id = await talk.topic("clicks", 2)
        answer = await talk.ask(arrive(talk.group, "a", regex="cl.*"), 1)
        epoch = answer.member_epoch
        while epoch == answer.member_epoch:
            answer = await talk.ask(live(talk.group, "a", epoch), 1)
        assert partitions_of(answer) == {topic_id: [0, 1]}


@pytest.mark.point(90)
async def test_configured_bounds_are_told_and_kept(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "group_consumer_heartbeat_interval_ms": 7_000,
        "group_consumer_max_size": 1,
        "group_consumer_assignors": ("range",),
    }
    async with talking(tmp_path, **settings) as talk:
        answer = await talk.ask(arrive(talk.group, "a", "clicks"), 1)
        assert answer.heartbeat_interval_ms == 7_000
        answer = await talk.ask(arrive(talk.group, "b", "clicks"), 1)
        assert answer.error_code == ErrorCode.GROUP_MAX_SIZE_REACHED
        answer = await talk.ask(arrive("other", "a", "clicks", assignor="uniform"), 1)
        assert answer.error_code == ErrorCode.UNSUPPORTED_ASSIGNOR


async def test_protocol_that_is_turned_off_is_unsupported(tmp_path: Path) -> None:
    async with talking(tmp_path, group_coordinator_rebalance_protocols=("classic",)) as talk:
        answer = await talk.ask(arrive(talk.group, "a", "clicks"), 1)
        assert answer.error_code == ErrorCode.UNSUPPORTED_VERSION


async def ask(
    broker: GroupBroker, request: ConsumerGroupHeartbeatRequest
) -> ConsumerGroupHeartbeatResponse:
    """Give a request to the handler itself."""
    reply = KeptReply(ConsumerGroupHeartbeatResponse)
    asked = context(ApiKey.CONSUMER_GROUP_HEARTBEAT, 1)
    ConsumerGroupHeartbeatHandler(broker.shell).handle(request, asked, reply)
    return await reply.response()


async def test_groups_that_are_not_loaded_are_told_so(broker: GroupBroker) -> None:
    answer = await ask(broker, arrive("orders", "a", "clicks"))
    assert answer.error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE
    await broker.serve()
    answer = await ask(broker, arrive("orders", "a", "clicks"))
    assert answer.error_code == ErrorCode.NONE


async def test_silent_member_is_taken_out_by_the_clock(broker: GroupBroker) -> None:
    await broker.serve()
    answer = await ask(broker, arrive("orders", "a", "clicks"))
    await broker.pass_time(44.9)
    answer = await ask(broker, live("orders", "a", answer.member_epoch))
    assert answer.error_code == ErrorCode.NONE
    await broker.pass_time(45.1)
    answer = await ask(broker, live("orders", "a", answer.member_epoch))
    assert answer.error_code == ErrorCode.UNKNOWN_MEMBER_ID
