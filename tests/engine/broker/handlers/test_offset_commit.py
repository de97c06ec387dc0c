"""OffsetCommit: positions with leader epoch and metadata, for whom they may be stored."""

import asyncio
from pathlib import Path

import pytest

from engine.broker.handlers.offset_commit import OffsetCommitHandler
from engine.coordinator.group_config import GroupConfig
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_commit import OffsetCommitResponse
from tests.support.group_broker import GroupBroker, group_broker
from tests.support.group_requests import NOBODY, Position, commit, fetch, join, sync
from tests.support.group_talk import JOIN, SYNC, Talk, enter, stable_pair, talking
from tests.support.kept_reply import KeptReply
from tests.support.topic_broker import context

VERSIONS = range(2, 11)
EPOCHS_SINCE, INSTANCES_SINCE, IDS_SINCE = 6, 7, 10
FETCH, COMMIT = 9, 8
GROUP = "orders"
AT_ONE: list[Position] = [(0, 1, 0, "")]
UNKNOWN_ID = b"\x07" * 16


async def topic_of(talk: Talk, version: int, name: str = "clicks") -> str | bytes:
    """A topic of two partitions, as this version names it."""
    topic_id = await talk.topic(name)
    return topic_id if version >= IDS_SINCE else name


async def codes(talk: Talk, version: int, *how: object, by: str = "a", **more: object) -> list[int]:
    """The error code of each partition, in the order asked."""
    answer = await talk.ask(commit(GROUP, *how, **more), version, by=by)
    return [each.error_code for topic in answer.topics for each in topic.partitions]


async def positions(talk: Talk) -> dict[tuple[str, int], tuple[int, int, str]]:
    """Offset, leader epoch and metadata of every position."""
    answer = await talk.ask(fetch(GROUP, None), FETCH)
    return {
        (topic.name, each.partition_index): (
            each.committed_offset,
            each.committed_leader_epoch,
            each.metadata,
        )
        for topic in answer.groups[0].topics
        for each in topic.partitions
    }


@pytest.mark.point(85)
@pytest.mark.parametrize("version", VERSIONS)
async def test_offset_epoch_and_metadata_are_kept(talk: Talk, version: int) -> None:
    """★ The metadata string comes back as it went."""
    topic = await topic_of(talk, version)
    kept: list[Position] = [(0, 5, 3, "note é\0"), (1, 2**62, -1, None)]
    answer = await talk.ask(commit(GROUP, {topic: kept}), version)
    (told,) = answer.topics
    assert told.name == (topic if version < IDS_SINCE else "")
    assert told.topic_id == (topic if version >= IDS_SINCE else bytes(16))
    assert [(each.partition_index, each.error_code) for each in told.partitions] == [(0, 0), (1, 0)]
    assert await positions(talk) == {
        ("clicks", 0): (5, 3 if version >= EPOCHS_SINCE else -1, "note é\0"),
        ("clicks", 1): (2**62, -1, ""),
    }


@pytest.mark.point(85)
@pytest.mark.parametrize("version", VERSIONS)
async def test_bad_partitions_leave_the_good_ones_alone(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    unknown: str | bytes = UNKNOWN_ID if version >= IDS_SINCE else "nowhere"
    asked = {
        topic: [(0, 1, 0, ""), (2, 1, 0, ""), (-1, 1, 0, ""), (1, 1, 0, "x" * 4_097)],
        unknown: AT_ONE,
    }
    no_topic = ErrorCode.UNKNOWN_TOPIC_ID if version >= IDS_SINCE else None
    assert await codes(talk, version, asked) == [
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.OFFSET_METADATA_TOO_LARGE,
        no_topic or ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert set(await positions(talk)) == {("clicks", 0)}


async def test_metadata_is_measured_as_java_does(talk: Talk) -> None:
    """4096 UTF-16 units: two for what lies beyond the first plane."""
    await talk.topic("clicks")
    for metadata, code in (
        ("ü" * 4_096, ErrorCode.NONE),
        ("🎈" * 2_048, ErrorCode.NONE),
        ("🎈" * 2_048 + "x", ErrorCode.OFFSET_METADATA_TOO_LARGE),
    ):
        assert await codes(talk, 9, {"clicks": [(0, 1, 0, metadata)]}) == [code]


@pytest.mark.parametrize("version", VERSIONS)
async def test_later_commit_wins_within_a_request_too(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    assert await codes(talk, version, {topic: [(0, 9, 0, ""), (0, 4, 0, "")]}) == [0, 0]
    assert (await positions(talk))["clicks", 0][0] == 4
    await codes(talk, version, {topic: [(0, 2, 0, "")]})
    assert (await positions(talk))["clicks", 0][0] == 2


@pytest.mark.parametrize("version", VERSIONS)
async def test_request_without_partitions_is_answered_without(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    for topics in ({}, {topic: []}):
        answer = await talk.ask(commit(GROUP, topics), version)
        assert answer.topics == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_generation_needs_its_group(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    expected = ErrorCode.GROUP_ID_NOT_FOUND if version >= 9 else ErrorCode.ILLEGAL_GENERATION
    assert await codes(talk, version, {topic: AT_ONE}, NOBODY, 3) == [expected]
    assert await positions(talk) == {}


@pytest.mark.point(81)
@pytest.mark.parametrize("version", VERSIONS)
async def test_member_commits_in_its_generation_alone(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    a, b, generation = await stable_pair(talk)
    for member_id in (a, b):
        assert await codes(talk, version, {topic: AT_ONE}, member_id, generation) == [0]
    refused = {
        (NOBODY, generation): ErrorCode.UNKNOWN_MEMBER_ID,
        ("", generation): ErrorCode.UNKNOWN_MEMBER_ID,
        (a, generation + 1): ErrorCode.ILLEGAL_GENERATION,
        (a, generation - 1): ErrorCode.ILLEGAL_GENERATION,
        (a, -1): ErrorCode.ILLEGAL_GENERATION,
        (NOBODY, -1): ErrorCode.UNKNOWN_MEMBER_ID,
        ("", -1): ErrorCode.UNKNOWN_MEMBER_ID,
    }
    for (member_id, number), code in refused.items():
        asked = {topic: [(0, 99, 0, ""), (1, 99, 0, "")]}
        assert await codes(talk, version, asked, member_id, number) == [code, code]
    assert (await positions(talk))["clicks", 0][0] == 1


@pytest.mark.point(81)
@pytest.mark.parametrize("version", VERSIONS)
async def test_commit_during_a_rebalance(talk: Talk, version: int) -> None:
    """★ Members finish their work while they join; none commits before it is assigned."""
    topic = await topic_of(talk, version)
    a, b, generation = await stable_pair(talk)
    waiting = await talk.begin(join(GROUP, a), JOIN)
    await talk.wait_for("PreparingRebalance", 2)
    assert await codes(talk, version, {topic: AT_ONE}, b, generation, by="b") == [0]
    await talk.ask(join(GROUP, b), JOIN, by="b")
    await talk.answer(waiting)
    now = await codes(talk, version, {topic: AT_ONE}, b, generation + 1, by="b")
    assert now == [ErrorCode.REBALANCE_IN_PROGRESS]
    await talk.ask(sync(GROUP, a, generation + 1, {}), SYNC)
    assert await codes(talk, version, {topic: AT_ONE}, b, generation + 1, by="b") == [0]


@pytest.mark.parametrize("version", range(INSTANCES_SINCE, 11))
async def test_static_member_whose_instance_was_taken_is_fenced(talk: Talk, version: int) -> None:
    topic = await topic_of(talk, version)
    joined = await enter(talk, instance="desk")
    me, generation = joined.member_id, joined.generation_id
    await talk.ask(sync(GROUP, me, generation, {}, instance="desk"), SYNC)
    assert await codes(talk, version, {topic: AT_ONE}, me, generation, instance="desk") == [0]
    await talk.ask(join(GROUP, instance="desk"), JOIN, by="next")
    for asked in (({topic: AT_ONE}, me, generation), ({topic: AT_ONE}, NOBODY, generation)):
        fenced = await codes(talk, version, *asked, instance="desk")
        assert fenced == [ErrorCode.FENCED_INSTANCE_ID]
    unknown = await codes(talk, version, {topic: AT_ONE}, me, generation, instance="desk-z")
    assert unknown == [ErrorCode.UNKNOWN_MEMBER_ID]


@pytest.mark.parametrize("version", VERSIONS)
async def test_positions_are_there_after_a_restart(tmp_path: Path, version: int) -> None:
    async with talking(tmp_path) as talk:
        topic = await topic_of(talk, version)
        await codes(talk, version, {topic: [(0, 5, 3, "note"), (1, 6, 3, None)]})
        before = await positions(talk)
    async with talking(tmp_path) as talk:
        assert await positions(talk) == before
        assert len(before) == 2


@pytest.mark.parametrize(("version", "seconds"), [(2, 30), (4, 30), (5, 60), (9, 60)])
async def test_retention_of_the_client_counts_up_to_version_4(
    tmp_path: Path, version: int, seconds: int
) -> None:
    config = GroupConfig(offsets_retention_ms=60_000, offsets_retention_check_interval_ms=1_000)
    async with group_broker(tmp_path / "a", groups=config) as broker:
        await broker.serve()
        await broker.with_topic("clicks")
        handler = OffsetCommitHandler(broker.shell, broker.topics.metadata.catalogue)
        request = commit(GROUP, {"clicks": AT_ONE}, retention_ms=30_000 if version <= 4 else -1)
        reply = KeptReply(OffsetCommitResponse)
        handler.handle(request, context(ApiKey.OFFSET_COMMIT, version), reply)
        await reply.response()
        for _ in range(seconds - 1):
            await broker.pass_time(1)
        assert broker.positions(GROUP) == {"clicks": {0: 1}}
        await broker.pass_time(1)
        assert broker.positions(GROUP) == {}


@pytest.mark.parametrize("version", VERSIONS)
async def test_without_a_coordinator_each_partition_says_so(
    broker: GroupBroker, version: int
) -> None:
    topic_id = await broker.with_topic("clicks")
    topic: str | bytes = topic_id if version >= IDS_SINCE else "clicks"
    handler = OffsetCommitHandler(broker.shell, broker.topics.metadata.catalogue)
    request, facts = commit(GROUP, {topic: AT_ONE}), context(ApiKey.OFFSET_COMMIT, version)
    for code in (ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS):
        reply = KeptReply(OffsetCommitResponse)
        handler.handle(request, facts, reply)
        answer = await reply.response()
        assert [each.error_code for each in answer.topics[0].partitions] == [code]
        await broker.begin_loading()


async def test_commits_behind_each_other_share_the_way_to_the_disk(broker: GroupBroker) -> None:
    await broker.serve()
    await broker.with_topic("clicks")
    handler = OffsetCommitHandler(broker.shell, broker.topics.metadata.catalogue)
    replies = [KeptReply(OffsetCommitResponse) for _ in range(3)]
    for offset, reply in enumerate(replies):
        request = commit(GROUP, {"clicks": [(0, offset, -1, "")]})
        handler.handle(request, context(ApiKey.OFFSET_COMMIT, COMMIT), reply)

    await asyncio.sleep(0)
    assert broker.topics.commit.waiting() == 1
    assert not any(reply.is_answered for reply in replies)
    for reply in replies:
        (topic,) = (await reply.response()).topics
        assert [each.error_code for each in topic.partitions] == [ErrorCode.NONE]
    assert broker.positions(GROUP) == {"clicks": {0: 2}}
