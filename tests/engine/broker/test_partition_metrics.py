"""What partitions tell for a scrape."""

from pathlib import Path

from engine.broker.new_topics import NewTopic
from engine.broker.partition_metrics import watch_partitions
from engine.metrics import catalogue
from tests.support.topic_broker import append, topic_broker


async def test_damaged_ranges_are_counted_once_the_log_is_open(tmp_path: Path) -> None:
    async with topic_broker(tmp_path / "data") as broker:
        await broker.admin.create([NewTopic("t")])
        for _ in range(3):
            await append(broker, "t")
    segment = tmp_path / "data/t-0" / f"{0:020d}.log"
    content = bytearray(segment.read_bytes())
    content[62] ^= 1
    segment.write_bytes(content)
    async with topic_broker(tmp_path / "data") as broker:
        watch_partitions(broker.partitions, broker.registry)
        assert broker.registry.samples(catalogue.DAMAGED_RANGES) == [((), 0.0)]

        broker.partitions.find("t", 0)

        assert broker.registry.samples(catalogue.DAMAGED_RANGES) == [((), 1.0)]
        assert broker.registry.samples(catalogue.PARTITIONS_DAMAGED) == [((), 1.0)]
