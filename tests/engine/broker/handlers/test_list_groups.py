"""ListGroups: every group, by state and type where the version can tell."""

import pytest

from engine.broker.handlers.list_groups import ListGroupsHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.support.group_broker import GroupBroker
from tests.support.group_requests import commit, join
from tests.support.group_talk import JOIN, Talk
from tests.support.topic_broker import context
from tests.support.waiting import until

VERSIONS = range(6)
COMMIT = 9


async def three_groups(talk: Talk) -> None:
    """ "empty" has positions alone, "joined" waits for its assignment, "workers" is of Connect."""
    await talk.topic("clicks")
    await talk.ask(commit("empty", {"clicks": [(0, 1, 0, "")]}), COMMIT)
    await talk.ask(join("joined"), 3)
    await talk.ask(join("workers", kind="connect"), 3, by="b")


async def listed(talk: Talk, version: int, **filters: list[str]) -> set[str]:
    answer = await talk.ask(ListGroupsRequest(**filters), version)
    assert answer.error_code == ErrorCode.NONE
    return {each.group_id for each in answer.groups}


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_version_lists_all_groups(talk: Talk, version: int) -> None:
    assert await listed(talk, version) == set()
    await three_groups(talk)
    assert await listed(talk, version) == {"empty", "joined", "workers"}


@pytest.mark.parametrize("version", VERSIONS)
async def test_group_has_its_protocol_type_state_and_kind(talk: Talk, version: int) -> None:
    await three_groups(talk)
    answer = await talk.ask(ListGroupsRequest(), version)
    found = {
        each.group_id: (each.protocol_type, each.group_state, each.group_type)
        for each in answer.groups
    }
    kind = "classic" if version >= 5 else ""
    states = ("Empty", "CompletingRebalance") if version >= 4 else ("", "")
    assert found == {
        "empty": ("", states[0], kind),
        "joined": ("consumer", states[1], kind),
        "workers": ("connect", states[1], kind),
    }


@pytest.mark.parametrize("version", [4, 5])
async def test_states_filter_whatever_their_case(talk: Talk, version: int) -> None:
    await three_groups(talk)
    for state in ("Empty", "EMPTY", "empty"):
        assert await listed(talk, version, states_filter=[state]) == {"empty"}
    both = ["Empty", "CompletingRebalance", "Nonsense"]
    assert await listed(talk, version, states_filter=both) == {"empty", "joined", "workers"}
    assert await listed(talk, version, states_filter=["Stable"]) == set()
    assert await listed(talk, version, states_filter=["Nonsense"]) == set()


async def test_types_filter_whatever_their_case(talk: Talk) -> None:
    await three_groups(talk)
    for kind in ("classic", "Classic"):
        assert len(await listed(talk, 5, types_filter=[kind])) == 3
    for kind in ("consumer", "share", "Nonsense"):
        assert await listed(talk, 5, types_filter=[kind]) == set()
    filters = {"types_filter": ["classic", "consumer"], "states_filter": ["Empty"]}
    assert await listed(talk, 5, **filters) == {"empty"}


async def test_promised_member_makes_a_group_that_is_empty(talk: Talk) -> None:
    await talk.ask(join("soon"), JOIN)
    assert await listed(talk, 4, states_filter=["Empty"]) == {"soon"}


@pytest.mark.parametrize("version", VERSIONS)
async def test_groups_are_told_once_all_of_them_have_been_loaded(
    broker: GroupBroker, version: int
) -> None:
    handler, facts = ListGroupsHandler(broker.shell), context(ApiKey.LIST_GROUPS, version)
    assert handler.handle(ListGroupsRequest(), facts).error_code == ErrorCode.NONE
    await broker.begin_loading()
    answer = handler.handle(ListGroupsRequest(), facts)
    assert (answer.error_code, answer.groups) == (ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, [])
    await broker.serve()
    assert handler.handle(ListGroupsRequest(), facts).error_code == ErrorCode.NONE


async def test_groups_that_cannot_be_loaded_are_left_out_as_in_kafka(broker: GroupBroker) -> None:
    await broker.shell.ensure_topic()
    broker.spoil_journal("lost")
    handler, facts = ListGroupsHandler(broker.shell), context(ApiKey.LIST_GROUPS, 5)
    await until(lambda: handler.handle(ListGroupsRequest(), facts).error_code == ErrorCode.NONE)
    await broker.commit("kept", 1)

    answer = handler.handle(ListGroupsRequest(), facts)

    assert answer.error_code == ErrorCode.NONE
    assert [each.group_id for each in answer.groups] == ["kept"]
