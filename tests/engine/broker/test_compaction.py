"""Compaction of topics on a real directory, one round at a time, driven by hand."""

import asyncio
import errno
from contextlib import suppress

import pytest

from engine.broker.new_topics import NewTopic
from engine.broker.partition import Partition
from engine.metrics import catalogue as metrics
from engine.storage.cleaned_offsets import FILE_NAME
from engine.storage.filesystem import DiskSpace
from engine.storage.log_glance import LogGlance
from engine.storage.posix import PosixFileSystem
from tests.support.compaction import pairs_of, records_of, table_of
from tests.support.living import living
from tests.support.topic_broker import append, topic_broker

DAY_S = 86_400


async def topic(broker, name="t", keys="aabb" * 5, **configs):
    """A compacted topic in small segments, with a record for each letter."""
    defaults = {"cleanup_policy": "compact", "internal_segment_bytes": "300"}
    overrides = [(k.replace("_", "."), v) for k, v in (defaults | configs).items()]
    await broker.admin.create([NewTopic(name, configs=overrides)])
    for at, key in enumerate(keys):
        await append(broker, name, b"%d" % at, key=key.encode())
    return broker.partitions.find(name, 0)


def figure(broker, metric):
    ((_, value),) = broker.registry.samples(metric)
    return value


async def test_a_round_leaves_the_last_value_of_each_key(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker)
        expected = table_of(records_of(partition.log))
        assert await broker.maintenance.compaction.clean_due() == 1
        left = records_of(partition.log)
        assert len(left) < 8
        assert table_of(left) == expected
        assert figure(broker, metrics.COMPACTIONS) == 1
        assert figure(broker, metrics.COMPACTION_DROPPED_RECORDS) == 20 - len(left)
        assert figure(broker, metrics.COMPACTION_FREED_BYTES) > 0
        assert await broker.maintenance.compaction.clean_due() == 0


@pytest.mark.point(110)
async def test_only_topics_that_are_compacted_are_touched(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        kept = await topic(broker, "kept", cleanup_policy="delete")
        both = await topic(broker, "both", cleanup_policy="compact,delete")
        assert await broker.maintenance.compaction.clean_due() == 1
        assert len(records_of(kept.log)) == 20
        assert len(records_of(both.log)) < 10


async def test_a_log_waits_until_enough_of_it_is_dirty(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker, keys="abcdefghijklmnopqrst")
        compaction = broker.maintenance.compaction
        assert await compaction.clean_due() == 1
        for _ in range(4):
            await append(broker, "t", b"new", key=b"a")
        assert await compaction.clean_due() == 0
        assert 0 < figure(broker, metrics.COMPACTION_DIRTY_RATIO) < 0.5
        for _ in range(30):
            await append(broker, "t", b"new", key=b"a")
        assert await compaction.clean_due() == 1
        assert len(records_of(partition.log)) < 30


async def test_the_largest_lag_rolls_the_active_segment_and_cleans_it(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        lag_ms = str(2 * DAY_S * 1000)
        partition = await topic(
            broker,
            internal_segment_bytes="100000",
            max_compaction_lag_ms=lag_ms,
            min_cleanable_dirty_ratio="1",
        )
        compaction = broker.maintenance.compaction
        assert await compaction.clean_due() == 0
        for _ in range(48):
            broker.clock.advance(3600)
            assert await compaction.clean_due() == 0
        broker.clock.advance(3600)
        assert await compaction.clean_due() == 1
        assert pairs_of(records_of(partition.log)) == [(17, "a", "17"), (19, "b", "19")]


async def test_what_was_cleaned_is_known_to_the_next_start(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker)
        await broker.maintenance.compaction.clean_due()
        left = records_of(partition.log)
        end_offset = broker.directory.cleaned.of(partition.topic_partition)
        assert end_offset == partition.log.segments()[-1].base_offset
    assert f"t 0 {end_offset}" in (tmp_path / "a" / FILE_NAME).read_text().splitlines()
    async with topic_broker(tmp_path / "a") as broker:
        assert await broker.maintenance.compaction.clean_due() == 0
        assert records_of(broker.partitions.find("t", 0).log) == left


async def test_a_log_that_is_not_open_is_opened_only_if_it_holds_anything(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await topic(broker, "empty", keys="")
        await topic(broker, "full")
    async with topic_broker(tmp_path / "a") as broker:
        assert await broker.maintenance.compaction.clean_due() == 1
        assert broker.partitions.opened_of("empty") == []


async def test_nothing_is_remembered_of_topics_that_are_gone(tmp_path):
    glances, partitions = living(LogGlance), living(Partition)
    async with topic_broker(tmp_path / "a") as broker:
        compaction = broker.maintenance.compaction
        configs = [("cleanup.policy", "compact")]
        for number in range(5):
            await broker.admin.create([NewTopic(f"t{number}", configs=configs)])
            damaged = await topic(broker, f"damaged{number}")
            path = tmp_path / f"a/damaged{number}-0/{0:020}.log"
            path.write_bytes(bytes(damaged.log.size_bytes))
            assert await compaction.clean_due() == 0
            await broker.admin.delete(each.topic_id for each in broker.metadata.catalogue.topics())
        del damaged
        assert await compaction.clean_due() == 0
        assert living(LogGlance) <= glances
        assert living(Partition) <= partitions


async def test_a_damaged_log_is_left_alone_and_the_others_are_cleaned(tmp_path, caplog):
    async with topic_broker(tmp_path / "a") as broker:
        bad = await topic(broker, "bad")
        size_bytes = bad.log.size_bytes
        good = await topic(broker, "good")
        path = tmp_path / "a/bad-0/00000000000000000000.log"
        content = bytearray(path.read_bytes())
        content[100] ^= 1
        path.write_bytes(content)
        compaction = broker.maintenance.compaction
        assert await compaction.clean_due() == 1
        assert len(records_of(good.log)) < 8
        assert [str(each) for each in compaction.uncleanable()] == ["bad-0"]
        assert figure(broker, metrics.PARTITIONS_UNCLEANABLE) == 1
        assert figure(broker, metrics.COMPACTION_FAILURES) == 1
        assert "compaction_failed" in caplog.text
        assert await compaction.clean_due() == 0
        assert figure(broker, metrics.COMPACTION_FAILURES) == 1
        assert bad.log.size_bytes == size_bytes
        await broker.admin.delete([bad.topic_id])
        assert compaction.uncleanable() == []


class Troubled(PosixFileSystem):
    """Fails to say how much is free, or says that nothing is."""

    free = 2**40
    error: Exception | None = None

    def space(self, path):
        if self.error is not None:
            raise self.error
        return DiskSpace(2**40, self.free)


async def test_a_full_disk_puts_cleaning_off(tmp_path):
    filesystem = Troubled()
    async with topic_broker(tmp_path, filesystem=filesystem) as broker:
        await topic(broker)
        compaction = broker.maintenance.compaction
        filesystem.free = broker.config.disk_reserve_bytes
        assert await compaction.clean_due() == 0
        assert compaction.uncleanable() == []
        filesystem.error = OSError(errno.EMFILE, "too many")
        assert await compaction.clean_due() == 0
        assert compaction.uncleanable() == []
        assert figure(broker, metrics.COMPACTION_FAILURES) == 2
        filesystem.error, filesystem.free = None, 2**40
        assert await compaction.clean_due() == 1


async def test_a_failure_that_nobody_foresaw_ends_one_cleaning_only(tmp_path):
    filesystem = Troubled()
    async with topic_broker(tmp_path, filesystem=filesystem) as broker:
        await topic(broker)
        filesystem.error = ZeroDivisionError()
        assert await broker.maintenance.compaction.clean_due() == 0
        filesystem.error = None
        assert len(broker.maintenance.compaction.uncleanable()) == 1
        await topic(broker, "other")
        assert await broker.maintenance.compaction.clean_due() == 1


@pytest.mark.point(110)
async def test_checkpoints_and_retention_may_come_in_between(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker, cleanup_policy="compact,delete", retention_bytes="600")
        await asyncio.gather(
            broker.maintenance.compaction.clean_due(),
            *(broker.maintenance.checkpoint() for _ in range(4)),
            *(broker.maintenance.retain() for _ in range(4)),
        )
        left = records_of(partition.log)
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert records_of(broker.partitions.find("t", 0).log) == left


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_a_topic_may_be_deleted_and_made_again_while_it_is_cleaned(tmp_path, turns):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker)
        cleaning = asyncio.ensure_future(broker.maintenance.compaction.clean_due())
        for _ in range(turns):
            await asyncio.sleep(0)
        await broker.admin.delete([partition.topic_id])
        fresh = await topic(broker, keys="xyxyxyxy")
        await cleaning
        await broker.maintenance.compaction.clean_due()
        assert broker.maintenance.compaction.uncleanable() == []
        assert table_of(records_of(fresh.log)) == {b"x": b"6", b"y": b"7"}
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        found = records_of(broker.partitions.find("t", 0).log)
        assert table_of(found) == {b"x": b"6", b"y": b"7"}


@pytest.mark.parametrize("turns", range(0, 60, 5))
async def test_a_stop_interrupts_a_cleaning_at_any_moment(tmp_path, turns):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker)
        expected = table_of(records_of(partition.log))
        cleaning = asyncio.ensure_future(broker.maintenance.compaction.clean_due())
        for _ in range(turns):
            await asyncio.sleep(0)
        broker.maintenance.compaction.cancel()
        cleaning.cancel()
        with suppress(asyncio.CancelledError):
            await cleaning
    async with topic_broker(tmp_path / "a") as broker:
        partition = broker.partitions.find("t", 0)
        assert table_of(records_of(partition.log)) == expected
        assert partition.log.log_end_offset == 20
        assert broker.directory.was_clean


async def test_gaps_stay_readable_when_the_topic_is_compacted_no_more(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        partition = await topic(broker)
        await broker.maintenance.compaction.clean_due()
        left = records_of(partition.log)
        await broker.admin.alter_topic("t", lambda _: {"cleanup.policy": "delete"})
        assert records_of(partition.log) == left
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert records_of(broker.partitions.find("t", 0).log) == left
