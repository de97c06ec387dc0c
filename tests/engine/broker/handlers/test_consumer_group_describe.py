"""ConsumerGroupDescribe, as clients see it: epochs, members, and what each owns and shall own."""

from pathlib import Path

import pytest

from engine.broker.handlers.consumer_group_describe import ConsumerGroupDescribeHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.consumer_group_describe import (
    Assignment,
    ConsumerGroupDescribeRequest,
    DescribedGroup,
)
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.support.consumer_requests import arrive, live
from tests.support.group_broker import GroupBroker
from tests.support.group_talk import Talk, enter, talking
from tests.support.topic_broker import context

VERSIONS = range(2)
NOT_ASKED = -(2**31)


async def described(talk: Talk, version: int = 1, group: str | None = None) -> DescribedGroup:
    name = talk.group if group is None else group
    request = ConsumerGroupDescribeRequest(group_ids=[name])
    (found,) = (await talk.ask(request, version)).groups
    assert isinstance(found, DescribedGroup)
    return found


def named(assignment: Assignment) -> dict[str, list[int]]:
    return {each.topic_name: each.partitions for each in assignment.topic_partitions}


@pytest.mark.parametrize("version", VERSIONS)
async def test_member_is_described_with_all_that_it_said(talk: Talk, version: int) -> None:
    await talk.topic("clicks", 2)
    request = arrive(talk.group, "a", "clicks", assignor="range", instance="desk", rack="r1")
    await talk.ask(request, 1)
    found = await described(talk, version)
    assert (found.group_state, found.group_epoch, found.assignment_epoch) == ("Stable", 2, 2)
    assert found.assignor_name == "range"
    (member,) = found.members
    assert (member.member_id, member.instance_id, member.rack_id) == ("a", "desk", "r1")
    assert (member.client_id, member.client_host) == ("a", "/127.0.0.1")
    assert (member.subscribed_topic_names, member.subscribed_topic_regex) == (["clicks"], "")
    assert named(member.assignment) == named(member.target_assignment) == {"clicks": [0, 1]}
    assert member.member_type == (1 if version >= 1 else -1)


async def test_what_has_to_be_given_up_is_still_owned(tmp_path: Path) -> None:
    async with talking(tmp_path, group_consumer_assignment_interval_ms=0) as talk:
        topic_id = await talk.topic("clicks", 2)
        await talk.ask(arrive(talk.group, "a", "clicks"), 1)
        await talk.ask(live(talk.group, "a", 2, owned={topic_id: [0, 1]}), 1)
        await talk.ask(arrive(talk.group, "b", "clicks"), 1)
        await talk.ask(live(talk.group, "a", 2), 1)
        found = await described(talk)
        assert found.group_state == "Reconciling"
        a, b = sorted(found.members, key=lambda each: each.member_id)
        assert (named(a.assignment), named(a.target_assignment)) == (
            {"clicks": [0, 1]},
            {"clicks": [0]},
        )
        assert (named(b.assignment), named(b.target_assignment)) == ({}, {"clicks": [1]})


async def test_classic_member_is_marked(talk: Talk) -> None:
    await talk.ask(arrive(talk.group, "a", "clicks"), 1)
    await enter(talk, "old")
    found = await described(talk)
    assert sorted(each.member_type for each in found.members) == [0, 1]


async def test_group_of_the_other_kind_or_none_is_not_found(talk: Talk) -> None:
    await enter(talk)
    for group, why in ((talk.group, "is not a consumer group"), ("nowhere", "not found")):
        found = await described(talk, group=group)
        assert found.error_code == ErrorCode.GROUP_ID_NOT_FOUND
        assert found.error_message == f"Group {group} {why}."
    assert (await described(talk, group="")).error_code == ErrorCode.INVALID_GROUP_ID


async def test_classic_description_of_a_consumer_group_is_not_found(talk: Talk) -> None:
    await talk.ask(arrive(talk.group, "a", "clicks"), 1)
    (found,) = (await talk.ask(DescribeGroupsRequest(groups=[talk.group]), 6)).groups
    assert (found.error_code, found.group_state) == (ErrorCode.GROUP_ID_NOT_FOUND, "Dead")
    assert found.error_message == f"Group {talk.group} is not a classic group."
    (found,) = (await talk.ask(DescribeGroupsRequest(groups=[talk.group]), 5)).groups
    assert (found.error_code, found.group_state) == (ErrorCode.NONE, "Dead")


async def test_list_tells_and_filters_the_kinds_of_groups(talk: Talk) -> None:
    await talk.ask(arrive(talk.group, "a"), 1)
    for types, states, is_listed in (
        ([], [], True),
        (["Consumer"], [" stable "], True),
        (["classic"], [], False),
        (["consumer"], ["Empty"], False),
    ):
        request = ListGroupsRequest(types_filter=types, states_filter=states)
        groups = (await talk.ask(request, 5)).groups
        assert [(each.group_type, each.group_state) for each in groups] == (
            [("consumer", "Stable")] if is_listed else []
        )


async def test_operations_are_told_when_asked_for(talk: Talk) -> None:
    await talk.ask(arrive(talk.group, "a"), 1)
    for asks in (False, True):
        request = ConsumerGroupDescribeRequest(
            group_ids=[talk.group, "nowhere"], include_authorized_operations=asks
        )
        first, second = (await talk.ask(request, 1)).groups
        assert first.authorized_operations == (0b1101_0100_1000 if asks else NOT_ASKED)
        assert second.authorized_operations == NOT_ASKED


async def test_protocol_that_is_turned_off_is_unsupported(tmp_path: Path) -> None:
    async with talking(tmp_path, group_coordinator_rebalance_protocols=("classic",)) as talk:
        assert (await described(talk)).error_code == ErrorCode.UNSUPPORTED_VERSION


async def test_groups_that_are_not_loaded_are_told_so(broker: GroupBroker) -> None:
    handler = ConsumerGroupDescribeHandler(
        broker.shell, broker.topics.metadata.catalogue, is_enabled=True
    )
    request = ConsumerGroupDescribeRequest(group_ids=["orders"])
    answer = handler.handle(request, context(ApiKey.CONSUMER_GROUP_DESCRIBE, 1))
    assert answer.groups[0].error_code == ErrorCode.COORDINATOR_NOT_AVAILABLE
