"""All groups of a broker: which shard has a group, when shards load, what time does to members."""

import asyncio
import errno
import itertools
import logging
from pathlib import Path

import pytest

from engine.broker.group_shell import LOAD_RETRY_S, GroupUnavailable
from engine.broker.refusal import Refused
from engine.broker.topic_names import CONSUMER_OFFSETS
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupConfig
from engine.coordinator.java_strings import group_partition
from engine.coordinator.journal import GroupKey, OffsetKey, decode_key
from engine.kernel.clock_guard import START_HOLD_S
from engine.records.batch import split_batches
from engine.records.record import iterate_records
from tests.support.group_broker import PARTITIONS, GroupBroker, group_broker
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.waiting import until

GROUPS = [f"group-{number}" for number in range(12)]
BROKEN_DISK = OSError(errno.EIO, "the disk says no")


def refusal(broker: GroupBroker, group: str = GROUPS[0]) -> GroupError:
    """Why nothing can be asked of a group."""
    with pytest.raises(GroupUnavailable) as refused:
        broker.state(group)
    return refused.value.error


def journal(broker: GroupBroker, index: int) -> list[GroupKey | OffsetKey | None]:
    """The keys in one partition of `__consumer_offsets`."""
    partition = broker.topics.partitions.find(CONSUMER_OFFSETS, index)
    assert partition is not None
    region = partition.log.read(0, 1 << 20, end_offset=1 << 60)
    if region is None:
        return []
    return [
        decode_key(record.key or b"")
        for batch in split_batches(region.read())
        for record in iterate_records(batch, 1 << 20)
    ]


def same_shard_as(group: str) -> str:
    """Another group in the same partition."""
    wanted = group_partition(group, PARTITIONS)
    names = (f"{group}-{number}" for number in itertools.count())
    return next(name for name in names if group_partition(name, PARTITIONS) == wanted)


def other_shard_than(group: str) -> str:
    """A group in another partition."""
    taken = group_partition(group, PARTITIONS)
    return next(each for each in GROUPS if group_partition(each, PARTITIONS) != taken)


@pytest.mark.point(88)
async def test_without_its_topic_there_is_no_coordinator(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        broker.shell.start()
        assert refusal(broker) is GroupError.COORDINATOR_NOT_AVAILABLE
        assert broker.shell.coordinators() == []


async def test_topic_that_cannot_be_made_is_told_to_the_operator(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with group_broker(tmp_path / "a", offsets_topic_segment_bytes=1000) as broker:
        for _ in range(100):
            with pytest.raises(Refused):
                await broker.shell.ensure_topic()
        told = [each.message for each in caplog.records if each.levelno == logging.ERROR]
    assert 0 < len(told) < 100
    assert "offsets_topic_not_created" in told[0]
    assert "segment.bytes" in told[0]


async def test_topic_is_made_once_however_many_ask_for_it(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await asyncio.gather(*(broker.shell.ensure_topic() for _ in range(10)))
        topic = broker.topics.metadata.catalogue.by_name(CONSUMER_OFFSETS)
        assert topic is not None
        assert len(topic.partitions) == PARTITIONS
        assert topic.configs["cleanup.policy"] == "compact"
        await broker.shell.ensure_topic()
        assert broker.topics.metadata.catalogue.by_name(CONSUMER_OFFSETS) == topic


@pytest.mark.point(88)
async def test_groups_are_loading_until_their_shard_is_active(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.begin_loading()
        assert refusal(broker) is GroupError.COORDINATOR_LOAD_IN_PROGRESS
        with pytest.raises(GroupUnavailable) as refused:
            broker.shell.coordinators()
        assert refused.value.error is GroupError.COORDINATOR_LOAD_IN_PROGRESS
        await until(broker.is_loaded)
        assert broker.state(GROUPS[0]) == "Dead"
        assert len(broker.shell.coordinators()) == PARTITIONS


async def test_groups_of_a_new_topic_are_served_as_soon_as_it_is_there(tmp_path: Path) -> None:
    """KafkaJS, told to retry three times, gave up on a coordinator that had just been made."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.shell.ensure_topic()
        assert {broker.state(group) for group in GROUPS} == {"Dead"}
        assert len(broker.shell.coordinators()) == PARTITIONS


async def test_group_that_came_before_its_shard_was_loaded_stays(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.shell.ensure_topic()
        joined = await broker.stable_member(GROUPS[0])
        await broker.serve()
        assert broker.heartbeat(GROUPS[0], joined) is GroupError.NONE


@pytest.mark.point(87)
async def test_group_lives_in_the_partition_that_java_would_say(tmp_path: Path) -> None:
    """★ Tools find a group's journal by the hash of its id."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        for group in GROUPS:
            await broker.commit(group, 1)
        for group in GROUPS:
            index = group_partition(group, PARTITIONS)
            assert OffsetKey(group, "clicks", 0) in journal(broker, index)
        assert sum(len(journal(broker, index)) for index in range(PARTITIONS)) == len(GROUPS)


async def test_silent_member_is_gone_when_its_session_ends(tmp_path: Path) -> None:
    """Nobody asks anything meanwhile: the timer does it."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        joined = await broker.stable_member(GROUPS[0])
        await broker.pass_time(9.999)
        assert broker.state(GROUPS[0]) == "Stable"
        broker.clock.advance(0.001)
        await until(lambda: broker.state(GROUPS[0]) == "Empty")
        assert broker.heartbeat(GROUPS[0], joined) is GroupError.UNKNOWN_MEMBER_ID


async def test_each_group_has_its_own_time(tmp_path: Path) -> None:
    """Sessions in different shards, begun half a second apart, end half a second apart."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        for group in GROUPS:
            await broker.stable_member(group)
            await broker.pass_time(0.5)
        await broker.pass_time(10 - len(GROUPS) / 2)
        for gone in range(1, len(GROUPS) + 1):
            states = [broker.state(group) for group in GROUPS]
            assert states == ["Empty"] * gone + ["Stable"] * (len(GROUPS) - gone)
            await broker.pass_time(0.5)


async def test_heartbeats_keep_a_member_and_set_no_timer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        members = [(group, await broker.stable_member(group)) for group in GROUPS]
        loop = asyncio.get_running_loop()
        timers: list[float] = []
        call_later = loop.call_later

        def counted(delay: float, *what: object) -> asyncio.TimerHandle:
            timers.append(delay)
            return call_later(delay, *what)

        monkeypatch.setattr(loop, "call_later", counted)
        for _ in range(3):
            broker.clock.advance(3)
            for group, joined in members:
                assert broker.heartbeat(group, joined) is GroupError.NONE
        assert timers == []
        broker.clock.advance(9)
        await until(lambda: timers)
        assert {broker.state(group) for group in GROUPS} == {"Stable"}
        broker.clock.advance(1)
        await until(lambda: {broker.state(group) for group in GROUPS} == {"Empty"})


async def test_join_phase_ends_by_the_clock(tmp_path: Path) -> None:
    config = GroupConfig(initial_rebalance_delay_ms=3_000)
    async with group_broker(tmp_path / "a", groups=config) as broker:
        await broker.serve()
        waiting = asyncio.ensure_future(broker.join(GROUPS[0]))
        await until(lambda: broker.state(GROUPS[0]) == "PreparingRebalance")
        await broker.pass_time(2.9)
        assert not waiting.done()
        broker.clock.advance(0.1)
        joined = await waiting
        assert (joined.error, joined.generation_id) == (GroupError.NONE, 1)


async def test_promised_member_that_does_not_come_is_forgotten(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        promised = await broker.join(GROUPS[0], requires_member_id=True)
        assert promised.error is GroupError.MEMBER_ID_REQUIRED
        await broker.pass_time(10)
        late = await broker.join(GROUPS[0], promised.member_id)
        assert late.error is GroupError.UNKNOWN_MEMBER_ID


async def test_restart_finds_every_group_and_position(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        members = {group: await broker.stable_member(group) for group in GROUPS}
        for number, group in enumerate(GROUPS):
            await broker.commit(f"{group}-alone", number, number + 1)
        copy = broker.topics.crash_copy("b")
    async with group_broker(copy) as broker:
        broker.shell.start()
        await until(broker.is_loaded)
        for number, group in enumerate(GROUPS):
            assert broker.heartbeat(group, members[group]) is GroupError.NONE
            assert broker.positions(f"{group}-alone") == {"clicks": {0: number, 1: number + 1}}
        listed = [each for one in broker.shell.coordinators() for each in one.list_groups()]
        assert len(listed) == 2 * len(GROUPS)


async def test_sessions_found_at_a_restart_end_by_the_clock(tmp_path: Path) -> None:
    """Nobody asks for the group: loading alone sets the timer."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        await broker.stable_member(GROUPS[0])
        copy = broker.topics.crash_copy("b")
    async with group_broker(copy) as broker:
        broker.shell.start()
        await until(broker.is_loaded)
        broker.clock.advance(10)
        index = group_partition(GROUPS[0], PARTITIONS)
        await until(lambda: len(journal(broker, index)) == 3)
        assert broker.state(GROUPS[0]) == "Empty"


async def test_shard_whose_journal_was_lost_refuses_its_groups_alone(tmp_path: Path) -> None:
    """The disk fails under one partition: who waits there is refused, the others go on."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        group, neighbour, stranger = (
            GROUPS[0],
            same_shard_as(GROUPS[0]),
            other_shard_than(GROUPS[0]),
        )
        for each in (group, neighbour, stranger):
            await broker.stable_member(each)
        waiting = asyncio.ensure_future(broker.join(neighbour))
        apart = asyncio.ensure_future(broker.join(stranger))
        await until(lambda: broker.state(neighbour) == "PreparingRebalance")
        broker.topics.syncs.error = BROKEN_DISK
        lost = await broker.commit(same_shard_as(neighbour), 2)
        assert lost.error is GroupError.COORDINATOR_NOT_AVAILABLE
        assert (await waiting).error is GroupError.COORDINATOR_NOT_AVAILABLE
        assert not apart.done()
        assert broker.state(stranger) == "PreparingRebalance"
        assert refusal(broker, group) is GroupError.COORDINATOR_LOAD_IN_PROGRESS
        await until(broker.is_loaded)
        assert broker.state(group) == "Stable"


async def test_disk_that_is_full_for_a_while_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """The write is taken back: the shard starts over from its log, and serves on."""
    disk = MemoryFileSystem()
    for directory in (*reversed(tmp_path.parents), tmp_path, tmp_path / "a"):
        if str(directory) != "/":
            disk.make_directory(str(directory))
    async with group_broker(tmp_path / "a", filesystem=disk) as broker:
        await broker.serve()
        await broker.commit(GROUPS[0], 1)
        disk.fail(0, errno.ENOSPC, kinds=["write"], is_sticky=True)
        refused = await broker.commit(GROUPS[0], 2)
        assert refused.error is GroupError.COORDINATOR_NOT_AVAILABLE
        disk.heal()
        assert refusal(broker) is GroupError.COORDINATOR_LOAD_IN_PROGRESS
        await until(broker.is_loaded)
        assert broker.positions(GROUPS[0]) == {"clicks": {0: 1}}
        assert (await broker.commit(GROUPS[0], 3)).error is GroupError.NONE


@pytest.mark.point(88)
async def test_load_that_failed_is_tried_again_after_a_while(tmp_path: Path) -> None:
    """One damaged journal: its groups wait, those of other shards are served."""
    async with group_broker(tmp_path / "a") as broker:
        await broker.begin_loading()
        log = broker.spoil_journal(GROUPS[0])
        served = next(
            group for group in GROUPS if group_partition(group, PARTITIONS) == PARTITIONS - 1
        )

        def is_served() -> bool:
            try:
                return broker.state(served) == "Dead"
            except GroupUnavailable:
                return False

        await until(is_served)
        assert refusal(broker) is GroupError.NOT_COORDINATOR
        log.delete_records(2)
        for _ in range(100):
            assert refusal(broker) is GroupError.NOT_COORDINATOR
            await asyncio.sleep(0)
        broker.clock.advance(LOAD_RETRY_S)
        assert refusal(broker) is GroupError.NOT_COORDINATOR
        await until(broker.is_loaded)
        assert broker.state(GROUPS[0]) == "Dead"


@pytest.mark.point(68)
async def test_positions_in_a_deleted_topic_go_and_those_of_a_namesake_stay(
    tmp_path: Path,
) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        first_id = await broker.with_topic("clicks")
        await broker.with_topic("views")
        for group in GROUPS:
            await broker.commit(group, 5, topic_id=first_id)
            await broker.commit(group, 6, topic="views")
        await broker.topics.admin.delete([first_id])
        assert {tuple(broker.positions(group)) for group in GROUPS} == {("views",)}
        second_id = await broker.with_topic("clicks")
        await broker.commit(GROUPS[0], 7, topic_id=second_id)
        copy = broker.topics.crash_copy("b")
    async with group_broker(copy) as broker:
        await broker.serve()
        assert broker.positions(GROUPS[0]) == {"views": {0: 6}, "clicks": {0: 7}}
        assert broker.positions(GROUPS[1]) == {"views": {0: 6}}


async def test_expired_positions_go_by_the_clock(tmp_path: Path) -> None:
    config = GroupConfig(
        initial_rebalance_delay_ms=0,
        offsets_retention_ms=60_000,
        offsets_retention_check_interval_ms=10_000,
    )
    async with group_broker(tmp_path / "a", groups=config) as broker:
        await broker.serve()
        await broker.commit(GROUPS[0], 5)
        for _ in range(5):
            await broker.pass_time(10)
        assert broker.positions(GROUPS[0]) == {"clicks": {0: 5}}
        broker.clock.advance(10)
        await until(lambda: broker.state(GROUPS[0]) == "Dead")


async def test_stop_answers_who_waits_and_refuses_who_comes(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        await broker.stable_member(GROUPS[0])
        waiting = asyncio.ensure_future(broker.join(GROUPS[0]))
        await until(lambda: broker.state(GROUPS[0]) == "PreparingRebalance")
        await broker.shell.stop()
        assert (await waiting).error is GroupError.COORDINATOR_NOT_AVAILABLE
        assert refusal(broker) is GroupError.COORDINATOR_NOT_AVAILABLE
        await broker.shell.stop()


async def test_stop_while_loading_leaves_nothing_running(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.shell.ensure_topic()
        before = len(asyncio.all_tasks())
        await broker.shell.stop()
        assert len(asyncio.all_tasks()) < before
        assert refusal(broker) is GroupError.COORDINATOR_NOT_AVAILABLE


async def test_commit_on_its_way_to_the_disk_is_answered_after_the_stop(tmp_path: Path) -> None:
    async with group_broker(tmp_path / "a") as broker:
        await broker.serve()
        committing = asyncio.ensure_future(broker.commit(GROUPS[0], 1))
        await asyncio.sleep(0)
        await broker.shell.stop()
        assert (await committing).error is GroupError.NONE


async def test_positions_do_not_expire_while_the_wall_clock_is_not_trusted(
    tmp_path: Path,
) -> None:
    """A start with a wrong date must not cost the groups their positions."""
    async with group_broker(tmp_path / "data") as broker:
        await broker.with_topic("clicks")
        await broker.serve()
        await broker.commit("g", 3)
    ten_days_s = 10 * 86_400
    async with group_broker(tmp_path / "data", started_ahead_s=ten_days_s) as broker:
        await broker.serve()
        await broker.pass_time(601)
        assert broker.positions("g") == {"clicks": {0: 3}}
        await broker.pass_time(START_HOLD_S)
        assert broker.positions("g") == {}
