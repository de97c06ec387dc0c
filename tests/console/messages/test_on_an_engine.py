"""Scans of a running engine: batches as they are stored, compressed and transactional ones too."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import Message, Producer

from console.adapters.kafka import KafkaCluster
from console.messages.filter import parse_record_filter
from console.messages.plan import Order, Query, make_plan
from console.messages.progress import Ending
from console.messages.scan import Scan
from console.messages.search import Search
from console.model.names import TopicPartition
from console.port.cluster import NewRecord, NewTopic
from console.port.source import Source
from engine.kernel.system import SystemClock, SystemEntropy
from engine.records.compression import Compression
from tests.support.cluster_stages import Stage, engine_stage
from tests.support.heard import Heard
from tests.support.running_engine import batch, connect, create_topic, produce, running_engine

ONE = TopicPartition("orders", 0)
T0_MS = 1_700_000_000_000


async def fill(stage: Stage, count: int) -> None:
    """A topic with three partitions, a record a millisecond in turn."""
    await stage.writes.create_topic(NewTopic("orders", 3))
    for first in range(0, count, 500):
        records = [
            NewRecord(None, b"%d" % n, partition=n % 3, timestamp_ms=T0_MS + n)
            for n in range(first, min(count, first + 500))
        ]
        await stage.writes.publish("orders", records)


async def test_it_is_read_newest_first_to_its_true_beginning(tmp_path: Path) -> None:
    async with engine_stage(tmp_path / "data") as stage:
        await fill(stage, 3000)
        await stage.writes.delete_records({ONE: 100})
        plan = await make_plan(stage.reads, Query("orders", [0, 1, 2]))
        scan = Scan(stage.records, stage.reads, plan, stage.clock)
        heard = Heard()
        await scan.run(heard, limit=10)
        assert [hit.record.value for hit in heard.hits] == [
            b"%d" % n for n in range(2999, 2989, -1)
        ]
        progress = await scan.run(heard, limit=5000)
    assert progress.ending is Ending.END
    assert len(heard.places()) == len(set(heard.places())) == 2900
    stamps = [hit.record.timestamp_ms for hit in heard.hits]
    assert stamps == sorted(stamps, reverse=True)


async def test_a_scan_that_was_stopped_while_it_read_goes_on_over_the_same_connection(
    tmp_path: Path,
) -> None:
    async with engine_stage(tmp_path / "data") as stage:
        await fill(stage, 3000)
        plan = await make_plan(stage.reads, Query("orders", [0, 1, 2], Order.OLDEST_FIRST))
        scan = Scan(stage.records, stage.reads, plan, stage.clock)
        heard = Heard()
        endings = []
        for _ in range(5):
            async with asyncio.TaskGroup() as group:
                run = group.create_task(scan.run(heard, limit=100_000))
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                scan.stop()
            endings.append(run.result().ending)
        progress = await scan.run(heard, limit=100_000)
    assert endings == [Ending.STOPPED] * 5
    assert progress.ending is Ending.END
    assert not progress.failures
    assert sorted(heard.places()) == sorted((n % 3, n // 3) for n in range(3000))


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("order", Order)
async def test_a_filter_finds_its_records_in_batches_that_are_mostly_not_opened(
    tmp_path: Path, compression: Compression, order: Order
) -> None:
    async with running_engine(tmp_path / "data") as engine:
        async with connect(engine) as client:
            await create_topic(client, "orders")
            for number in range(20):
                values = [
                    b'{"a": "%s"}' % (b"needle" if number == 7 and n == 3 else b"hay")
                    for n in range(10)
                ]
                await produce(client, "orders", batch(*values, compression=compression))
        clock = SystemClock()
        address = str(engine.address)
        async with KafkaCluster(address, clock=clock, entropy=SystemEntropy()) as cluster:
            keep = parse_record_filter('value.a == "needle"', 0)
            assert keep is not None
            plan = await make_plan(cluster.reads, Query("orders", [0], order))
            heard = Heard()
            progress = await Scan(
                cluster.records, cluster.reads, plan, clock, keep=keep, wanted=keep.wanted
            ).run(heard)
    assert heard.places() == [(0, 73)]
    assert progress.ending is Ending.END
    assert progress.passed_over >= 190
    assert keep.stages.records <= 10


async def test_librdkafka_puts_keys_where_they_are_looked_for_first(tmp_path: Path) -> None:
    keys = [b"", b"a", "łódź".encode(), *(b"customer-%d" % n for n in range(40))]
    async with engine_stage(tmp_path / "data") as stage:
        await stage.writes.create_topic(NewTopic("orders", 7))
        placed: dict[bytes, int] = {}

        def note(error: object, message: Message) -> None:
            placed[message.key()] = message.partition()

        producer = Producer({"bootstrap.servers": stage.reads.connection.address})
        for key in keys:
            producer.produce("orders", b"x", key=key, on_delivery=note)
        assert await asyncio.to_thread(producer.flush, 30) == 0
        assert placed.keys() == set(keys)
        for key in keys[1:]:
            assert placed[key] == stage.records.probable_partitions(key, 7)[-1]


async def test_a_search_for_a_key_reads_the_probable_partition_first_and_then_all(
    tmp_path: Path,
) -> None:
    """Of two records of a key one is where nobody would look for it."""
    async with engine_stage(tmp_path / "data") as stage:
        await stage.writes.create_topic(NewTopic("orders", 8))
        probable = stage.records.probable_partitions(b"wanted", 8)
        # A key in JSON has quotes, and is looked for as well.
        quoted = stage.records.probable_partitions(b'"wanted"', 8)
        away = next(each for each in range(8) if each not in {*probable, *quoted})
        await stage.writes.publish(
            "orders",
            [
                NewRecord(b"wanted", b"1"),
                NewRecord(b"wanted", b"2", partition=away),
                *(NewRecord(b"other", b"3", partition=n) for n in range(8)),
            ],
        )
        keep = parse_record_filter('key == "wanted"', 0)
        search = Search(Source(stage.records, stage.reads, stage.clock), "orders", tuple(range(8)))
        search = replace(search, keep=keep)
        scan = search.scan(await search.plan_from_place())
        heard = Heard()
        await scan.run(heard, limit=1)
        assert heard.places() == [(probable[0], 0)]
        assert scan.positions[TopicPartition("orders", away)] == 0
        await scan.run(heard, limit=10)
        assert heard.places() == [(probable[0], 0), (away, 0)]
