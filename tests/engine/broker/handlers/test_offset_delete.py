"""OffsetDelete: positions that nobody can be reading from are forgotten."""

import pytest

from engine.broker.handlers.offset_delete import OffsetDeleteHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from tests.support.group_broker import GroupBroker
from tests.support.group_conversation import subscription
from tests.support.group_requests import Position, commit, delete, fetch, leave, sync
from tests.support.group_talk import LEAVE, SYNC, Talk, enter
from tests.support.topic_broker import context

GROUP = "orders"
COMMIT, FETCH = 9, 9
TWO: dict[str | bytes, list[Position]] = {
    "clicks": [(0, 1, 0, ""), (1, 2, 0, "")],
    "views": [(0, 3, 0, "")],
}


async def with_positions(talk: Talk) -> None:
    for name in ("clicks", "views"):
        await talk.topic(name)
    await talk.ask(commit(GROUP, TWO), COMMIT)


async def codes(talk: Talk, topics: dict[str, list[int]]) -> dict[tuple[str, int], int]:
    answer = await talk.ask(delete(GROUP, topics), 0)
    assert answer.error_code == ErrorCode.NONE
    return {
        (topic.name, each.partition_index): each.error_code
        for topic in answer.topics
        for each in topic.partitions
    }


async def positions(talk: Talk) -> set[tuple[str, int]]:
    answer = await talk.ask(fetch(GROUP, None), FETCH)
    return {
        (topic.name, each.partition_index)
        for topic in answer.groups[0].topics
        for each in topic.partitions
    }


async def test_named_positions_go_and_the_others_stay(talk: Talk) -> None:
    await with_positions(talk)
    assert await codes(talk, {"clicks": [0]}) == {("clicks", 0): ErrorCode.NONE}
    assert await positions(talk) == {("clicks", 1), ("views", 0)}
    assert await codes(talk, {"clicks": [0]}) == {("clicks", 0): ErrorCode.NONE}


async def test_partitions_that_do_not_exist_are_unknown_one_by_one(talk: Talk) -> None:
    await with_positions(talk)
    found = await codes(talk, {"clicks": [7, 1, -1], "nowhere": [0], "views": []})
    assert found == {
        ("clicks", 7): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ("clicks", 1): ErrorCode.NONE,
        ("clicks", -1): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ("nowhere", 0): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    }
    answer = await talk.ask(delete(GROUP, {"views": []}), 0)
    assert (answer.error_code, answer.topics) == (ErrorCode.NONE, [])


async def test_topic_that_a_member_reads_is_kept(talk: Talk) -> None:
    await with_positions(talk)
    joined = await enter(talk, protocols={"range": subscription("clicks")})
    await talk.ask(sync(GROUP, joined.member_id, joined.generation_id, {}), SYNC)
    assert await codes(talk, {"clicks": [0], "views": [0]}) == {
        ("clicks", 0): ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
        ("views", 0): ErrorCode.NONE,
    }
    await talk.ask(leave(GROUP, (joined.member_id, None)), LEAVE)
    assert await codes(talk, {"clicks": [0]}) == {("clicks", 0): ErrorCode.NONE}


async def test_whole_request_is_refused_without_partitions(talk: Talk) -> None:
    await with_positions(talk)
    for group, code in (("", ErrorCode.INVALID_GROUP_ID), ("other", ErrorCode.GROUP_ID_NOT_FOUND)):
        answer = await talk.ask(delete(group, {"clicks": [0]}), 0)
        assert (answer.error_code, answer.topics) == (code, [])
    joined = await enter(talk, kind="connect")
    answer = await talk.ask(delete(GROUP, {"clicks": [0]}), 0)
    assert (answer.error_code, answer.topics) == (ErrorCode.NON_EMPTY_GROUP, [])
    assert joined.error_code == ErrorCode.NONE


@pytest.mark.parametrize("topics", [{"clicks": [0]}, {}])
async def test_without_a_coordinator_the_answer_says_so(
    broker: GroupBroker, topics: dict[str, list[int]]
) -> None:
    handler = OffsetDeleteHandler(broker.shell, broker.topics.metadata.catalogue)
    request, facts = delete(GROUP, topics), context(ApiKey.OFFSET_DELETE, 0)
    answer = await handler.handle(request, facts)
    assert (answer.error_code, answer.topics) == (ErrorCode.COORDINATOR_NOT_AVAILABLE, [])
    await broker.begin_loading()
    answer = await handler.handle(request, facts)
    assert answer.error_code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
