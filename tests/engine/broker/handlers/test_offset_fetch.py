"""OffsetFetch: positions of one group or many, by name or id, some or all."""

import asyncio
import errno
from pathlib import Path

import pytest

from engine.broker.handlers.offset_fetch import OffsetFetchHandler
from engine.coordinator.commands import OffsetsReply
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
)
from engine.storage.sync_ticket import SyncTicket
from tests.support.group_broker import GroupBroker, group_broker
from tests.support.group_commands import commit_command
from tests.support.group_requests import NOBODY, Position, commit, fetch
from tests.support.group_talk import Talk, stable_pair
from tests.support.kept_reply import KeptReply
from tests.support.topic_broker import context

VERSIONS = range(1, 11)
BATCHED_SINCE, EPOCHS_SINCE, IDS_SINCE = 8, 5, 10
COMMIT = 9
GROUP = "orders"
UNKNOWN_ID = b"\x07" * 16
NOTHING = (-1, -1, "", 0)
POSITIONS: dict[str | bytes, list[Position]] = {
    "clicks": [(0, 5, 3, "note"), (1, 6, -1, None)],
    "views": [(1, 7, 0, "")],
}

Found = dict[tuple[str | bytes, int], tuple[int, int, str, int]]


def found_in(answer: OffsetFetchResponse, version: int, group: int = 0) -> Found:
    """Offset, leader epoch, metadata and error of each partition, by topic name or id."""
    topics = answer.groups[group].topics if version >= BATCHED_SINCE else answer.topics
    return {
        (topic.topic_id if version >= IDS_SINCE else topic.name, each.partition_index): (
            each.committed_offset,
            each.committed_leader_epoch,
            each.metadata,
            each.error_code,
        )
        for topic in topics
        for each in topic.partitions
    }


def error_of(answer: OffsetFetchResponse, version: int) -> int:
    return answer.groups[0].error_code if version >= BATCHED_SINCE else answer.error_code


async def committed(talk: Talk, version: int) -> dict[str, str | bytes]:
    """Positions in two topics; the topics as this version names them."""
    ids = {name: await talk.topic(name) for name in ("clicks", "views")}
    await talk.ask(commit(GROUP, POSITIONS), COMMIT)
    return {name: found if version >= IDS_SINCE else name for name, found in ids.items()}


def begin_commit(broker: GroupBroker, offset: int) -> asyncio.Future[object]:
    """Commit an offset that is not on disk before the loop goes on."""
    return broker.shell.begin(
        GROUP,
        lambda coordinator, token, now: coordinator.commit(
            commit_command(token, GROUP, offset), now
        ),
    )


async def fetched(
    broker: GroupBroker, request: OffsetFetchRequest, version: int
) -> OffsetFetchResponse:
    """The answer of a handler without a connection."""
    reply = KeptReply(OffsetFetchResponse)
    handler = OffsetFetchHandler(broker.shell, broker.topics.metadata.catalogue)
    handler.handle(request, context(ApiKey.OFFSET_FETCH, version), reply)
    return await reply.response()


@pytest.mark.parametrize("version", VERSIONS)
async def test_named_partitions_are_told(talk: Talk, version: int) -> None:
    names = await committed(talk, version)
    answer = await talk.ask(fetch(GROUP, {names["clicks"]: [1, 0], names["views"]: [0]}), version)
    assert error_of(answer, version) == ErrorCode.NONE
    assert found_in(answer, version) == {
        (names["clicks"], 0): (5, 3 if version >= EPOCHS_SINCE else -1, "note", 0),
        (names["clicks"], 1): (6, -1, "", 0),
        (names["views"], 0): NOTHING,
    }


@pytest.mark.point(10)
@pytest.mark.parametrize("version", range(2, 11))
async def test_null_is_every_topic_and_empty_is_none(talk: Talk, version: int) -> None:
    names = await committed(talk, version)
    answer = await talk.ask(fetch(GROUP, None), version)
    epoch = 3 if version >= EPOCHS_SINCE else -1
    assert found_in(answer, version) == {
        (names["clicks"], 0): (5, epoch, "note", 0),
        (names["clicks"], 1): (6, -1, "", 0),
        (names["views"], 1): (7, 0 if version >= EPOCHS_SINCE else -1, "", 0),
    }
    answer = await talk.ask(fetch(GROUP, {}), version)
    assert (error_of(answer, version), found_in(answer, version)) == (ErrorCode.NONE, {})


@pytest.mark.point(85)
@pytest.mark.parametrize("version", VERSIONS)
async def test_what_was_never_committed_is_minus_one_without_an_error(
    talk: Talk, version: int
) -> None:
    """★ Unknown groups, topics and partitions are no errors by name."""
    names = await committed(talk, version)
    unknown: str | bytes = UNKNOWN_ID if version >= IDS_SINCE else "nowhere"
    asked = fetch(GROUP, {names["clicks"]: [9, -1], unknown: [0]})
    answer = await talk.ask(asked, version)
    code = ErrorCode.UNKNOWN_TOPIC_ID if version >= IDS_SINCE else ErrorCode.NONE
    assert error_of(answer, version) == ErrorCode.NONE
    assert found_in(answer, version) == {
        (names["clicks"], 9): NOTHING,
        (names["clicks"], -1): NOTHING,
        (unknown, 0): (*NOTHING[:3], code),
    }
    answer = await talk.ask(fetch("nobody", {names["clicks"]: [0]}), version)
    assert error_of(answer, version) == ErrorCode.NONE
    assert found_in(answer, version) == {(names["clicks"], 0): NOTHING}


@pytest.mark.parametrize("version", range(BATCHED_SINCE, 11))
async def test_many_groups_are_answered_in_their_order(talk: Talk, version: int) -> None:
    names = await committed(talk, version)
    await talk.ask(commit("other", {"clicks": [(0, 70, 0, "")]}), COMMIT)
    clicks = {names["clicks"]: [0]}
    request = OffsetFetchRequest(
        groups=[
            *fetch("other", clicks).groups,
            *fetch("nobody", clicks).groups,
            *fetch(GROUP, None).groups,
            *fetch("other", clicks).groups,
        ]
    )
    answer = await talk.ask(request, version)
    assert [each.group_id for each in answer.groups] == ["other", "nobody", GROUP, "other"]
    assert {each.error_code for each in answer.groups} == {ErrorCode.NONE}
    offsets = [found_in(answer, version, at)[names["clicks"], 0][0] for at in range(4)]
    assert offsets == [70, -1, 5, 70]
    answer = await talk.ask(OffsetFetchRequest(groups=[]), version)
    assert answer.groups == []


@pytest.mark.parametrize("version", range(7, 11))
async def test_stable_positions_are_those_of_no_open_transaction(talk: Talk, version: int) -> None:
    names = await committed(talk, version)
    answer = await talk.ask(fetch(GROUP, {names["clicks"]: [0]}, is_stable=True), version)
    assert found_in(answer, version) == {(names["clicks"], 0): (5, 3, "note", 0)}


@pytest.mark.parametrize("version", [9, 10])
async def test_member_of_a_classic_group_is_not_asked_for_its_epoch(
    talk: Talk, version: int
) -> None:
    names = await committed(talk, version)
    _, b, generation = await stable_pair(talk)
    for member_id, epoch in ((b, generation), (b, 99), (NOBODY, 0), ("", -1)):
        asked = fetch(GROUP, {names["clicks"]: [0]}, member_id=member_id, epoch=epoch)
        answer = await talk.ask(asked, version)
        assert found_in(answer, version) == {(names["clicks"], 0): (5, 3, "note", 0)}


@pytest.mark.parametrize("version", VERSIONS)
async def test_positions_go_with_their_topic_and_do_not_come_back_with_its_name(
    talk: Talk, version: int
) -> None:
    names = await committed(talk, version)
    await talk.delete_topic("clicks")
    if version >= 2:
        answer = await talk.ask(fetch(GROUP, None), version)
        assert set(found_in(answer, version)) == {(names["views"], 1)}
    topic_id = await talk.topic("clicks")
    again = topic_id if version >= IDS_SINCE else "clicks"
    answer = await talk.ask(fetch(GROUP, {again: [0, 1]}), version)
    assert found_in(answer, version) == {(again, 0): NOTHING, (again, 1): NOTHING}


@pytest.mark.parametrize("version", [2, 9, 10])
async def test_position_that_outlived_its_topic_is_not_told_for_a_namesake(
    tmp_path: Path, version: int
) -> None:
    """The topic was deleted and made again while its groups were not loaded."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        await broker.commit(GROUP, 5, topic_id=await broker.with_topic("clicks"))
        copy = broker.topics.crash_copy("b")
    async with group_broker(copy) as broker:
        gone = broker.topics.metadata.catalogue.by_name("clicks")
        assert gone is not None
        await broker.topics.admin.delete([gone.topic_id])
        await broker.with_topic("clicks")
        await broker.serve()
        assert found_in(await fetched(broker, fetch(GROUP, None), version), version) == {}


@pytest.mark.parametrize("version", VERSIONS)
async def test_without_a_coordinator_the_answer_says_so_where_the_version_can(
    broker: GroupBroker, version: int
) -> None:
    """Version 1 has no error but that of a partition, 2 to 7 one for the group, later each."""
    topic_id = await broker.with_topic("clicks")
    topic: str | bytes = topic_id if version >= IDS_SINCE else "clicks"
    for code in (ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS):
        answer = await fetched(broker, fetch(GROUP, {topic: [0]}), version)
        if version == 1:
            assert found_in(answer, version) == {(topic, 0): (*NOTHING[:3], code)}
        else:
            assert error_of(answer, version) == code
            assert found_in(answer, version) == {}
        await broker.begin_loading()


async def test_commits_on_their_way_to_the_disk_are_waited_for(broker: GroupBroker) -> None:
    """★ What a consumer was told to go on from is not taken back by a power cut."""
    await broker.serve()
    await broker.commit("at rest", 4)
    committing = begin_commit(broker, 5)
    reply = KeptReply(OffsetFetchResponse)
    handler = OffsetFetchHandler(broker.shell, broker.topics.metadata.catalogue)
    groups = [
        OffsetFetchRequestGroup(
            group_id=name, topics=[OffsetFetchRequestTopics(name="clicks", partition_indexes=[0])]
        )
        for name in ("at rest", GROUP)
    ]
    handler.handle(OffsetFetchRequest(groups=groups), context(ApiKey.OFFSET_FETCH, 9), reply)
    assert not committing.done()
    assert not reply.is_answered
    answer = await reply.response()
    assert committing.done()
    told = [each.topics[0].partitions[0].committed_offset for each in answer.groups]
    assert told == [4, 5]


async def test_nothing_on_its_way_is_answered_at_once(broker: GroupBroker) -> None:
    await broker.serve()
    await broker.commit(GROUP, 5)
    reply = KeptReply(OffsetFetchResponse)
    handler = OffsetFetchHandler(broker.shell, broker.topics.metadata.catalogue)
    handler.handle(fetch(GROUP, None), context(ApiKey.OFFSET_FETCH, 9), reply)
    assert reply.is_answered


async def test_commits_that_are_lost_are_not_told(
    broker: GroupBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.serve()
    monkeypatch.setattr(SyncTicket, "run", _broken)
    committing = begin_commit(broker, 5)
    answer = await fetched(broker, fetch(GROUP, None), 9)
    assert error_of(answer, 9) == ErrorCode.NOT_COORDINATOR
    lost = await committing
    assert isinstance(lost, OffsetsReply)
    assert lost.error == ErrorCode.COORDINATOR_NOT_AVAILABLE


async def test_request_for_no_group_is_answered(talk: Talk) -> None:
    assert (await talk.ask(OffsetFetchRequest(groups=[]), 9)).groups == []


def _broken(_: SyncTicket) -> None:
    raise OSError(errno.EIO, "the disk says no")
