"""Rounds over a real directory, driven by hand."""

import asyncio
import errno

import pytest

from engine.broker import maintenance
from engine.broker.maintenance import CHECKPOINT_LOOK_S, MEMORY_ROUND_S
from engine.broker.new_topics import NewTopic
from engine.kernel.allocator import give_back
from engine.metrics import catalogue
from engine.storage.directory_checkpoint import DirectoryCheckpoint
from engine.storage.errors import CheckpointFailed
from engine.storage.spare_room import FILE_NAME, SPARE_BYTES, STEP_BYTES
from tests.support.clock import FakeClock
from tests.support.fragments import BLOCK_BYTES, HAS_TRIM, fragments, resident_bytes
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import append, topic_broker
from tests.support.waiting import until

SMALL_SEGMENTS = [("internal.segment.bytes", "150")]
DAY_S = 86_400


def files(path, suffix):
    return sorted(each.name for each in path.iterdir() if each.name.endswith(suffix))


async def filled(broker, name="t", batches=4, **configs):
    overrides = [(key.replace("_", "."), value) for key, value in configs.items()]
    await broker.admin.create([NewTopic(name, configs=[*SMALL_SEGMENTS, *overrides])])
    for _ in range(batches):
        await append(broker, name, b"x" * 60)
    return broker.partitions.find(name, 0).log


async def test_a_round_removes_expired_segments_and_keeps_the_rest(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        log = await filled(broker, retention_ms=str(2 * DAY_S * 1000))
        await broker.maintenance.retain()
        assert log.log_start_offset == 0
        for _ in range(3 * 24 * 2):
            broker.clock.advance(1800)
        await append(broker, "t", b"new")
        await broker.maintenance.retain()
        assert log.log_start_offset == 4
        assert len(files(tmp_path / "a/t-0", ".log")) == 1
        assert len(files(tmp_path / "a/t-0", ".log.deleted")) == 4


async def test_a_round_keeps_a_log_below_its_size(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        log = await filled(broker, batches=10, retention_bytes="400")
        await broker.maintenance.retain()
        assert log.log_start_offset > 0
        assert log.size_bytes < 400 + 130


async def test_records_below_a_deleted_offset_free_their_segments(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        log = await filled(broker)
        log.delete_records(2)
        await broker.maintenance.retain()
        assert len(files(tmp_path / "a/t-0", ".log.deleted")) == 2


async def test_a_jump_of_the_wall_clock_deletes_nothing(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        log = await filled(broker, retention_ms="1000")
        broker.clock.step_wall(10 * 365 * DAY_S)
        await broker.maintenance.retain()
        assert log.log_start_offset == 0


async def test_segments_that_nothing_tells_the_age_of_are_kept_and_told(tmp_path, caplog):
    """Method: the clock is ten years ahead while they are written, and set right again."""
    async with topic_broker(tmp_path / "a") as broker:
        broker.clock.step_wall(10 * 365 * DAY_S)
        log = await filled(broker, retention_ms=str(DAY_S * 1000))
        broker.clock.step_wall(-10 * 365 * DAY_S)
        for _ in range(2):
            broker.clock.advance(40 * DAY_S)
            await broker.maintenance.retain()
        assert log.log_start_offset == 0
        assert "segments_undated partition=t-0 segments=4" in caplog.text
        assert broker.registry.samples(catalogue.SEGMENTS_UNDATED) == [((), 4.0)]
        await append(broker, "t", b"x" * 60)
        broker.clock.advance(2 * DAY_S)
        await broker.maintenance.retain()
        assert log.log_start_offset == 5
        assert broker.registry.samples(catalogue.SEGMENTS_UNDATED) == [((), 0.0)]


async def test_a_segment_that_began_while_the_clock_was_ahead_is_closed_in_time(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        broker.clock.step_wall(10 * 365 * DAY_S)
        configs = {"internal_segment_bytes": "100000", "segment_ms": str(DAY_S * 1000)}
        log = await filled(broker, batches=1, **configs)
        broker.clock.step_wall(-10 * 365 * DAY_S)
        for _ in range(3):
            await append(broker, "t", b"x")
            broker.clock.advance(DAY_S)
        assert len(log.segments()) == 3


async def test_a_log_that_is_not_open_is_opened_only_if_it_holds_anything(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("empty")])
        await filled(broker, retention_bytes="150")
    async with topic_broker(tmp_path / "a") as broker:
        await broker.maintenance.retain()
        assert broker.partitions.opened_of("empty") == []
        (partition,) = broker.partitions.opened_of("t")
        assert partition.log.log_start_offset > 0


async def test_a_checkpoint_makes_recovery_skip_what_it_covers(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        log = await filled(broker)
        log.delete_records(1)
        await broker.maintenance.checkpoint()
        copy = broker.crash_copy("copy")
    text = (copy / "recovery-point-offset-checkpoint").read_text().splitlines()
    assert "t 0 4" in text
    assert "t 0 1" in (copy / "log-start-offset-checkpoint").read_text().splitlines()


async def test_a_checkpoint_keeps_the_files_of_a_few_logs_open_at_a_time(tmp_path, monkeypatch):
    """A log that others sync meanwhile lets go of its file; a checkpoint of all would keep it."""
    monkeypatch.setattr(maintenance, "CHECKPOINT_LOGS", 2)
    held = []
    honest = DirectoryCheckpoint.save_logs

    def save_logs(self):
        held.append(len(self))
        honest(self)

    monkeypatch.setattr(DirectoryCheckpoint, "save_logs", save_logs)
    async with topic_broker(tmp_path / "a") as broker:
        names = [f"t{index}" for index in range(5)]
        await broker.admin.create([NewTopic(name) for name in names])
        for name in names:
            await append(broker, name)
        await broker.maintenance.checkpoint()
        copy = broker.crash_copy("copy")
        assert held == [2, 2, 2], "five topics and the log of metadata"
    text = (copy / "recovery-point-offset-checkpoint").read_text().splitlines()
    assert {f"{name} 0 1" for name in names} <= set(text)


async def test_a_log_that_cannot_be_saved_keeps_no_other_from_being_published(
    tmp_path, monkeypatch
):
    """The first to be saved is the log of metadata."""
    monkeypatch.setattr(maintenance, "CHECKPOINT_LOGS", 1)
    disk = MemoryFileSystem()
    disk.directories |= {str(path) for path in (tmp_path / "a", *tmp_path.parents)}
    async with topic_broker(tmp_path / "a", filesystem=disk) as broker:
        await broker.admin.create([NewTopic("t"), NewTopic("u")])
        for name in ("t", "u"):
            await append(broker, name)
        disk.fail(0, errno.ENOSPC, kinds=["write"])
        with pytest.raises(CheckpointFailed):
            await broker.maintenance.checkpoint()
        text = disk.files[str(tmp_path / "a" / "recovery-point-offset-checkpoint")].content.decode()
    assert {"t 0 1", "u 0 1"} <= set(text.splitlines())
    assert "__cluster_metadata" not in text


async def test_checkpoints_never_overlap(tmp_path):
    """One that began while another ran would save what that one is saving a second time."""
    disk = MemoryFileSystem()
    disk.directories |= {str(path) for path in (tmp_path / "a", *tmp_path.parents)}
    async with topic_broker(tmp_path / "a", filesystem=disk) as broker:
        await filled(broker)
        disk.journal.clear()
        await asyncio.gather(*(broker.maintenance.checkpoint() for _ in range(4)))
    saved = [op.path for op in disk.journal if op.kind == "sync" and "/t-0/" in op.path]
    assert saved
    assert len(saved) == len(set(saved))


async def test_deleted_directories_are_freed_in_the_background_and_by_the_next_start(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await filled(broker, "slow", file_delete_delay_ms="60000")
        (fast,) = await broker.admin.create(
            [NewTopic("fast", configs=[("file.delete.delay.ms", "0")])]
        )
        slow = broker.metadata.catalogue.by_name("slow")
        await broker.admin.delete([fast.topic_id, slow.topic_id])
        await until(lambda: len(files(tmp_path / "a", "-delete")) == 1)
        assert files(tmp_path / "a", "-delete")[0].startswith("slow-0.")
    async with topic_broker(tmp_path / "a") as broker:
        broker.maintenance.start()
        await until(lambda: not files(tmp_path / "a", "-delete"))


async def test_the_metadata_log_gives_up_what_lies_before_its_snapshot(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        log = next(iter(broker.directory.open_logs()))
        async with broker.metadata.log.turn:
            await broker.metadata.log.take_snapshot()
        assert log.log_start_offset > 0
        await broker.maintenance.retain()
    async with topic_broker(tmp_path / "a") as broker:
        assert broker.names() == ["t"]


async def test_a_round_that_fails_is_not_the_last(tmp_path, caplog, monkeypatch):
    async with topic_broker(tmp_path / "a", log_retention_check_interval_ms=1) as broker:
        await broker.admin.create([NewTopic("t")])
        log = await filled(broker, "u", retention_bytes="150")
        broken = broker.filesystem.list_directory

        def fail_once(path):
            monkeypatch.setattr(broker.filesystem, "list_directory", broken)
            raise ValueError("nobody foresaw this")

        monkeypatch.setattr(broker.filesystem, "list_directory", fail_once)
        broker.maintenance.start()
        await until(lambda: log.log_start_offset > 0)
    assert broker.registry.samples(catalogue.FAILED_ROUNDS) == [((), 1.0)]
    assert "round_failed" in caplog.text


async def test_deleted_files_do_not_keep_their_bytes_while_the_disk_is_full(tmp_path):
    """Who deletes a topic to make room must not wait for `file.delete.delay.ms`."""
    settings = {"log_flush_offset_checkpoint_interval_ms": 1}
    async with topic_broker(tmp_path / "a", **settings) as broker:
        await filled(broker)
        await broker.admin.delete([broker.metadata.catalogue.by_name("t").topic_id])
        assert len(files(tmp_path / "a", "-delete")) == 1
        broker.maintenance.start()
        assert not broker.reserve.admits(2**62)
        await until(lambda: not files(tmp_path / "a", "-delete"))


async def test_memory_that_was_freed_is_given_back_within_a_minute(tmp_path, monkeypatch):
    async with topic_broker(tmp_path / "a") as broker:
        loop_clock = FakeClock()
        monkeypatch.setattr(asyncio.get_running_loop(), "time", loop_clock.monotonic_s)
        broker.maintenance.start()
        await passed(loop_clock, 0)
        give_back()
        before = resident_bytes()
        kept = fragments()
        burst = resident_bytes() - before
        await passed(loop_clock, MEMORY_ROUND_S)
        await until(lambda: not HAS_TRIM or resident_bytes() - before < 0.3 * burst)
        assert len(kept) * BLOCK_BYTES < 0.3 * burst


async def test_a_checkpoint_comes_before_its_time_when_much_was_appended(tmp_path, monkeypatch):
    """What is behind the last one has to be read and written again after a crash."""
    settings = {"log_flush_offset_checkpoint_interval_ms": 3_600_000}
    async with topic_broker(tmp_path / "a", **settings) as broker:
        loop_clock = FakeClock()
        monkeypatch.setattr(asyncio.get_running_loop(), "time", loop_clock.monotonic_s)
        monkeypatch.setattr(maintenance, "CHECKPOINT_BYTES", 1000)
        log = await filled(broker)
        broker.maintenance.start()
        await passed(loop_clock, 0)
        await passed(loop_clock, CHECKPOINT_LOOK_S)
        assert log.recovery_point == 0
        for _ in range(20):
            await append(broker, "t", b"x" * 60)
        await passed(loop_clock, CHECKPOINT_LOOK_S)
        await until(lambda: log.recovery_point == 24)


async def test_a_checkpoint_makes_the_spare_room_whole_again(tmp_path, caplog, monkeypatch):
    """A disk that was full when the broker started may have room later on."""
    settings = {"log_flush_offset_checkpoint_interval_ms": 500}
    path = tmp_path / "a" / FILE_NAME
    async with topic_broker(tmp_path / "a", **settings) as broker:
        loop_clock = FakeClock()
        monkeypatch.setattr(asyncio.get_running_loop(), "time", loop_clock.monotonic_s)
        broker.maintenance.start()
        await passed(loop_clock, 0)
        await until(lambda: path.exists())
        assert broker.directory.spare_room.give_up_some() == STEP_BYTES
        await passed(loop_clock, CHECKPOINT_LOOK_S)
        await until(lambda: path.stat().st_size == SPARE_BYTES)
    assert caplog.text.count("spare_room_made_again size_bytes=262144") == 1


async def passed(clock, seconds):
    """Let the loop's time pass, and what is due begin."""
    clock.advance(seconds)
    for _ in range(5):
        await asyncio.sleep(0)
