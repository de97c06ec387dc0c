"""When logs are opened, and how much is read for that."""

import logging

from engine.broker.new_topics import NewTopic
from engine.broker.partitions import RECOVERED_BYTES_TOLD
from tests.support.clock import FakeClock
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import append, topic_broker

TOPICS, PARTITIONS = 100, 100
DAY_S = 86_400


def user_logs(broker):
    logs = broker.directory.open_logs()
    return [str(log.topic_partition) for log in logs if log.topic_partition.topic.startswith("t")]


async def test_a_start_opens_no_log_of_ten_thousand_until_it_is_used(tmp_path):
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic(f"t{n}", PARTITIONS) for n in range(TOPICS)])
        await append(broker, "t7")
    async with topic_broker(tmp_path / "a") as broker:
        assert broker.directory.was_clean
        assert len(broker.directory.partitions()) > TOPICS * PARTITIONS
        assert user_logs(broker) == []
        assert broker.partitions.find("t7", 0).log.log_end_offset == 1
        assert user_logs(broker) == ["t7-0"]
        await broker.maintenance.checkpoint()
        await broker.maintenance.retain()
        await broker.maintenance.compaction.clean_due()
        assert user_logs(broker) == ["t7-0"]


async def test_rounds_open_no_log_until_something_is_due(tmp_path):
    """Logs with records, whose start is as lazy, and which retention finds when it is time."""
    disk = MemoryFileSystem(clock := FakeClock())
    disk.directories |= {str(path) for path in (tmp_path / "a", *tmp_path.parents)}
    both = ("cleanup.policy", "compact,delete")
    async with topic_broker(tmp_path / "a", filesystem=disk, clock=clock) as broker:
        names = [f"t{n}" for n in range(40)]
        await broker.admin.create([NewTopic(name, configs=[both]) for name in names])
        for name in names:
            await append(broker, name, key=b"k")
    async with topic_broker(tmp_path / "a", filesystem=disk, clock=clock) as broker:
        for _ in range(6):
            clock.advance(DAY_S)
            await broker.maintenance.retain()
            await broker.maintenance.compaction.clean_due()
        assert user_logs(broker) == []
        clock.advance(2 * DAY_S)
        await broker.maintenance.retain()
        assert len(user_logs(broker)) == 40
        assert broker.partitions.find("t39", 0).log.log_start_offset == 1


async def test_after_a_death_only_what_came_after_the_checkpoint_is_read(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        for _ in range(8):
            await append(broker, "t", b"x" * 500_000)
        await broker.maintenance.checkpoint()
        size_bytes = broker.partitions.find("t", 0).log.size_bytes
        for _ in range(3):
            await append(broker, "t", b"y" * 500_000)
        tail_bytes = broker.partitions.find("t", 0).log.size_bytes - size_bytes
        copy = broker.crash_copy("copy")
    async with topic_broker(copy) as broker:
        assert not broker.directory.was_clean
        log = broker.partitions.find("t", 0).log
        assert log.log_end_offset == 11
        assert (
            RECOVERED_BYTES_TOLD < tail_bytes <= log.recovered.checked_bytes < tail_bytes + 600_000
        )
        assert (
            f"log_recovered partition=t-0 checked_bytes={log.recovered.checked_bytes}"
            in caplog.text
        )


async def test_a_torn_tail_is_told(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("t")])
        await append(broker, "t")
        copy = broker.crash_copy("copy")
    with (copy / "t-0/00000000000000000000.log").open("ab") as file:
        file.write(bytes(100))
    async with topic_broker(copy) as broker:
        assert broker.partitions.find("t", 0).log.log_end_offset == 1
        assert "cut_bytes=100 end_offset=1" in caplog.text
