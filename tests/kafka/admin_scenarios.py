"""Conversations about groups as a whole: found, listed, described and deleted."""

from engine.protocol.messages.delete_groups import DeleteGroupsRequest
from engine.protocol.messages.describe_groups import DescribeGroupsRequest
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.list_groups import ListGroupsRequest
from tests.kafka.offset_scenarios import COMMIT, FETCH
from tests.support.group_requests import Position, commit, fetch, leave
from tests.support.group_talk import DESCRIBE, LEAVE, Scenario, Talk, enter


async def find_coordinator(talk: Talk, version: int) -> None:
    for key_type in (0, 2, 3, -1):
        for key in (talk.group, ""):
            request = FindCoordinatorRequest(key=key, key_type=key_type, coordinator_keys=[key])
            await talk.ask(request, version, note=f"type {key_type} key {key!r}")
    many = FindCoordinatorRequest(coordinator_keys=[talk.group, "x", "", "x"], key="x")
    await talk.ask(many, version, note="several keys, one twice")
    await talk.ask(FindCoordinatorRequest(), version, note="no key")


async def list_groups(talk: Talk, version: int) -> None:
    await enter(talk)
    filters = [
        ListGroupsRequest(),
        ListGroupsRequest(states_filter=["CompletingRebalance"]),
        ListGroupsRequest(states_filter=["completingrebalance"]),
        ListGroupsRequest(states_filter=["Dead", "Nonsense"]),
        ListGroupsRequest(states_filter=["Nonsense"]),
        ListGroupsRequest(types_filter=["classic"]),
        ListGroupsRequest(types_filter=["Classic"]),
        ListGroupsRequest(types_filter=["consumer"]),
        ListGroupsRequest(types_filter=["Nonsense"]),
        ListGroupsRequest(types_filter=["consumer", "classic"], states_filter=["Stable"]),
    ]
    for request in filters:
        if (request.states_filter and version < 4) or (request.types_filter and version < 5):
            continue
        await talk.ask(request, version, note=f"{request}")


async def describe_groups(talk: Talk, version: int) -> None:
    group = talk.group
    await talk.ask(DescribeGroupsRequest(groups=[]), version, note="none")
    await talk.ask(DescribeGroupsRequest(groups=[group, ""]), version, note="unknown and empty")
    await enter(talk, kind="connect", protocols={"eager": b"bytes"})
    for asks in (False, True) if version >= 3 else (False,):
        request = DescribeGroupsRequest(
            groups=[group, group, f"{group}-nowhere"], include_authorized_operations=asks
        )
        await talk.ask(request, version, note=f"one twice, one unknown, operations {asks}")


async def delete_groups(talk: Talk, version: int) -> None:
    group = talk.group
    delete = DeleteGroupsRequest(groups_names=[group, "", f"{group}-nowhere", group])
    await talk.ask(DeleteGroupsRequest(groups_names=[]), version, note="none")
    await talk.ask(delete, version, note="unknown")
    joined = await enter(talk)
    await talk.ask(delete, version, note="active")
    await talk.ask(leave(group, (joined.member_id, None)), LEAVE)
    await talk.ask(delete, version, note="empty")
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)
    await talk.ask(DeleteGroupsRequest(groups_names=[group]), version, note="deleted")


async def delete_group_with_offsets(talk: Talk, version: int) -> None:
    group = talk.group
    topic = f"topic-of-{group}"
    await talk.topic(topic)
    positions: dict[str | bytes, list[Position]] = {topic: [(0, 5, 3, ""), (1, 6, 3, "")]}
    await talk.ask(commit(group, positions), COMMIT)
    await talk.ask(DeleteGroupsRequest(groups_names=[group]), version)
    await talk.ask(fetch(group, None), FETCH)
    await talk.ask(fetch(group, {topic: [0]}), FETCH)
    await talk.ask(DescribeGroupsRequest(groups=[group]), DESCRIBE)
    await talk.ask(ListGroupsRequest(), 5)


ADMIN_SCENARIOS: dict[str, Scenario] = {
    "find-coordinator": Scenario(find_coordinator, range(7)),
    "list-groups": Scenario(list_groups, range(6)),
    "describe-groups": Scenario(describe_groups, range(7)),
    "delete-groups": Scenario(delete_groups, range(3)),
    "delete-group-with-offsets": Scenario(delete_group_with_offsets, range(3)),
}
