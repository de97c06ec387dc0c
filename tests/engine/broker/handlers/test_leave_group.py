"""LeaveGroup: who is named rightly goes, and the others learn of it."""

import pytest

from engine.broker.handlers.leave_group import LeaveGroupHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from tests.support.group_broker import GroupBroker
from tests.support.group_requests import NOBODY, beat, join, leave
from tests.support.group_talk import DESCRIBE, HEARTBEAT, JOIN, LEAVE, Talk, enter, stable_pair
from tests.support.topic_broker import context

VERSIONS = range(6)
BATCHED = range(3, 6)
GROUP = "orders"


async def members(talk: Talk) -> set[str]:
    answer = await talk.ask(DescribeGroupsRequest(groups=[GROUP]), DESCRIBE)
    return {each.member_id for each in answer.groups[0].members}


@pytest.mark.parametrize("version", VERSIONS)
async def test_member_that_leaves_makes_the_others_rebalance(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk)
    answer = await talk.ask(leave(GROUP, (b, None)), version, by="b")
    assert answer.error_code == ErrorCode.NONE
    assert [each.error_code for each in answer.members] == ([0] if version >= 3 else [])
    beaten = await talk.ask(beat(GROUP, a, generation), HEARTBEAT)
    assert beaten.error_code == ErrorCode.REBALANCE_IN_PROGRESS
    gone = await talk.ask(beat(GROUP, b, generation), HEARTBEAT)
    assert gone.error_code == ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("version", VERSIONS)
async def test_last_member_that_leaves_empties_the_group(talk: Talk, version: int) -> None:
    joined = await enter(talk)
    answer = await talk.ask(leave(GROUP, (joined.member_id, None)), version)
    assert answer.error_code == ErrorCode.NONE
    await talk.wait_for("Empty", 0)
    assert await members(talk) == set()


@pytest.mark.parametrize("version", range(3))
async def test_stranger_is_the_error_of_the_whole_answer_before_version_3(
    talk: Talk, version: int
) -> None:
    answer = await talk.ask(leave(GROUP, (NOBODY, None)), version)
    assert answer.error_code == ErrorCode.UNKNOWN_MEMBER_ID
    await stable_pair(talk)
    answer = await talk.ask(leave(GROUP, (NOBODY, None)), version)
    assert answer.error_code == ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("version", VERSIONS)
async def test_group_without_a_name_is_invalid(talk: Talk, version: int) -> None:
    answer = await talk.ask(leave("", (NOBODY, None)), version)
    assert (answer.error_code, answer.members) == (ErrorCode.INVALID_GROUP_ID, [])


@pytest.mark.parametrize("version", BATCHED)
async def test_each_member_has_an_error_of_its_own(talk: Talk, version: int) -> None:
    a, b, _ = await stable_pair(talk, instances=("desk-a", None))
    named = [(NOBODY, None), ("", "desk-z"), (b, "desk-a"), (b, None), ("", "desk-a"), (b, None)]
    answer = await talk.ask(leave(GROUP, *named), version)
    assert answer.error_code == ErrorCode.NONE
    told = [(each.member_id, each.group_instance_id) for each in answer.members]
    assert told == named
    assert [each.error_code for each in answer.members] == [
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.FENCED_INSTANCE_ID,
        ErrorCode.NONE,
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_MEMBER_ID,
    ]
    assert await members(talk) == set()
    assert a


@pytest.mark.parametrize("version", BATCHED)
async def test_nobody_leaves_when_all_are_named_wrongly(talk: Talk, version: int) -> None:
    a, b, generation = await stable_pair(talk)
    for named in ([(NOBODY, None), (a, "desk")], []):
        await talk.ask(leave(GROUP, *named), version)
        for member_id in (a, b):
            beaten = await talk.ask(beat(GROUP, member_id, generation), HEARTBEAT)
            assert beaten.error_code == ErrorCode.NONE


@pytest.mark.parametrize("version", BATCHED)
async def test_members_of_an_unknown_group_are_unknown(talk: Talk, version: int) -> None:
    answer = await talk.ask(leave(GROUP, (NOBODY, None), ("", "desk")), version)
    assert answer.error_code == ErrorCode.NONE
    assert {each.error_code for each in answer.members} == {ErrorCode.UNKNOWN_MEMBER_ID}


async def test_reason_of_version_5_is_taken(talk: Talk) -> None:
    joined = await enter(talk)
    identity = MemberIdentity(joined.member_id, None, "the consumer is being closed")
    request = LeaveGroupRequest(group_id=GROUP, members=[identity])
    answer = await talk.ask(request, 5)
    assert [each.error_code for each in answer.members] == [ErrorCode.NONE]


async def test_promised_member_can_leave_before_it_joins(talk: Talk) -> None:
    promised = (await talk.ask(join(GROUP), JOIN)).member_id
    answer = await talk.ask(leave(GROUP, (promised, None)), LEAVE)
    assert answer.members[0].error_code == ErrorCode.NONE
    late = await talk.ask(join(GROUP, promised), JOIN)
    assert late.error_code == ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("version", [2, 5])
async def test_without_a_coordinator_the_answer_says_so(broker: GroupBroker, version: int) -> None:
    handler, facts = LeaveGroupHandler(broker.shell), context(ApiKey.LEAVE_GROUP, version)
    request = leave(GROUP, (NOBODY, None))
    answer = await handler.handle(request, facts)
    assert (answer.error_code, answer.members) == (ErrorCode.COORDINATOR_NOT_AVAILABLE, [])
    await broker.begin_loading()
    answer = await handler.handle(request, facts)
    assert answer.error_code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
