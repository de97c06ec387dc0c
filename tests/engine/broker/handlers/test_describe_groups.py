"""DescribeGroups: state and members of each group, in the order asked, byte for byte."""

import pytest

from engine.broker.handlers.describe_groups import DescribeGroupsHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_groups import DescribedGroup, DescribeGroupsRequest
from tests.support.group_broker import GroupBroker
from tests.support.group_conversation import subscription
from tests.support.group_requests import commit, join, leave
from tests.support.group_talk import JOIN, LEAVE, Talk, enter, stable_pair
from tests.support.topic_broker import context

VERSIONS = range(7)
GROUP = "orders"
NOT_ASKED = -(2**31)
ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11
"""READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS (KIP-430, KIP-848)."""


async def described(talk: Talk, version: int, group: str = GROUP) -> DescribedGroup:
    answer = await talk.ask(DescribeGroupsRequest(groups=[group]), version)
    (found,) = answer.groups
    assert found.group_id == group
    return found


@pytest.mark.parametrize("version", VERSIONS)
async def test_stable_group_is_told_in_full(talk: Talk, version: int) -> None:
    a, b, _ = await stable_pair(talk, instances=("desk-a", None))
    found = await described(talk, version)
    assert (found.error_code, found.error_message) == (ErrorCode.NONE, None)
    assert (found.group_state, found.protocol_type) == ("Stable", "consumer")
    assert found.protocol_data == "range"
    assert found.authorized_operations == NOT_ASKED
    members = {each.member_id: each for each in found.members}
    assert set(members) == {a, b}
    assert members[a].group_instance_id == ("desk-a" if version >= 4 else None)
    assert members[b].group_instance_id is None
    assert {(each.client_id, each.client_host) for each in found.members} == {
        ("a", "/127.0.0.1"),
        ("b", "/127.0.0.1"),
    }
    assert {each.member_metadata for each in found.members} == {subscription("clicks")}
    assert (members[a].member_assignment, members[b].member_assignment) == (b"for a", b"for b")


@pytest.mark.parametrize("version", VERSIONS)
async def test_each_state_has_its_name(talk: Talk, version: int) -> None:
    joined = await enter(talk)
    found = await described(talk, version)
    assert (found.group_state, found.protocol_data) == ("CompletingRebalance", "")
    assert [each.member_metadata for each in found.members] == [b""]
    other = join(GROUP)
    other.member_id = (await talk.ask(other, JOIN, by="b")).member_id
    waiting = await talk.begin(other, JOIN, by="b")
    await talk.wait_for("PreparingRebalance", 2)
    assert (await described(talk, version)).group_state == "PreparingRebalance"
    await talk.ask(leave(GROUP, (joined.member_id, None)), LEAVE)
    await talk.answer(waiting)
    await talk.ask(leave(GROUP, (other.member_id, None)), LEAVE)
    found = await described(talk, version)
    assert (found.group_state, found.protocol_type) == ("Empty", "consumer")
    assert found.members == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_unknown_group_is_dead_and_an_error_from_version_6_on(
    talk: Talk, version: int
) -> None:
    for group in ("nowhere", ""):
        found = await described(talk, version, group)
        assert (found.group_state, found.protocol_type, found.members) == ("Dead", "", [])
        if version >= 6:
            assert found.error_code == ErrorCode.GROUP_ID_NOT_FOUND
            assert found.error_message == f"Group {group} not found."
        else:
            assert (found.error_code, found.error_message) == (ErrorCode.NONE, None)


@pytest.mark.parametrize("version", VERSIONS)
async def test_group_with_positions_alone_is_empty(talk: Talk, version: int) -> None:
    await talk.topic("clicks")
    await talk.ask(commit(GROUP, {"clicks": [(0, 1, 0, "")]}), 9)
    found = await described(talk, version)
    assert (found.error_code, found.group_state) == (ErrorCode.NONE, "Empty")
    assert (found.protocol_type, found.protocol_data) == ("", "")


@pytest.mark.parametrize("version", range(3, 7))
async def test_operations_are_told_when_asked_for_and_there_is_no_error(
    talk: Talk, version: int
) -> None:
    await enter(talk)
    request = DescribeGroupsRequest(groups=[GROUP, "nowhere"], include_authorized_operations=True)
    known, unknown = (await talk.ask(request, version)).groups
    assert known.authorized_operations == ALL_OPERATIONS
    assert unknown.authorized_operations == (NOT_ASKED if version >= 6 else ALL_OPERATIONS)


@pytest.mark.parametrize("version", VERSIONS)
async def test_several_groups_come_in_the_order_asked(talk: Talk, version: int) -> None:
    await enter(talk)
    names = ["nowhere", GROUP, GROUP, ""]
    answer = await talk.ask(DescribeGroupsRequest(groups=names), version)
    assert [each.group_id for each in answer.groups] == names
    answer = await talk.ask(DescribeGroupsRequest(groups=[]), version)
    assert answer.groups == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_without_a_coordinator_each_group_says_so(broker: GroupBroker, version: int) -> None:
    handler, facts = DescribeGroupsHandler(broker.shell), context(ApiKey.DESCRIBE_GROUPS, version)
    request = DescribeGroupsRequest(groups=[GROUP, "other"])
    answer = handler.handle(request, facts)
    codes = {each.error_code for each in answer.groups}
    assert codes == {ErrorCode.COORDINATOR_NOT_AVAILABLE}
    await broker.begin_loading()
    answer = handler.handle(request, facts)
    codes = {each.error_code for each in answer.groups}
    assert codes == {ErrorCode.COORDINATOR_LOAD_IN_PROGRESS}
