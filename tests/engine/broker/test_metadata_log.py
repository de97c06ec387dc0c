"""The metadata log on a real directory: what survives, what is refused, what snapshots do."""

import asyncio
import errno
import shutil

import pytest

from engine.broker.catalogue import Topic, topic_entry
from engine.broker.commit import SYNC_RETRY_S
from engine.broker.metadata import METADATA_PARTITION
from engine.broker.metadata_entries import Entry, UnknownMetadata, encode_entry
from engine.kernel.ids import BrokerId, TopicId
from engine.records.batch import read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.thinning import emptied
from engine.storage.errors import LogFenced, StorageFull
from engine.storage.partition_log import Origin
from engine.storage.spare_room import SPARE_BYTES, STEP_BYTES
from tests.support.clock import FakeClock
from tests.support.counted_filesystem import CountedFileSystem
from tests.support.topic_broker import TopicBroker, topic_broker
from tests.support.waiting import until

ROOMY = 1 << 30


def topic(number, partitions=1, configs=None):
    replicas = ((BrokerId(1),),) * partitions
    return Topic(f"t{number:04}", TopicId(number.to_bytes(16, "big")), replicas, configs or {})


def log_of(broker):
    return next(
        log for log in broker.directory.open_logs() if log.topic_partition == METADATA_PARTITION
    )


async def commit(broker, *entries):
    async with broker.metadata.log.turn:
        await broker.metadata.log.commit(entries)


def fill(disk, *, leave_bytes=0):
    """Let another program take all room but so much."""
    disk.size_bytes += leave_bytes - disk.room()


async def test_what_was_committed_is_there_after_a_crash(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await commit(broker, topic_entry(topic(1)), topic_entry(topic(2, 5)))
        assert await broker.metadata.allocate_producer_ids(1000) == 0
        assert await broker.metadata.allocate_producer_ids(1000) == 1000
        await broker.metadata.begin_leader_epoch(broker.directory.spare_room, broker.events)
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert broker.metadata.catalogue.topics() == [topic(1), topic(2, 5)]
        assert broker.metadata.counters.next_producer_id == 2000
        assert broker.metadata.counters.leader_epoch == 1
        assert not broker.directory.was_clean


async def test_a_leader_epoch_begins_on_a_full_disk_as_long_as_there_is_spare_room(
    tmp_path, caplog
):
    disk = CountedFileSystem(tmp_path, ROOMY)
    (tmp_path / "a").mkdir()
    async with topic_broker(tmp_path / "a", filesystem=disk) as broker:
        spare = broker.directory.spare_room
        spare.keep()
        fill(disk)
        await broker.metadata.begin_leader_epoch(spare, broker.events)
        assert spare.left_bytes() == SPARE_BYTES - STEP_BYTES
        assert "spare_room_given_up size_bytes=16384 left_bytes=245760" in caplog.text
        while spare.give_up_some():
            fill(disk)
        with pytest.raises(StorageFull):
            await broker.metadata.begin_leader_epoch(spare, broker.events)
        assert broker.metadata.counters.leader_epoch == 1


async def test_nothing_is_replayed_before_it_is_on_disk(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        broker.syncs.error = OSError(5, "Input/output error")
        with pytest.raises(LogFenced):
            await commit(broker, topic_entry(topic(1)))
        assert broker.names() == []
        broker.syncs.error = None
        with pytest.raises(LogFenced):
            await commit(broker, topic_entry(topic(2)))
        assert broker.names() == []


async def test_a_commit_is_synced_even_when_durability_is_os(tmp_path):
    async with topic_broker(tmp_path / "a", durability="os") as broker:
        await commit(broker, topic_entry(topic(1)))
        assert broker.syncs.runs == 1


async def test_snapshots_keep_the_log_short_and_lose_nothing(tmp_path):
    """Method: the same topics change often, with large values, until several snapshots are due."""
    async with topic_broker(tmp_path / "a") as broker:
        for round_number in range(60):
            configs = {"k": str(round_number) + "x" * 150_000}
            await commit(broker, *(topic_entry(topic(n, 1, configs)) for n in range(3)))
        expected = broker.metadata.catalogue.topics()
        assert log_of(broker).log_start_offset > 0
        copy = broker.crash_copy("copy")
    for path in (tmp_path / "a", copy):
        async with topic_broker(path) as broker:
            assert broker.metadata.catalogue.topics() == expected


async def test_a_snapshot_leaves_the_last_room_on_a_disk_to_changes(tmp_path, caplog):
    """Method: a snapshot of several parts is due all the time, with room for two of them."""
    disk = CountedFileSystem(tmp_path, ROOMY)
    (tmp_path / "a").mkdir()
    async with topic_broker(tmp_path / "a", filesystem=disk) as broker:

        async def change(numbers):
            for first in numbers:
                many = (topic(first + n, 1, {"k": "x" * 3_900}) for n in range(50))
                await commit(broker, *map(topic_entry, many))

        await change(range(0, 1000, 50))
        assert log_of(broker).log_start_offset == 0
        fill(disk, leave_bytes=2_000_000)
        await change(range(1000, 1200, 50))
        assert log_of(broker).log_start_offset == 0
        assert disk.room() > 1_000_000
        assert "metadata_snapshot_put_off free_bytes=" in caplog.text
        fill(disk, leave_bytes=ROOMY)
        await commit(broker, topic_entry(topic(1200)))
        assert log_of(broker).log_start_offset > 0
        assert len(broker.names()) == 1201


async def test_a_snapshot_that_a_crash_cut_off_is_ignored(tmp_path):
    """Method: cut the log file of a copy at every batch inside the last snapshot."""
    async with topic_broker(tmp_path / "a") as broker:
        for number in range(700):
            await commit(broker, topic_entry(topic(number)))
        expected = broker.metadata.catalogue.topics()
        before = (tmp_path / "a/__cluster_metadata-0/00000000000000000000.log").stat().st_size
        async with broker.metadata.log.turn:
            await broker.metadata.log.take_snapshot()
        whole = broker.crash_copy("whole")
    name = "__cluster_metadata-0/00000000000000000000.log"
    data = (whole / name).read_bytes()
    ends = []
    position = before
    while position < len(data):
        position += 12 + int.from_bytes(data[position + 8 : position + 12], "big")
        ends.append(position)
    assert len(ends) > 4
    for end in [before, *ends]:
        copy = tmp_path / f"cut-{end}"
        shutil.copytree(whole, copy)
        (copy / name).write_bytes(data[:end])
        (copy / "log-start-offset-checkpoint").unlink(missing_ok=True)
        async with topic_broker(copy) as broker:
            assert broker.metadata.catalogue.topics() == expected
            await commit(broker, topic_entry(topic(9000)))
            again = broker.crash_copy(f"again-{end}")
        async with topic_broker(again) as broker:
            assert broker.metadata.catalogue.topics() == [*expected, topic(9000)]


@pytest.mark.parametrize("lost", ["snapshot-begin", "snapshot-end"])
async def test_a_snapshot_that_lost_an_end_to_a_repair_still_counts(tmp_path, lost):
    """Its batch has given way to one without records. What lay before the snapshot is gone."""
    async with topic_broker(tmp_path / "a") as broker:
        await commit(broker, topic_entry(topic(1)), topic_entry(topic(2)))
        async with broker.metadata.log.turn:
            await broker.metadata.log.take_snapshot()
        await commit(broker, topic_entry(topic(3)))
        assert log_of(broker).log_start_offset > 0
    path = tmp_path / "a/__cluster_metadata-0/00000000000000000000.log"
    batches = [bytes(each) for each in split_batches(path.read_bytes())]
    kept = [emptied(read_header(each)) if lost.encode() in each else each for each in batches]
    assert kept != batches
    path.write_bytes(b"".join(kept))
    for index in path.parent.glob("*index"):
        index.unlink()
    async with topic_broker(tmp_path / "a") as broker:
        assert broker.metadata.catalogue.topics() == [topic(1), topic(2), topic(3)]


async def test_entries_of_a_newer_version_keep_the_broker_from_starting(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        record = NewRecord(0, None, encode_entry(Entry("quota", {})))
        log_of(broker).append(build_batch([record]), leader_epoch=0, origin=Origin.COORDINATOR)
        log_of(broker).write_staged()
    with pytest.raises(UnknownMetadata, match="newer version"):
        TopicBroker(tmp_path / "a")


async def test_changes_follow_each_other(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        with pytest.raises(AssertionError, match="one turn"):
            await broker.metadata.log.commit([topic_entry(topic(1))])


async def test_a_change_that_finds_no_descriptor_waits_for_one(tmp_path, monkeypatch):
    """Nothing is lost by a sync that could not begin; it must not fence the log for ever."""
    clock = FakeClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.monotonic_s)
    async with topic_broker(tmp_path / "a") as broker:
        tries = broker.syncs.runs
        broker.syncs.error = OSError(errno.EMFILE, "Too many open files")
        changing = asyncio.ensure_future(commit(broker, topic_entry(topic(1))))
        await until(lambda: broker.syncs.runs == tries + 1)
        broker.syncs.error = None
        for _ in range(5):
            await asyncio.sleep(0)
        assert not changing.done()
        assert broker.names() == []

        clock.advance(SYNC_RETRY_S)
        await changing

        assert broker.names() == ["t0001"]
        assert not log_of(broker).is_fenced
