"""DeleteGroups: what has no members goes, with its positions, and stays gone."""

from pathlib import Path

import pytest

from engine.broker.handlers.delete_groups import DeleteGroupsHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_groups import DeleteGroupsRequest
from tests.support.group_broker import GroupBroker
from tests.support.group_requests import commit, fetch, join, leave
from tests.support.group_talk import JOIN, LEAVE, Talk, enter, talking
from tests.support.topic_broker import context

VERSIONS = range(3)
GROUP = "orders"
COMMIT, FETCH = 9, 9


async def delete(talk: Talk, version: int, *groups: str) -> dict[str, int]:
    answer = await talk.ask(DeleteGroupsRequest(groups_names=list(groups)), version)
    return {each.group_id: each.error_code for each in answer.results}


async def topics_of(talk: Talk, group: str = GROUP) -> list[str]:
    """The topics in which a group has positions."""
    answer = await talk.ask(fetch(group, None), FETCH)
    return [each.name for each in answer.groups[0].topics]


@pytest.mark.parametrize("version", VERSIONS)
async def test_group_goes_with_its_positions(talk: Talk, version: int) -> None:
    await talk.topic("clicks")
    positions = {"clicks": [(0, 1, 0, ""), (1, 2, 0, "")]}
    for group in (GROUP, "other"):
        await talk.ask(commit(group, positions), COMMIT)
    assert await delete(talk, version, GROUP) == {GROUP: ErrorCode.NONE}
    assert await topics_of(talk) == []
    assert await topics_of(talk, "other") == ["clicks"]
    assert await delete(talk, version, GROUP) == {GROUP: ErrorCode.GROUP_ID_NOT_FOUND}


@pytest.mark.point(84)
@pytest.mark.parametrize("version", VERSIONS)
async def test_each_group_has_an_error_of_its_own(talk: Talk, version: int) -> None:
    joined = await enter(talk)
    await talk.topic("clicks")
    await talk.ask(commit("done", {"clicks": [(0, 1, 0, "")]}), COMMIT)
    answer = await talk.ask(
        DeleteGroupsRequest(groups_names=["nowhere", GROUP, "", "done", GROUP, "done"]), version
    )
    assert [(each.group_id, each.error_code) for each in answer.results] == [
        ("nowhere", ErrorCode.GROUP_ID_NOT_FOUND),
        (GROUP, ErrorCode.NON_EMPTY_GROUP),
        ("", ErrorCode.GROUP_ID_NOT_FOUND),
        ("done", ErrorCode.NONE),
    ]
    await talk.ask(leave(GROUP, (joined.member_id, None)), LEAVE)
    assert await delete(talk, version, GROUP) == {GROUP: ErrorCode.NONE}
    assert await delete(talk, version) == {}


async def test_promised_member_of_a_deleted_group_starts_over(talk: Talk) -> None:
    promised = (await talk.ask(join(GROUP), JOIN)).member_id
    assert await delete(talk, 2, GROUP) == {GROUP: ErrorCode.NONE}
    late = await talk.ask(join(GROUP, promised), JOIN)
    assert late.error_code == ErrorCode.UNKNOWN_MEMBER_ID
    assert (await enter(talk)).generation_id == 1


async def test_deleted_group_is_gone_after_a_restart(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.topic("clicks")
        for group in (GROUP, "other"):
            await talk.ask(commit(group, {"clicks": [(0, 1, 0, "")]}), COMMIT)
        await delete(talk, 2, GROUP)
    async with talking(tmp_path) as talk:
        assert await delete(talk, 2, GROUP) == {GROUP: ErrorCode.GROUP_ID_NOT_FOUND}
        assert await topics_of(talk, "other") == ["clicks"]


async def test_many_groups_share_the_trips_to_the_disk(broker: GroupBroker) -> None:
    """Each is stored in one of five partitions, of which a trip takes four."""
    await broker.serve()
    names = [f"group-{number}" for number in range(30)]
    for name in names:
        await broker.commit(name, 1)
    handler = DeleteGroupsHandler(broker.shell)
    trips = broker.topics.syncs.runs
    answer = await handler.handle(
        DeleteGroupsRequest(groups_names=names), context(ApiKey.DELETE_GROUPS, 2)
    )
    assert [(each.group_id, each.error_code) for each in answer.results] == [
        (name, ErrorCode.NONE) for name in names
    ]
    assert broker.topics.syncs.runs - trips == 2


@pytest.mark.parametrize("version", VERSIONS)
async def test_without_a_coordinator_each_group_says_so(broker: GroupBroker, version: int) -> None:
    handler, facts = DeleteGroupsHandler(broker.shell), context(ApiKey.DELETE_GROUPS, version)
    request = DeleteGroupsRequest(groups_names=[GROUP, "other"])
    answer = await handler.handle(request, facts)
    codes = {each.error_code for each in answer.results}
    assert codes == {ErrorCode.COORDINATOR_NOT_AVAILABLE}
    await broker.begin_loading()
    answer = await handler.handle(request, facts)
    codes = {each.error_code for each in answer.results}
    assert codes == {ErrorCode.COORDINATOR_LOAD_IN_PROGRESS}
