"""One partition of `__consumer_offsets`: replies wait for the disk, and the journal is the truth.

The log is a real one in a directory; syncs end when a test says so.
"""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from engine.broker.group_shard import BATCH_BYTES_MAX, LOAD_BYTES, ShardState
from engine.broker.partition import Partition
from engine.coordinator.commands import JoinReply, OffsetsReply, ReadReply, Reply, SyncReply
from engine.coordinator.errors import GroupError
from engine.coordinator.journal import GroupMetadata, OffsetKey, group_record, offset_record
from engine.coordinator.outcome import Outcome
from engine.records.batch import read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.storage.errors import StorageDamaged
from engine.storage.partition_log import Origin
from tests.support.lone_shard import GROUP, LoneShard
from tests.support.partitions import Disk

BROKEN_DISK = OSError(errno.EIO, "the disk says no")
NOT_AVAILABLE = GroupError.COORDINATOR_NOT_AVAILABLE


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


@pytest.fixture
def shard(disk: Disk) -> LoneShard:
    made = LoneShard(disk, disk.partition())
    made.load()
    return made


def again(shard: LoneShard) -> LoneShard:
    """Another shard on the same partition, loaded: what a restart finds."""
    made = LoneShard(shard.disk, shard.partition)
    made.load()
    return made


def error_of(reply: object) -> GroupError:
    assert isinstance(reply, JoinReply | SyncReply | OffsetsReply)
    return reply.error


def write(shard: LoneShard, *batches: bytes | bytearray) -> None:
    """Put batches into the partition past the coordinator."""
    for batch in batches:
        shard.partition.log.append(bytearray(batch), leader_epoch=0, origin=Origin.COORDINATOR)
        shard.partition.log.write_staged()


def batches_in(partition: Partition) -> list[memoryview]:
    """Every batch of the partition."""
    found: list[memoryview] = []
    offset = partition.log.log_start_offset
    while (region := partition.log.read(offset, 1 << 20, end_offset=1 << 60)) is not None:
        found += split_batches(region.read())
        offset = region.next_offset
    return found


def test_life_of_a_shard(disk: Disk) -> None:
    shard = LoneShard(disk, disk.partition()).shard
    assert shard.state is ShardState.UNLOADED
    shard.begin_load()
    assert shard.state is ShardState.LOADING
    assert not shard.is_active
    assert not shard.load_some()
    assert shard.is_active
    shard.unload()
    assert shard.state is ShardState.UNLOADED


def test_reply_waits_until_its_records_are_durable(shard: LoneShard) -> None:
    shard.commit("commit", 7)
    assert shard.replies == {}
    shard.disk.syncs.finish()
    assert shard.replies == {
        "commit": OffsetsReply(error=GroupError.NONE, partitions=(GroupError.NONE,))
    }


def test_reply_without_records_is_given_at_once(shard: LoneShard) -> None:
    shard.join("join", "nobody")
    assert error_of(shard.replies["join"]) is GroupError.UNKNOWN_MEMBER_ID
    assert shard.disk.syncs.rounds == []


def test_next_command_sees_what_is_not_durable_yet(shard: LoneShard) -> None:
    """The coordinator goes on while the disk works: the order of the journal is that of replies."""
    shard.commit("first", 7)
    shard.commit("second", 8)
    assert shard.position() == 8
    shard.disk.syncs.finish()
    assert list(shard.replies) == ["first"]
    shard.disk.syncs.finish_all()
    assert list(shard.replies) == ["first", "second"]


def test_what_one_turn_decides_is_one_batch(shard: LoneShard) -> None:
    with shard.turn():
        for number in range(5):
            shard.decide_commit(number, number)
            assert shard.position() == number
    (written,) = batches_in(shard.partition)
    assert read_header(written).record_count == 5
    assert shard.replies == {}
    shard.disk.syncs.finish_all()
    assert list(shard.replies) == list(range(5))


def test_replies_of_others_wait_for_the_record_that_answers_them(shard: LoneShard) -> None:
    """The leader's assignment is one record; the follower's sync is answered with it."""
    a = shard.stable_member()
    shard.join("b")
    shard.join("a", a.member_id)
    joined = {token: shard.replies[token] for token in ("a", "b")}
    leader, follower = joined["a"], joined["b"]
    assert isinstance(leader, JoinReply)
    assert isinstance(follower, JoinReply)
    shard.sync("follower", follower)
    shard.sync("leader", leader)
    assert "follower" not in shard.replies
    shard.disk.syncs.finish_all()
    assert error_of(shard.replies["follower"]) is GroupError.NONE
    assert error_of(shard.replies["leader"]) is GroupError.NONE


def test_restart_finds_groups_members_and_positions(shard: LoneShard) -> None:
    """★ Members go on with their assignments as if nothing had happened."""
    joined = shard.stable_member()
    shard.commit("other", 5, 6, group="batch", metadata="note")
    shard.disk.syncs.finish_all()

    after = again(shard)

    described = after.shard.coordinator.describe(GROUP)
    assert described is not None
    (member,) = described.members
    assert (described.state.value, member.member_id) == ("Stable", joined.member_id)
    assert member.assignment == b"all"
    assert [after.position(n, "batch") for n in (0, 1, 2)] == [5, 6, None]
    assert {each.group_id for each in after.shard.coordinator.list_groups()} == {GROUP, "batch"}


def test_restart_expects_heartbeats_from_the_members_it_finds(shard: LoneShard) -> None:
    shard.stable_member()
    after = again(shard)
    after.clock.advance(9.999)
    after.tick()
    assert after.state() == "Stable"
    after.clock.advance(0.001)
    after.tick()
    assert after.state() == "Empty"


def test_deleted_group_stays_deleted(shard: LoneShard) -> None:
    key = OffsetKey(GROUP, "clicks", 0)
    shard.commit("commit", 1)
    tombstones = [offset_record(key, None), group_record(GROUP, None)]
    write(shard, build_batch([NewRecord(1, each.key, each.value) for each in tombstones]))
    assert again(shard).state() == "Dead"
    assert again(shard).position() is None


def test_long_journal_is_loaded_in_steps(shard: LoneShard) -> None:
    value = "x" * 4_000
    for number in range(40):
        shard.commit(number, *range(20), group=f"group-{number}", metadata=value)
    shard.disk.syncs.finish_all()
    after = LoneShard(shard.disk, shard.partition)
    assert after.load() > shard.partition.log.size_bytes // LOAD_BYTES > 2
    assert [after.position(19, f"group-{number}") for number in range(40)] == [19] * 40


def test_batch_larger_than_a_step_is_loaded(shard: LoneShard) -> None:
    shard.partition.log.config = replace(shard.partition.log.config, max_message_bytes=3_000_000)
    joined = shard.stable_member()
    shard.join("again", joined.member_id)
    rejoined = shard.replies["again"]
    assert isinstance(rejoined, JoinReply)
    shard.sync("large", rejoined, bytes(2 * LOAD_BYTES))
    shard.disk.syncs.finish_all()
    shard.commit("behind", 3, group="other")
    shard.disk.syncs.finish_all()
    after = again(shard)
    assert after.position(group="other") == 3
    described = after.shard.coordinator.describe(GROUP)
    assert described is not None
    assert described.members[0].assignment == bytes(2 * LOAD_BYTES)


def test_records_that_are_not_for_groups_are_passed_over(shard: LoneShard) -> None:
    marker = build_end_marker(
        EndMarker(ControlType.COMMIT, 0), timestamp_ms=1, producer_id=5, producer_epoch=0
    )
    without_key = build_batch([NewRecord(1, None, b"?"), NewRecord(1, b"\x01\x00", b"?")])
    write(shard, marker, without_key)
    shard.commit("commit", 9)
    assert again(shard).position() == 9


def test_record_that_cannot_be_read_leaves_the_shard_unloaded(
    shard: LoneShard, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is guessed; it is logged once, however often clients make it be tried."""
    shard.commit("commit", 9)
    key = group_record(GROUP, None).key
    write(shard, build_batch([NewRecord(1, key, b"\x00\x03")]))
    after = LoneShard(shard.disk, shard.partition)
    for _ in range(3):
        with pytest.raises(StorageDamaged, match="cannot be read") as raised:
            after.load()
        after.shard.load_failed(raised.value)
        assert after.shard.state is ShardState.UNLOADED
    assert len([each for each in caplog.records if "groups_not_loaded" in each.message]) == 1


def test_load_that_failed_half_way_starts_from_nothing(shard: LoneShard) -> None:
    empty = GroupMetadata("", 0, None, None, 1, ())
    good = group_record("ghost", empty)
    bad = group_record("bad", None)._replace(value=b"\x00\x09")
    write(shard, build_batch([NewRecord(1, each.key, each.value) for each in (good, bad)]))
    after = LoneShard(shard.disk, shard.partition)
    with pytest.raises(StorageDamaged, match="cannot be read") as raised:
        after.load()
    after.shard.load_failed(raised.value)
    after.partition.log.delete_records(1)
    after.partition.log.delete_records(2)
    after.load()
    assert after.shard.coordinator.list_groups() == []


def test_sync_that_fails_refuses_the_replies_and_forgets_what_was_not_durable(
    shard: LoneShard, caplog: pytest.LogCaptureFixture
) -> None:
    shard.commit("kept", 1)
    shard.disk.syncs.finish_all()
    shard.commit("lost", 2)
    shard.commit("lost too", 3)
    shard.disk.syncs.finish(BROKEN_DISK)
    assert error_of(shard.replies["kept"]) is GroupError.NONE
    for token in ("lost", "lost too"):
        reply = shard.replies[token]
        assert reply == OffsetsReply(error=NOT_AVAILABLE, partitions=(NOT_AVAILABLE,))
    assert shard.shard.state is ShardState.UNLOADED
    assert len([each for each in caplog.records if "group_journal_lost" in each.message]) == 1


def test_sync_that_fails_refuses_what_the_turn_has_decided(shard: LoneShard) -> None:
    """It rests on what was lost: nothing of it may get into the log."""
    shard.commit("lost", 2)
    with shard.turn():
        shard.decide_commit("too late", 3)
        shard.disk.syncs.finish(BROKEN_DISK)
    assert error_of(shard.replies["lost"]) is NOT_AVAILABLE
    assert error_of(shard.replies["too late"]) is NOT_AVAILABLE
    assert len(batches_in(shard.partition)) == 1


def test_sync_that_fails_refuses_joins_that_wait(shard: LoneShard) -> None:
    shard.stable_member()
    shard.join("waits")
    assert "waits" not in shard.replies
    shard.commit("lost", 2, group="other")
    shard.disk.syncs.finish(BROKEN_DISK)
    assert error_of(shard.replies["waits"]) is NOT_AVAILABLE


def test_shard_whose_disk_failed_is_loaded_from_what_the_log_holds(shard: LoneShard) -> None:
    """The log is fenced: what is durable can be read, and no change is taken until a restart."""
    shard.commit("kept", 1)
    shard.disk.syncs.finish_all()
    shard.commit("lost", 2)
    shard.disk.syncs.finish(BROKEN_DISK)
    shard.load()
    assert shard.shard.is_active
    assert shard.position() == 1
    shard.show("shown")
    assert shard.replies["shown"] == ReadReply(error=GroupError.NONE, shown=1)
    shard.commit("refused", 3)
    assert error_of(shard.replies["refused"]) is NOT_AVAILABLE
    assert shard.position() != 3
    assert shard.shard.is_active


def test_append_that_is_refused_changes_nothing(shard: LoneShard) -> None:
    shard.commit("kept", 1, group="other")
    shard.disk.syncs.finish_all()
    shard.partition.log.close()
    shard.commit("refused", 2, group="other")
    shard.join("join")
    assert error_of(shard.replies["refused"]) is NOT_AVAILABLE
    assert error_of(shard.replies["join"]) is NOT_AVAILABLE
    assert shard.position(group="other") == 1
    assert shard.state() == "Dead"


def test_record_larger_than_the_partition_takes_is_refused(shard: LoneShard) -> None:
    """As Kafka answers it; the members join again."""
    shard.join("join")
    shard.disk.syncs.finish_all()
    joined = shard.replies["join"]
    assert isinstance(joined, JoinReply)
    shard.sync("large", joined, bytes(1_500_000))
    assert error_of(shard.replies["large"]) is GroupError.UNKNOWN_SERVER_ERROR
    assert shard.state() == "PreparingRebalance"
    shard.join("again", joined.member_id)
    assert error_of(shard.replies["again"]) is GroupError.NONE


def test_outcome_larger_than_a_batch_becomes_several_and_one_reply(shard: LoneShard) -> None:
    offsets = range(400)
    shard.commit("many", *offsets, metadata="x" * 4_096)
    sizes = [read_header(batch).size_bytes for batch in batches_in(shard.partition)]
    assert len(sizes) == 4
    assert max(sizes) <= BATCH_BYTES_MAX + 100
    assert shard.replies == {}
    shard.disk.syncs.finish_all()
    assert error_of(shard.replies["many"]) is GroupError.NONE
    after = again(shard)
    assert [after.position(index) for index in offsets] == list(offsets)


def test_batches_fit_a_partition_that_takes_only_small_ones(shard: LoneShard) -> None:
    log = shard.partition.log
    log.config = replace(log.config, max_message_bytes=5_000)
    shard.commit("many", *range(50), metadata="x" * 1_000)
    assert max(read_header(each).size_bytes for each in batches_in(shard.partition)) <= 5_000
    shard.disk.syncs.finish_all()
    assert error_of(shard.replies["many"]) is GroupError.NONE


def test_outcome_of_which_one_record_is_too_large_is_not_stored_in_part(shard: LoneShard) -> None:
    log = shard.partition.log
    log.config = replace(log.config, max_message_bytes=1_000)
    end_offset = log.log_end_offset
    small = offset_record(OffsetKey(GROUP, "clicks", 0), None)
    large = group_record(GROUP, None)._replace(value=bytes(2_000))
    reply = Reply("both", OffsetsReply(error=GroupError.NONE, partitions=(GroupError.NONE,)))
    shard.follow(Outcome((small, large), (reply,)))
    assert error_of(shard.replies["both"]) is GroupError.UNKNOWN_SERVER_ERROR
    assert log.log_end_offset == end_offset


def test_stop_answers_joins_and_syncs_that_wait(shard: LoneShard) -> None:
    a = shard.stable_member()
    shard.join("b")
    shard.join("a", a.member_id)
    follower = shard.replies["b"]
    assert isinstance(follower, JoinReply)
    shard.sync("waiting sync", follower)
    shard.shard.unload()
    assert error_of(shard.replies["waiting sync"]) is NOT_AVAILABLE
    assert shard.shard.state is ShardState.UNLOADED


def test_stop_lets_what_is_on_its_way_to_the_disk_be_answered(shard: LoneShard) -> None:
    shard.commit("commit", 1)
    shard.shard.unload()
    shard.disk.syncs.finish_all()
    assert error_of(shard.replies["commit"]) is GroupError.NONE
