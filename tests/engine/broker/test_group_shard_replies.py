"""Answers of a shard that write nothing: they wait for the records that they may tell of.

The log is a real one in a directory; syncs end when a test says so.
"""

import errno
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from engine.broker.commit import Durability
from engine.coordinator.commands import JoinReply, LeaveReply, OffsetsReply, ReadReply, Reply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig, GroupConfig
from engine.coordinator.outcome import Outcome
from tests.support.lone_shard import CONFIG, LoneShard
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk

BROKEN_DISK = OSError(errno.EIO, "the disk says no")
NOT_AVAILABLE = GroupError.COORDINATOR_NOT_AVAILABLE
NOT_COORDINATOR = GroupError.NOT_COORDINATOR
"""Of who asks for a position: older consumers of Java know no other that they may retry."""


class ChangingSettings:
    """Settings that a test replaces."""

    def __init__(self, now: GroupConfig) -> None:
        self.now = now

    def consumer_of(self, group_id: str) -> ConsumerGroupConfig:
        return self.now.consumer_of(group_id)


class Shown:
    """What a reply shows, to look whether anybody still holds it."""


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


@pytest.fixture
def shard(disk: Disk) -> LoneShard:
    made = LoneShard(disk, disk.partition())
    made.load()
    return made


def error_of(reply: object) -> GroupError:
    assert isinstance(reply, JoinReply | OffsetsReply)
    return reply.error


def test_reply_without_records_waits_for_the_records_before_it(shard: LoneShard) -> None:
    """It may tell of them: what a client was told must not be undone by a power cut."""
    shard.commit("commit", 7)
    shard.join("join", "nobody")
    assert shard.replies == {}
    shard.disk.syncs.finish()
    assert list(shard.replies) == ["commit", "join"]
    assert error_of(shard.replies["join"]) is GroupError.UNKNOWN_MEMBER_ID
    assert shard.disk.syncs.rounds == [], "the sync of the records serves it as well"


def test_reply_without_records_waits_for_those_of_its_own_turn(shard: LoneShard) -> None:
    with shard.turn():
        shard.decide_commit("commit", 7)
        shard.show("shown")
    assert shard.replies == {}
    shard.disk.syncs.finish()
    assert list(shard.replies) == ["commit", "shown"]


def test_later_commits_do_not_delay_what_rests_on_earlier_ones(shard: LoneShard) -> None:
    shard.commit("first", 7)
    shard.show("shown")
    shard.commit("second", 8)
    shard.disk.syncs.finish()
    assert list(shard.replies) == ["first", "shown"]
    assert shard.replies["shown"] == ReadReply(error=GroupError.NONE, shown=7)


def test_written_is_durable_where_syncs_are_not_waited_for(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "os", Durability.OS)
    shard = LoneShard(disk, disk.partition())
    shard.load()
    with shard.turn():
        shard.decide_commit("commit", 7)
        shard.show("same turn")
    shard.show("next turn")
    assert list(shard.replies) == ["commit", "same turn", "next turn"]
    assert disk.syncs.rounds == []


def test_reply_that_rests_on_lost_records_is_refused(shard: LoneShard) -> None:
    shard.commit("lost", 7)
    shard.show("shown")
    shard.disk.syncs.finish(BROKEN_DISK)
    assert shard.replies["shown"] == ReadReply(error=NOT_COORDINATOR)


def test_log_fenced_by_another_sync_tells_nothing_that_is_not_durable(shard: LoneShard) -> None:
    """As by a checkpoint's, while the commit's own sync is still under way."""
    shard.commit("lost", 7)
    shard.partition.log.fail_sync(BROKEN_DISK)
    shard.show("shown")
    assert shard.replies == {}
    shard.disk.syncs.finish()
    assert error_of(shard.replies["lost"]) is NOT_AVAILABLE
    assert shard.replies["shown"] == ReadReply(error=NOT_COORDINATOR)


def test_who_comes_after_a_write_that_failed_waits_for_nothing_that_is_gone() -> None:
    files = MemoryFileSystem()
    files.make_directory("/data")
    disk = Disk(Path("/data"), filesystem=files)
    shard = LoneShard(disk, disk.partition())
    shard.load()
    shard.commit("kept", 1)
    files.fail(0, errno.ENOSPC)
    with shard.turn():
        shard.decide_commit("lost", 2)
        shard.show("rests on it")
    assert error_of(shard.replies["lost"]) is NOT_AVAILABLE
    assert shard.replies["rests on it"] == ReadReply(error=NOT_COORDINATOR)
    shard.load()
    shard.show("loaded")
    assert "loaded" not in shard.replies
    disk.syncs.finish()
    assert shard.replies["loaded"] == ReadReply(error=GroupError.NONE, shown=1)


def test_disk_that_hangs_keeps_nobody_waiting(shard: LoneShard) -> None:
    """After twice `offsets.commit.timeout.ms`; what has waited less goes on waiting."""
    shard.commit("commit", 7)
    shard.clock.advance(1.0)
    shard.show("shown")
    shard.clock.advance(8.999)
    shard.tick()
    assert shard.replies == {}
    shard.clock.advance(0.001)
    shard.tick()
    assert list(shard.replies) == ["commit"]
    assert error_of(shard.replies["commit"]) is NOT_AVAILABLE
    shard.clock.advance(1.0)
    shard.tick()
    assert shard.replies["shown"] == ReadReply(error=NOT_COORDINATOR)


def test_who_was_refused_gets_no_second_answer_when_the_disk_goes_on(shard: LoneShard) -> None:
    """And what was decided for him holds: as with any answer that is lost on its way."""
    shard.commit("overdue", 7)
    shard.clock.advance(10.0)
    shard.tick()
    shard.commit("waiting", 8)
    shard.disk.syncs.finish_all()
    assert error_of(shard.replies["overdue"]) is NOT_AVAILABLE
    assert error_of(shard.replies["waiting"]) is GroupError.NONE
    assert shard.position() == 8


def test_nothing_is_kept_of_who_was_refused(shard: LoneShard) -> None:
    """Clients that come again and again while a disk hangs must not fill the memory."""
    shard.commit("commit", 7)
    shown = ReadReply(error=GroupError.NONE, shown=Shown())
    asked = weakref.ref(shown.shown)
    shard.shard.follow(Outcome(replies=(Reply("shown", shown),)))
    shard.clock.advance(10.0)
    shard.tick()
    assert list(shard.replies) == ["commit", "shown"]
    del shown
    assert asked() is None


def test_shard_asks_to_be_woken_for_who_waits_for_the_disk(shard: LoneShard) -> None:
    idle_ms = shard.shard.wake_ms()
    assert idle_ms is None or idle_ms > shard.shard.now().monotonic_ms + 10_000
    shard.commit("commit", 7)
    assert shard.shard.wake_ms() == shard.shard.now().monotonic_ms + 10_000
    shard.disk.syncs.finish()
    assert shard.shard.wake_ms() == idle_ms


def test_time_to_wait_is_that_which_is_set_now(disk: Disk) -> None:
    settings = ChangingSettings(replace(CONFIG, offsets_commit_timeout_ms=3_600_000))
    shard = LoneShard(disk, disk.partition(), settings=settings)
    shard.load()
    shard.commit("early", 7)
    settings.now = CONFIG
    shard.commit("late", 8)
    shard.clock.advance(10.0)
    shard.tick()
    assert list(shard.replies) == ["early", "late"]


def test_who_waits_for_a_shard_that_lost_its_journal_is_refused_in_time() -> None:
    """Of the earlier sync nothing is known yet, and nobody but the disk would tell."""
    files = MemoryFileSystem()
    files.make_directory("/data")
    disk = Disk(Path("/data"), filesystem=files)
    shard = LoneShard(disk, disk.partition())
    shard.load()
    shard.commit("waits", 1)
    files.fail(0, errno.ENOSPC)
    shard.commit("lost", 2)
    assert not shard.shard.is_active
    wake_ms = shard.shard.wake_ms()
    assert wake_ms is not None
    assert "waits" not in shard.replies
    shard.clock.advance(10.0)
    assert wake_ms <= shard.shard.now().monotonic_ms
    shard.shard.tick()
    assert error_of(shard.replies["waits"]) is NOT_AVAILABLE
    assert shard.shard.wake_ms() is None


def test_leaving_that_could_not_be_stored_is_refused(shard: LoneShard) -> None:
    """The member is in the journal still, and after a power cut in the group again."""
    member = shard.stable_member()
    shard.leave("leave", member.member_id)
    shard.disk.syncs.finish(BROKEN_DISK)
    assert shard.replies["leave"] == LeaveReply(error=NOT_AVAILABLE)
