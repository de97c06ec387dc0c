"""Changes of topics on a real directory, and what a crash between their effects leaves."""

import asyncio
import errno
import shutil
from pathlib import Path

import pytest

from engine.broker.catalogue import Topic, deletion_entry
from engine.broker.new_topics import NewTopic
from engine.broker.refusal import Refused
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import TopicBroker, append, topic_broker


def directories(path):
    return sorted(
        each.name
        for each in path.iterdir()
        if each.is_dir() and not each.name.startswith("__cluster_metadata")
    )


@pytest.mark.point(67)
async def test_a_created_topic_can_be_written_at_once(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("t", 3)])
        assert isinstance(created, Topic)
        assert directories(broker.path) == ["t-0", "t-1", "t-2"]
        await append(broker, "t")


@pytest.mark.point(66)
async def test_valid_topics_are_created_beside_invalid_ones(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        outcomes = await broker.admin.create(
            [NewTopic("a.b"), NewTopic("bad name"), NewTopic("a_b"), NewTopic("c")]
        )
        assert [isinstance(each, Topic) for each in outcomes] == [True, False, False, True]
        assert broker.names() == ["a.b", "c"]


async def test_validation_changes_nothing(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (outcome,) = await broker.admin.create([NewTopic("t")], validate_only=True)
        assert isinstance(outcome, Topic)
        assert broker.names() == []
        assert directories(broker.path) == []


async def test_topics_that_cannot_be_made_durable_are_refused_and_invisible(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        broker.syncs.error = OSError(5, "Input/output error")
        (outcome,) = await broker.admin.create([NewTopic("t")])
        assert isinstance(outcome, Refused)
        assert outcome.code is ErrorCode.KAFKA_STORAGE_ERROR
        assert broker.names() == []


async def test_concurrent_requests_for_one_name_create_one_topic(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        outcomes = await asyncio.gather(*(broker.admin.create([NewTopic("t")]) for _ in range(5)))
        created = [each for (each,) in outcomes if isinstance(each, Topic)]
        assert len(created) == 1
        auto = await asyncio.gather(*(broker.admin.auto_create(["u"]) for _ in range(5)))
        assert {found["u"].topic_id for found in auto} == {
            broker.metadata.catalogue.by_name("u").topic_id
        }


async def test_a_directory_without_its_entry_is_removed_at_the_start(tmp_path):
    """A crash after the directories were made, before the entry was on disk."""
    async with topic_broker(tmp_path / "a") as broker:
        before = broker.crash_copy("before")
        await broker.admin.create([NewTopic("t", 2)])
    for name in ("t-0", "t-1"):
        shutil.copytree(tmp_path / "a" / name, before / name)
    async with topic_broker(before) as broker:
        assert broker.names() == []
        assert (len(broker.settled.deletions), broker.settled.strays) == (2, [])
        await broker.admin.create([NewTopic("t")])
        assert broker.partitions.find("t", 0) is not None
        assert "t-1" not in directories(broker.path)


async def test_an_entry_without_its_directory_makes_it_again(tmp_path):
    """A crash after the entry was on disk, before the directory's name was."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t", 2)])
        copy = broker.crash_copy("copy")
    shutil.rmtree(copy / "t-1")
    async with topic_broker(copy) as broker:
        partition = broker.partitions.find("t", 1)
        assert partition is not None
        assert partition.log.log_end_offset == 0


async def test_a_deleted_topic_is_gone_from_names_and_directories(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("t", 2)])
        await append(broker, "t")
        told = []
        broker.admin.on_delete(told.append)
        assert await broker.admin.delete([created.topic_id]) == [created]
        assert told == [created]
        assert broker.partitions.find("t", 0) is None
        assert all(name.endswith("-delete") for name in directories(broker.path))


async def test_a_crash_does_not_resurrect_a_deleted_topic(tmp_path):
    """Method: a crash after the entry, before the directories were renamed."""
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("t", 2)])
        await append(broker, "t")
        saved = broker.crash_copy("saved")
        await broker.admin.delete([created.topic_id])
        copy = broker.crash_copy("copy")
    for name in ("t-0", "t-1"):
        shutil.copytree(saved / name, copy / name)
    async with topic_broker(copy) as broker:
        assert broker.names() == []
        assert (len(broker.settled.deletions), broker.settled.strays) == (2, [])
        (again,) = await broker.admin.create([NewTopic("t")])
        assert again.topic_id != created.topic_id
        assert broker.partitions.find("t", 0).log.log_end_offset == 0


async def test_a_topic_that_is_deleted_and_created_again_is_empty_and_new(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (first,) = await broker.admin.create([NewTopic("t")])
        await append(broker, "t")
        await broker.admin.delete([first.topic_id])
        (second,) = await broker.admin.create([NewTopic("t")])
        assert second.topic_id != first.topic_id
        assert broker.partitions.find("t", 0).log.log_end_offset == 0
        assert broker.partitions.find_by_id(first.topic_id, 0) is None


async def test_unknown_ids_are_refused_and_known_ones_deleted(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        (created,) = await broker.admin.create([NewTopic("t")])
        unknown, deleted = await broker.admin.delete([bytes(16), created.topic_id])
        assert unknown.code is ErrorCode.UNKNOWN_TOPIC_ID
        assert deleted == created


async def test_a_grown_topic_keeps_its_records_and_survives_a_crash(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        await append(broker, "t")
        grown = await broker.admin.grow("t", 3, None)
        assert len(grown.partitions) == 3
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert broker.partitions.find("t", 2) is not None
        assert broker.partitions.find("t", 0).log.log_end_offset == 1


async def test_growing_what_does_not_exist_is_refused(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        with pytest.raises(Refused) as caught:
            await broker.admin.grow("t", 3, None)
        assert caught.value.code is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_the_internal_topics_are_compacted_and_made_once(tmp_path):
    async with topic_broker(tmp_path / "a", offsets_topic_num_partitions=3) as broker:
        found = await asyncio.gather(
            *(broker.admin.ensure_internal("__consumer_offsets") for _ in range(3))
        )
        assert {each.topic_id for each in found} == {found[0].topic_id}
        assert len(found[0].partitions) == 3
        partition = broker.partitions.find("__consumer_offsets", 0)
        assert partition.is_internal
        assert partition.log.config.is_compacted
        assert partition.log.config.segment_bytes == 104_857_600
        state = await broker.admin.ensure_internal("__transaction_state")
        assert state.configs["compression.type"] == "uncompressed"


async def test_a_changed_configuration_reaches_open_logs_and_survives(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        partition = broker.partitions.find("t", 0)
        await broker.admin.alter_topic("t", lambda _: {"retention.ms": "5"})
        assert partition.log.config.retention_ms == 5
        await broker.admin.alter_broker(1, lambda _: {"log.segment.bytes": "2000000"})
        assert partition.log.config.segment_bytes == 2_000_000
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        config = broker.partitions.find("t", 0).log.config
        assert (config.retention_ms, config.segment_bytes) == (5, 2_000_000)


async def test_thousands_of_partitions_are_one_entry_and_leave_the_loop_free(tmp_path):
    """Goal: other clients are served meanwhile. Method: count turns of the loop."""
    async with topic_broker(tmp_path / "a") as broker:
        turns = 0
        creating = asyncio.ensure_future(broker.admin.create([NewTopic("t", 2_000)]))
        while not creating.done():
            turns += 1
            await asyncio.sleep(0)
        assert isinstance(creating.result()[0], Topic)
        assert turns > 2_000 / 32
        assert broker.syncs.runs == 1


async def test_records_of_an_unknown_topic_are_set_aside_and_never_removed(tmp_path):
    """Method: the metadata of an older copy beside the records of a newer one."""
    async with topic_broker(tmp_path / "a") as broker:
        older = broker.crash_copy("older")
        await broker.admin.create([NewTopic("t", 2)])
        await append(broker, "t", b"precious")
    for name in ("t-0", "t-1"):
        shutil.copytree(tmp_path / "a" / name, older / name)
    async with topic_broker(older) as broker:
        (stray,) = broker.settled.strays
        assert len(broker.settled.deletions) == 1
        assert b"precious" in (Path(stray) / "00000000000000000000.log").read_bytes()
        await broker.admin.create([NewTopic("t")])
        assert broker.partitions.find("t", 0).log.log_end_offset == 0
    async with topic_broker(older) as broker:
        assert broker.settled == ([], [])
        assert b"precious" in (Path(stray) / "00000000000000000000.log").read_bytes()


async def test_a_directory_in_the_way_of_a_new_topic_keeps_its_records(tmp_path):
    """A deletion whose renaming failed leaves such a directory in a running broker."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        await append(broker, "t", b"precious")
        topic = broker.metadata.catalogue.by_name("t")
        broker.metadata.catalogue.replay(deletion_entry(topic))
        await broker.partitions.remove(topic)
        (created,) = await broker.admin.create([NewTopic("t")])
        assert isinstance(created, Topic)
        (stray,) = broker.path.glob("t-0.*-stray")
        assert b"precious" in (stray / "00000000000000000000.log").read_bytes()


async def test_a_topic_is_refused_if_what_is_in_its_way_cannot_be_set_aside():
    disk = MemoryFileSystem()
    disk.directories.add("/data")
    broker = TopicBroker(Path("/data"), filesystem=disk)
    await broker.admin.create([NewTopic("t")])
    await append(broker, "t", b"precious")
    topic = broker.metadata.catalogue.by_name("t")
    broker.metadata.catalogue.replay(deletion_entry(topic))
    await broker.partitions.remove(topic)
    await _refused_while(broker, disk, "rename")
    assert [path for path, inode in disk.files.items() if b"precious" in inode.content]
    await broker.close()


async def test_a_topic_is_refused_if_nobody_knows_what_is_in_its_way():
    """A creation whose entry could not be written leaves such a directory."""
    disk = MemoryFileSystem()
    disk.directories.add("/data")
    broker = TopicBroker(Path("/data"), filesystem=disk)
    broker.directory.create_partitions([TopicPartition("t", 0)], bytes(16))
    await _refused_while(broker, disk, "list")
    (created,) = await broker.admin.create([NewTopic("t")])
    assert isinstance(created, Topic)
    await broker.close()


async def _refused_while(broker, disk, kind):
    """Create a topic while one kind of operation fails."""
    disk.fail(0, errno.EIO, is_sticky=True, kinds=(kind,))
    (refused,) = await broker.admin.create([NewTopic("t")])
    assert isinstance(refused, Refused)
    assert refused.code is ErrorCode.KAFKA_STORAGE_ERROR
    disk.heal()
